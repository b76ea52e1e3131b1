"""A round of admission, its bytes from the freeze on, and what somebody signed for."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.once import WrittenOnce
from junheng.web.registry.models import Snapshot


class RoundState(models.TextChoices):
    """The life of a round. It goes down this list, and back to ``CLOSED`` only before the draw."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"
    COMMITTED = "committed"
    DRAWN = "drawn"
    VERIFIED = "verified"
    PUBLISHED = "published"


FROZEN_STATES = (
    RoundState.FROZEN,
    RoundState.COMMITTED,
    RoundState.DRAWN,
    RoundState.VERIFIED,
    RoundState.PUBLISHED,
)
"""In these the list is bytes under a hash."""
COMMITTED_STATES = FROZEN_STATES[1:]
"""In these the commitment is public."""


HEAVY = ("rules", "plan", "sources", "secret", "values", "witnesses", "findings")
"""Long columns of a round, which a page that every family opens does not read."""


class Round(models.Model):
    """One admission round: of a stage, on a snapshot, by its own rules.

    ``code`` is the name of the round in its rules and files, such as ``2026-primary``. ``rules`` is the text of the
    rules file; ``plan`` is JSON: the rows of the tables ``places`` and ``place_reserves``. ``overlays`` is JSON:
    the names of the standard's local overlays that hold. ``sources`` is JSON of where the seed comes from, ``values``
    of what came from there. ``secret`` is sealed: all salts come from it. ``edition`` counts the freezes.
    """

    year = models.IntegerField()
    stage = models.CharField(max_length=20)
    code = models.CharField(max_length=60, unique=True)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="rounds")
    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.DRAFT)
    rules = models.TextField()
    plan = models.TextField(default="{}")
    overlays = models.TextField(default="[]")
    opens_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    closes_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    revision = models.CharField(max_length=32, default="")
    """Another random word after every change of rules, plan, waivers or state by the desk."""
    is_example = models.BooleanField(default=False)

    edition = models.IntegerField(default=0)
    frozen_hash = models.CharField(max_length=64, blank=True)
    frozen_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    sources = models.TextField(default="[]")
    secret = models.TextField(blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    committed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    values = models.TextField(default="{}")
    witnesses = models.TextField(blank=True)
    drawn_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    findings = models.TextField(default="{}")
    """JSON of what the audit and the verifier said of the draw."""
    published_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    job: models.ForeignKey[Job | None, Job | None] = models.ForeignKey(
        Job, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-year", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=[one.value for one in FROZEN_STATES])
                | (~Q(frozen_hash="") & Q(frozen_at__isnull=False) & Q(edition__gt=0)),
                name="round_frozen_has_hash",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[one.value for one in COMMITTED_STATES])
                | (~Q(commitment="") & Q(committed_at__isnull=False) & ~Q(secret="")),
                name="round_committed_has_commitment",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(published_at__isnull=False) & Q(drawn_at__isnull=False)),
                name="round_published_is_drawn",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(opens_at__lt=models.F("closes_at")),
                name="round_opens_before_it_closes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.state}"

    @property
    def is_frozen(self) -> bool:
        """Whether the list is bytes under a hash."""
        return self.state in FROZEN_STATES

    @property
    def is_committed(self) -> bool:
        """Whether the commitment is public."""
        return self.state in COMMITTED_STATES

    def takes_applications(self, now: datetime) -> bool:
        """Say whether families may apply at a moment: the round is open, and within its hours where it has any."""
        return (
            self.state == RoundState.OPEN
            and (self.opens_at is None or self.opens_at <= now)
            and (self.closes_at is None or now < self.closes_at)
        )


class Folder(models.TextChoices):
    """Where a file of a round stands; the same folders as the command line writes."""

    FROZEN = "frozen"
    BALLOT = "frozen/ballot"
    PUBLIC = "public"
    RESULT = "result"


class RoundFile(WrittenOnce):
    """One file of a round, as it was written: it neither changes nor goes.

    ``edition`` is the freeze that it belongs to, ``turn`` the refill (0 the draw). Files of `Folder.PUBLIC` hold no
    number of any applicant; all others stay with the bureau.
    """

    refusal = Text("已封存的文件不可修改或删除", "a frozen file is neither changed nor deleted")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="files")
    edition = models.IntegerField()
    turn = models.IntegerField(default=0)
    folder = models.CharField(max_length=20, choices=Folder.choices)
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("folder", "turn", "name")
        constraints = (
            models.UniqueConstraint(
                fields=["round", "edition", "folder", "turn", "name"], name="round_file_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.folder}/{self.name}"


class Waiver(models.Model):
    """Somebody signed, with a reason, for one problem that a check found."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="waivers")
    check_code = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    reason = models.TextField()
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("check_code", "key")
        constraints = (
            models.UniqueConstraint(fields=["round", "check_code", "key"], name="waiver_once"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(by_name=""), name="waiver_is_signed"),
        )

    def __str__(self) -> str:
        return f"{self.check_code} {self.key} {self.by_name}"
