"""Accounts and their posts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from junheng.web.registry.names import group_schools
from junheng.web.roles import DEPARTMENTS, OF_A_SCHOOL, ROLES, STAFF, Department, Held, Person, Role

USERNAME = r"[\w.@-]{2,80}"
"""What an account's name looks like."""
_SCHOOL_ROLES = sorted(role.value for role in OF_A_SCHOOL)


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the name that people type, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """One person who can sign in. What the person may do lies in the posts."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="zh", choices=[("zh", "中文"), ("en", "English")])
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    totp_secret = models.TextField(blank=True)
    """Encrypted; see `junheng.web.vault`."""
    totp_since: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    """The last step whose code was used: a code that was seen over a shoulder opens nothing."""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        ordering = ("username",)
        constraints = (
            models.CheckConstraint(
                condition=Q(totp_since__isnull=True) | ~Q(totp_secret=""),
                name="account_totp_since_has_secret",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.username})"

    @property
    def has_code(self) -> bool:
        """Whether the one-time code is set up and proven once."""
        return self.totp_since is not None

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not open the account: there is a one-time code or a passkey."""
        return self.has_code or bool(self.passkeys.all())

    @property
    def needs_second_factor(self) -> bool:
        """Whether the account handles other people's records. Accounts of the example guard nothing real."""
        return not self.is_demo and bool(self.person().roles & STAFF)

    def person(self) -> Person:
        """Return what the account holds at this moment."""
        known: Person | None = self.__dict__.get("_person")
        if known is None:
            known = self._person = self._read_person()
        return known

    def _read_person(self) -> Person:
        return Person(
            account_id=self.pk, name=self.name, posts=tuple(_held(post) for post in self.posts.all())
        )


def _held(post: Post) -> Held:
    schools = {post.school} if post.school else set()
    if post.group:
        schools = group_schools(post.group)
    department = Department(post.department) if post.department else None
    return Held(Role(post.role), frozenset(schools), department, post.teacher)


class Post(models.Model):
    """A role that an account holds, and for what."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="posts")
    role = models.CharField(max_length=20, choices=[(role.value, text.zh) for role, text in ROLES.items()])
    school = models.CharField(max_length=80, blank=True)
    group = models.CharField(max_length=80, blank=True)
    department = models.CharField(
        max_length=20, blank=True, choices=[(one.value, text.zh) for one, text in DEPARTMENTS.items()]
    )

    teacher = models.CharField(max_length=80, blank=True)
    """Of a teacher: the own number in the roster, which opens what is about this person alone."""

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(teacher="") | Q(role=Role.TEACHER.value), name="post_number_only_for_teachers"
            ),
            models.UniqueConstraint(
                fields=["teacher"], condition=~Q(teacher=""), name="post_teacher_has_one_account"
            ),
            models.CheckConstraint(
                condition=(Q(role__in=_SCHOOL_ROLES) & ~Q(school=""))
                | (~Q(role__in=_SCHOOL_ROLES) & Q(school="")),
                name="post_school_exactly_where_the_role_has_one",
            ),
            models.CheckConstraint(
                condition=(Q(role=Role.GROUP_LEAD.value) & ~Q(group=""))
                | (~Q(role=Role.GROUP_LEAD.value) & Q(group="")),
                name="post_group_exactly_for_group_leads",
            ),
            models.CheckConstraint(
                condition=(Q(role=Role.OFFICER.value) & ~Q(department=""))
                | (~Q(role=Role.OFFICER.value) & Q(department="")),
                name="post_department_exactly_for_officers",
            ),
            models.UniqueConstraint(
                fields=["account", "role", "school", "group", "department"], name="post_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.school}{self.department}"

    def describe(self) -> dict[str, Any]:
        """Return the post for the audit."""
        return {
            "role": self.role,
            "school": self.school,
            "group": self.group,
            "department": self.department,
            "teacher": self.teacher,
        }


class Token(models.Model):
    """What a program signs in with, in the name of an account: it may what the account may at that moment, never more.

    The token itself is kept nowhere; ``fingerprint`` finds it again, ``hint`` is its beginning, for people.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    hint = models.CharField(max_length=12)
    fingerprint = models.CharField(max_length=64, unique=True)
    is_read_only = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    last_used_on: models.DateField[date | None, date | None] = models.DateField(null=True)
    """The day is enough to see which ones are forgotten, and costs one write a day."""

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="token_expires_after_it_is_made"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.name} {self.hint}"

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class Passkey(models.Model):
    """A key pair of which the private half never leaves its device (WebAuthn); we keep the public half."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True)
    """As base64url; a device names its key with up to 1,023 bytes."""
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    """What the device counted at the last use; a copy of the key would count on its own. Synced keys stay at zero."""
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.account_id} {self.name}"
