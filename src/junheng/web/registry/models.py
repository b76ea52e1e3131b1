"""Records by school year, row by row; returns and what was filed; snapshots."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from junheng.text import Text
from junheng.web.once import WrittenOnce


class Year(models.Model):
    """One school year of the district's records.

    ``tables`` names the tables that the district keeps, so that an empty table and an absent one stay different.
    ``revision`` is another random word after every write: whatever was computed from an older one is out of date, and a
    write that was rolled back leaves no name that comes again.
    """

    year = models.IntegerField(primary_key=True)
    tables = models.TextField(default="[]")
    revision = models.CharField(max_length=32, default="")
    returns_due: models.DateField[date | None, date | None] = models.DateField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)


class Row(models.Model):
    """One row of one table in one year; ``values`` is JSON of the columns that are not null."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="rows")
    table = models.CharField(max_length=40)
    position = models.IntegerField()
    key = models.TextField()
    school = models.CharField(max_length=80, blank=True)
    values = models.TextField()
    event = models.BigIntegerField()
    """Of the audit: the last write."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["year", "table", "position"], name="row_position"),)
        indexes = (
            models.Index(fields=["year", "table", "key"], name="row_key"),
            models.Index(fields=["year", "table", "school"], name="row_school"),
        )

    def __str__(self) -> str:
        return f"{self.year_id} {self.table} {self.key}"


class FieldChange(models.Model):
    """One field that changed: before, after, who, when and why. It refers to nothing; it outlives the row."""

    year = models.IntegerField()
    table = models.CharField(max_length=40)
    key = models.TextField()
    school = models.CharField(max_length=80, blank=True)
    column = models.CharField(max_length=60)
    before: models.TextField[str | None, str | None] = models.TextField(null=True)
    after: models.TextField[str | None, str | None] = models.TextField(null=True)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)
    event = models.BigIntegerField()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["year", "table", "key"], name="change_key"),
            models.Index(fields=["year", "school"], name="change_school"),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.table} {self.key} {self.column}"


class ReturnState(models.TextChoices):
    """The life of an annual return."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class AnnualReturn(models.Model):
    """What one school files for one year."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="returns")
    school = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=ReturnState.choices, default=ReturnState.DRAFT)
    remarks = models.TextField(blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    accepted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-year", "school")
        constraints = (
            models.UniqueConstraint(fields=["year", "school"], name="return_once"),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="return_accepted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"]) | Q(submitted_at__isnull=False),
                name="return_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(remarks=""), name="return_sent_back_says_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.year_id} {self.school} {self.state}"


class Filing(models.Model):
    """One workbook that a school uploaded: its problems, and its rows where nothing in it is wrong."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="filings")
    number = models.IntegerField()
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    problems = models.TextField(default="[]")
    n_errors = models.IntegerField()
    rows: models.TextField[str | None, str | None] = models.TextField(null=True)
    """JSON: rows by table; null where the workbook has an error: nothing is half-loaded."""

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["annual_return", "number"], name="filing_number"),
            models.CheckConstraint(
                condition=Q(n_errors=0, rows__isnull=False) | Q(n_errors__gt=0, rows__isnull=True),
                name="filing_has_rows_exactly_without_errors",
            ),
        )

    def __str__(self) -> str:
        return f"{self.annual_return_id} #{self.number}"


class Snapshot(WrittenOnce):
    """An immutable District: the input of every plan. ``content`` is a zip of Parquet files, one a table."""

    refusal = Text("快照不可修改或删除", "a snapshot is neither changed nor deleted")

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="snapshots")
    name = models.CharField(max_length=120)
    hash = models.CharField(max_length=64)
    content = models.BinaryField()
    n_rows = models.IntegerField()
    n_accepted = models.IntegerField()
    n_returns = models.IntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} {self.hash[:12]}"
