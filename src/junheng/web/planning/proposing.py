"""Bring in zones that somebody drew in a spreadsheet, as a plan of the desk of which nothing is proven."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from junheng.district.columns import label_of
from junheng.errors import InputError, Problem, UsageError
from junheng.measure.seven import COMPULSORY
from junheng.plans.compare import plan_of_zones
from junheng.plans.proposals import read_zones
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import current, said, say
from junheng.web.listing import Column, Listing
from junheng.web.planning import services
from junheng.web.planning.forms import choice_of
from junheng.web.planning.models import NAME_LETTERS, PlanRecord
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person

_COLUMNS = (
    Column("place", Text("位置", "where")),
    Column("found", Text("发现", "found")),
    Column("expected", Text("应为", "expected")),
    Column("remedy", Text("怎样改正", "how to mend it")),
)
_SETTINGS: dict[str, Any] = {"max_moved": None, "locked": [], "forbidden": [], "seconds": 60, "seed": 0}
"""What a plan is asked for that is made of the proposal by editing it."""


class ProposalForm(forms.Form):
    """A proposal of zones for one stage."""

    name = forms.CharField(max_length=NAME_LETTERS, label=say("提案名称", "name of the proposal"))
    snapshot = forms.ChoiceField(label=say("依据的快照", "snapshot"))
    stage = forms.ChoiceField(label=say("学段", "stage"))
    file = forms.FileField(
        label=say("提案（.csv）", "proposal (.csv)"),
        help_text=say(
            "两列：居住单元代码、对口学校代码（或 home、school），每行一个居住单元；未列的沿用现对口学校。"
            "由电子表格另存为 UTF-8 编码的 CSV",
            "two columns, home and school, one home a line; a home that is not listed keeps its school. Saved from a "
            "spreadsheet as CSV in UTF-8",
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        snapshot, stage = self.fields["snapshot"], self.fields["stage"]
        assert isinstance(snapshot, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(stage, forms.ChoiceField)  # noqa: S101 - declared above
        snapshot.choices = [(str(one.pk), choice_of(one)) for one in Snapshot.objects.defer("content")]
        stage.choices = [(one, label_of("stage", one).in_(current())) for one in COMPULSORY]


def page(request: HttpRequest) -> HttpResponse:
    """Take a proposal, or say everything that is wrong with it."""
    if request.META.get("junheng.too_large"):
        return render(request, "pages/form_refused.html", {"is_too_large": True}, status=413)
    form = ProposalForm(request.POST or None, request.FILES or None)
    known: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            zones = _read(given["file"])
            made = bring_in(
                by=person_of(request),
                name=given["name"],
                snapshot=Snapshot.objects.defer("content").get(pk=int(given["snapshot"])),
                stage=given["stage"],
                zones=zones,
            )
        except InputError as error:
            known["table"] = _problems(request, error.problems)
        except UsageError as error:
            form.add_error("file", said(error.text))
        else:
            return redirect("planning:plan", plan=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/propose.html", known, status=status)


def bring_in(*, by: Person, name: str, snapshot: Snapshot, stage: str, zones: pl.DataFrame) -> PlanRecord:
    """Make a plan of a proposal; a job measures it and reports.

    Raises
    ------
    InputError
        Naming every home and school that the snapshot does not have at the stage, and every home given twice.
    """
    district = district_of(snapshot.pk)
    plan_of_zones(district, zones, name=Text.same(name), stage=stage).apply(district)
    proposal = {"name": name, "zones": dict(zones.select("home", "school").iter_rows())}
    settings = {**_SETTINGS, "stage": stage, "proposal": proposal}
    return services.start(by=by, kind="catchments", name=name, snapshot=snapshot, settings=settings)


def _read(given: UploadedFile[Any]) -> pl.DataFrame:
    with tempfile.TemporaryDirectory(prefix="junheng-proposal-") as folder:
        path = Path(folder) / "proposal.csv"
        with path.open("wb") as out:
            out.writelines(given.chunks())
        return read_zones(path)


def _problems(request: HttpRequest, problems: tuple[Problem, ...]) -> Listing:
    rows = [
        {
            "place": one.place.key or one.place.describe(),
            "found": one.found,
            "expected": one.expected,
            "remedy": one.remedy,
        }
        for one in problems
    ]
    title = Text("提案中的问题", "problems of the proposal")
    return Listing(request, name="problems", title=title, columns=_COLUMNS, rows=rows)
