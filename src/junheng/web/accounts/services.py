"""Everything that changes accounts, each audited in its own transaction."""

from __future__ import annotations

import secrets
import time

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Language, Text
from junheng.web import vault
from junheng.web.accounts import totp
from junheng.web.accounts.models import Account, Post, Token
from junheng.web.audit.services import record
from junheng.web.registry.names import teacher_school
from junheng.web.roles import OF_A_SCHOOL, VISITOR, Department, Person, Role

_TOTP = "totp"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another when a password is read out."""


def new_password() -> str:
    """Return a random password of 77 bits that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def first_run(*, username: str, name: str, password: str) -> Account:
    """Make the first account: administrator and planner. Once there is any account this refuses.

    Raises
    ------
    UsageError
        If there is an account already.
    """
    if Account.objects.exists():
        raise UsageError(Text("系统已有账号", "there are accounts already"))
    account = _new(username=username, name=name, password=password)
    for role in (Role.ADMINISTRATOR, Role.PLANNER):
        Post.objects.create(account=account, role=role)
    record("first-run", by=VISITOR, subject="account", subject_id=account.pk, changes={"username": username})
    return account


@transaction.atomic
def open_account(*, by: Person, username: str, name: str, password: str) -> Account:
    """Open an account without any post; whoever gets it must change the password."""
    account = _new(username=username, name=name, password=password, must_change_password=True)
    facts = {"username": username, "name": name}
    record("account-opened", by=by, subject="account", subject_id=account.pk, changes=facts)
    return account


@transaction.atomic
def open_demo_account(*, by: Person, username: str, name: str, encoded: str) -> Account:
    """Open an account of the example.

    Parameters
    ----------
    encoded
        The password as Django's ``make_password`` gives it: all share one, and to encode it takes a second.
    """
    account = Account.objects.create(username=username, name=name, password=encoded, is_demo=True)
    facts = {"username": username, "name": name}
    record("account-opened", by=by, subject="account", subject_id=account.pk, changes=facts)
    return account


@transaction.atomic
def give_post(
    *,
    by: Person,
    account: Account,
    role: Role,
    school: str = "",
    group: str = "",
    department: Department | None = None,
    teacher: str = "",
) -> Post:
    """Give an account a role; a teacher's may be tied to the own number in the roster.

    Raises
    ------
    UsageError
        For a role without the school, group or department that it needs, or with one that it does not have, for
        a post that the account already holds, and for a number that is not in the roster of that school or is another
        account's.
    """
    _check_post(role, school=school, group=group, department=department)
    _check_teacher(role, school=school, teacher=teacher)
    post, is_new = Post.objects.get_or_create(
        account=account,
        role=role,
        school=school,
        group=group,
        department="" if department is None else department,
        defaults={"teacher": teacher},
    )
    if not is_new:
        raise UsageError(Text("该账号已有此岗位", "the account holds this post already"))
    record(
        "post-given", by=by, subject="account", subject_id=account.pk, school=school, changes=post.describe()
    )
    return post


@transaction.atomic
def take_post(*, by: Person, post: Post, why: str = "") -> None:
    """Take a role away; the last administrator keeps it."""
    if post.role == Role.ADMINISTRATOR:
        _refuse_last_administrator(post.account)
    record(
        "post-taken",
        by=by,
        subject="account",
        subject_id=post.account_id,
        school=post.school,
        why=why,
        changes=post.describe(),
    )
    post.delete()


@transaction.atomic
def set_active(*, by: Person, account: Account, is_active: bool, why: str = "") -> None:
    """Close an account or open it again. Whoever is signed in with it is out at once."""
    if not is_active:
        _refuse_last_administrator(account)
    account.is_active = is_active
    account.save(update_fields=["is_active"])
    action = "account-reopened" if is_active else "account-closed"
    record(action, by=by, subject="account", subject_id=account.pk, why=why)


@transaction.atomic
def reset(*, by: Person, account: Account, why: str = "") -> str:
    """Give an account a new password that it must change, take off code, passkeys and tokens; return the password."""
    password = new_password()
    account.set_password(password)
    account.must_change_password = True
    account.totp_secret, account.totp_since, account.totp_last_step = "", None, 0
    account.save()
    account.passkeys.all().delete()
    _end_tokens(account)
    record("account-reset", by=by, subject="account", subject_id=account.pk, why=why)
    return password


