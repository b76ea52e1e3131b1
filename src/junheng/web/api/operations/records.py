"""Records by school year, their history, and snapshots."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.responses import Status

from junheng.district.columns import tables
from junheng.district.packed import MEDIA_TYPE
from junheng.web.api.operations.asking import Before, Limit, Offset, by, found_year
from junheng.web.api.shapes import (
    Change,
    Rows,
    SnapshotIn,
    SnapshotOut,
    TableOut,
    YearOut,
    YearWhole,
    words,
)
from junheng.web.permissions import may
from junheng.web.registry.models import FieldChange, Snapshot, Year
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.registry.store import give

router = Router(tags=["records"])
HASH = "Junheng-District-Hash"
"""Header of a snapshot's content: the hash of the District in it."""


@router.get("/years", url_name="years", response=list[YearOut], summary="School years, newest first · 学年")
def years(request: HttpRequest) -> list[YearOut]:
    return [YearOut(year=one.year, returns_due=one.returns_due) for one in Year.objects.all()]


@router.get(
    "/years/{int:year}",
    url_name="year",
    response=YearWhole,
    summary="A school year and its tables · 一个学年",
)
def one_year(request: HttpRequest, year: int) -> YearWhole:
    found = found_year(year)
    district = give(year)
    shown = [
        TableOut(table=name, label=words(tables()[name].label), rows=frame.height)
        for name, frame in district.tables.items()
        if may(by(request), "registry:table", year=year, table=name)
    ]
    return YearWhole(year=year, returns_due=found.returns_due, hash=district.hash, tables=shown)


@router.get(
    "/years/{int:year}/tables/{slug:table}",
    url_name="table",
    response=Rows,
    summary="Rows of a table · 一张表的记录",
)
def rows(request: HttpRequest, year: int, table: str, offset: Offset = 0, limit: Limit = 1000) -> Rows:
    district = give(found_year(year).year)
    if table not in district.tables:
        raise Http404
    frame = district.tables[table]
    part = frame.slice(offset, limit).to_dicts()
    return Rows(table=table, total=frame.height, offset=offset, rows=part)


@router.get(
    "/years/{int:year}/history",
    url_name="history",
    response=list[Change],
    summary="Changes of fields, newest first · 修改历史",
)
def history(request: HttpRequest, year: int, before: Before = None, limit: Limit = 1000) -> list[Change]:
    found = FieldChange.objects.filter(year=found_year(year).year)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [
        Change(
            id=one.pk,
            at=one.at,
            by=one.by_name,
            table=one.table,
            key=one.key,
            column=one.column,
            before=one.before,
            after=one.after,
            why=one.why,
        )
        for one in found[:limit]
    ]


@router.get(
    "/years/{int:year}/snapshots",
    url_name="snapshots",
    response=list[SnapshotOut],
    summary="Snapshots of a year, newest first · 快照",
)
def snapshots(request: HttpRequest, year: int) -> list[SnapshotOut]:
    return [_told(one) for one in found_year(year).snapshots.defer("content")]


@router.post(
    "/years/{int:year}/snapshots",
    url_name="snapshots",
    response={201: SnapshotOut},
    summary="Make a snapshot of the records as they are now · 制作快照",
)
def make(request: HttpRequest, year: int, given: SnapshotIn) -> Status[SnapshotOut]:
    made = make_snapshot(by=by(request), year=found_year(year).year, name=given.name)
    return Status(201, _told(made))


@router.get(
    "/snapshots/{int:snapshot}",
    url_name="snapshot",
    response=SnapshotOut,
    summary="One snapshot · 一个快照",
)
def one(request: HttpRequest, snapshot: int) -> SnapshotOut:
    return _told(_found(snapshot))


@router.get(
    "/snapshots/{int:snapshot}/content",
    url_name="snapshot_content",
    summary="The District of a snapshot, a zip of Parquet files · 快照内容",
    description=f"The header {HASH} is the hash of the District; compute it again after unpacking.",
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def content(request: HttpRequest, snapshot: int) -> HttpResponse:
    found = get_object_or_404(Snapshot, pk=snapshot)
    name = f"{found.year_id}-{found.hash[:12]}.zip"
    headers = {HASH: found.hash, "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(found.content), content_type=MEDIA_TYPE, headers=headers)


def _found(snapshot: int) -> Snapshot:
    return get_object_or_404(Snapshot.objects.defer("content"), pk=snapshot)


def _told(one: Snapshot) -> SnapshotOut:
    return SnapshotOut(
        id=one.pk,
        year=one.year_id,
        name=one.name,
        hash=one.hash,
        rows=one.n_rows,
        returns_accepted=one.n_accepted,
        returns=one.n_returns,
        made_at=one.made_at,
        made_by=one.made_by,
    )