@transaction.atomic
def change_password(*, by: Person, account: Account, password: str) -> None:
    """Set an own new password, which ends the account's tokens; it must keep the rules and differ from the old one.

    Raises
    ------
    django.core.exceptions.ValidationError
        Naming every rule that it breaks.
    """
    validate_password(password, account)
    if account.check_password(password):
        raise UsageError(Text("新口令不能与原口令相同", "the new password is the old one"))
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    _end_tokens(account)
    record("password-changed", by=by, subject="account", subject_id=account.pk)


def begin_second_factor(*, account: Account) -> str:
    """Give an account a secret that counts once a code of it was entered; return it for the picture."""
    if account.has_code:
        raise UsageError(Text("动态码已绑定", "the one-time code is set up already"))
    if not account.totp_secret:
        account.totp_secret = vault.encrypt(totp.new_secret(), purpose=_TOTP)
        account.save(update_fields=["totp_secret"])
    return vault.decrypt(account.totp_secret, purpose=_TOTP)


@transaction.atomic
def pass_second_factor(*, by: Person, account: Account, given: str) -> bool:
    """Check a one-time code; the first right one sets the second factor up. A code works once."""
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if not locked.totp_secret:
        return False
    secret = vault.decrypt(locked.totp_secret, purpose=_TOTP)
    step = totp.step_of(secret, given, now=time.time(), after=locked.totp_last_step)
    if step is None:
        return False
    locked.totp_last_step = step
    if locked.totp_since is None:
        locked.totp_since = timezone.now()
        record("second-factor-set", by=by, subject="account", subject_id=account.pk)
    locked.save(update_fields=["totp_last_step", "totp_since"])
    return True


def set_language(*, account: Account, language: Language) -> None:
    """Keep the language with the account. No event: it is nobody's record."""
    account.language = language
    account.save(update_fields=["language"])


def _end_tokens(account: Account) -> None:
    """End every token: who had the old password may have made one."""
    Token.objects.filter(account=account, revoked_at=None).update(revoked_at=timezone.now())


def _new(*, username: str, name: str, password: str, must_change_password: bool = False) -> Account:
    if Account.objects.filter(username__iexact=username).exists():
        raise UsageError(Text(f"账号名“{username}”已被使用", f"the account name “{username}” is taken"))
    account = Account(username=username, name=name, must_change_password=must_change_password)
    validate_password(password, account)
    account.set_password(password)
    account.save()
    return account


def _check_post(role: Role, *, school: str, group: str, department: Department | None) -> None:
    fits = (
        bool(school) == (role in OF_A_SCHOOL)
        and bool(group) == (role is Role.GROUP_LEAD)
        and (department is not None) == (role is Role.OFFICER)
    )
    if not fits:
        raise UsageError(
            Text(
                "校长、填报员、教师须指定学校；集团总校长须指定集团；科室工作人员须指定科室；其他岗位均不填",
                "a principal, clerk or teacher has a school, a group lead a group, an officer a department; "
                "other roles have none of them",
            )
        )


def _check_teacher(role: Role, *, school: str, teacher: str) -> None:
    if not teacher:
        return
    if role is not Role.TEACHER:
        raise UsageError(Text("只有教师岗位填教师编号", "only a teacher's post has a teacher number"))
    if teacher_school(teacher) not in (school, None):
        raise UsageError(
            Text(
                f"本学年名册中该校没有编号为“{teacher}”的教师",
                f"this year's roster of the school has no teacher number “{teacher}”",
            )
        )
    if Post.objects.filter(teacher=teacher).exists():
        raise UsageError(Text(f"教师“{teacher}”已有账号", f"the teacher “{teacher}” has an account already"))


def _refuse_last_administrator(account: Account) -> None:
    others = Post.objects.filter(Q(role=Role.ADMINISTRATOR) & Q(account__is_active=True)).exclude(
        account=account
    )
    is_one = Post.objects.filter(role=Role.ADMINISTRATOR, account=account).exists()
    if is_one and not others.exists():
        raise UsageError(Text("至少保留一名系统管理员", "at least one administrator must stay"))
