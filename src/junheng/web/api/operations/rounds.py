"""Admission rounds: setting one up, and leading it from the first application to the publication."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from ninja import Router
from ninja.responses import Status

from junheng.admission.lottery.seed import Source
from junheng.web.admissions import drawing, freezing, rounds, states
from junheng.web.admissions.forms.offers import OfferForm
from junheng.web.admissions.models import ApplicationState, Round
from junheng.web.admissions.records import rules_of
from junheng.web.admissions.rulebook import begun
from junheng.web.admissions.views.common import found_round, title_of
from junheng.web.api import admission_shapes as shapes
from junheng.web.api.operations.asking import by
from junheng.web.api.operations.plans import job_told
from junheng.web.api.operations.settings import NotValidError, refuse_form, snapshot_of
from junheng.web.api.shapes import words
from junheng.web.jobs import services as jobs
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import overlays

router = Router(tags=["admissions"])
ONE = "/rounds/{int:round_id}"


@router.get(
    "/rounds", url_name="rounds", response=list[shapes.RoundOut], summary="Admission rounds · 招生轮次"
)
def listing(request: HttpRequest) -> list[shapes.RoundOut]:
    return [_told(request, one) for one in Round.objects.select_related("job").defer("secret")]


@router.post(
    "/rounds",
    url_name="rounds",
    response={201: shapes.RoundOut},
    summary="Set up a round on a snapshot · 新建招生轮次",
)
def start(request: HttpRequest, given: shapes.RoundIn) -> Status[shapes.RoundOut]:
    unknown = sorted(set(given.overlays) - set(overlays()))
    if unknown:
        raise NotValidError({"overlays": [f"没有此地方标准 no such local standard: {', '.join(unknown)}"]})
    made = rounds.open_round(
        by=by(request),
        snapshot=snapshot_of(given.snapshot),
        stage=given.stage,
        year=given.year,
        code=given.code,
        rules=begun(stage=given.stage, year=given.year, code=given.code, text=given.rules),
        overlays=given.overlays,
    )
    return Status(201, _told(request, made))


@router.get(
    ONE,
    url_name="round",
    response=shapes.RoundOut,
    summary="Where a round stands, and what was found of its draw · 一个轮次的进程",
)
def one(request: HttpRequest, round_id: int) -> shapes.RoundOut:
    return _told(request, found_round(round_id))


@router.get(
    f"{ONE}/rules", url_name="round_rules", response=shapes.RulesOut, summary="The rules file · 招生细则"
)
def rules(request: HttpRequest, round_id: int) -> shapes.RulesOut:
    return shapes.RulesOut(text=found_round(round_id).rules)


@router.post(
    f"{ONE}/rules",
    url_name="round_rules",
    response=shapes.RulesOut,
    summary="Put another rules file in its place · 修改细则文件",
    description="With any problem nothing is saved, and the answer lists all of them.",
)
def set_rules(request: HttpRequest, round_id: int, given: shapes.RulesIn) -> shapes.RulesOut:
    rounds.set_rules(by=by(request), found=found_round(round_id), text=given.text)
    return shapes.RulesOut(text=found_round(round_id).rules)


@router.post(
    f"{ONE}/hours",
    url_name="round_hours",
    response=shapes.RoundOut,
    summary="Set from when to when families may apply · 设定报名时间",
)
def set_hours(request: HttpRequest, round_id: int, given: shapes.HoursIn) -> shapes.RoundOut:
    rounds.set_hours(
        by=by(request), found=found_round(round_id), opens_at=given.opens_at, closes_at=given.closes_at
    )
    return one(request, round_id)


@router.get(
    f"{ONE}/places",
    url_name="round_places",
    response=list[shapes.OfferOut],
    summary="What each school offers · 招生计划",
)
def places(request: HttpRequest, round_id: int) -> list[shapes.OfferOut]:
    found = found_round(round_id)
    names, listed = _names(found), json.loads(found.plan).get("places", ())
    return [_offer(found, row["school"], names) for row in listed]


@router.post(
    f"{ONE}/places/{{str:offering}}",
    url_name="round_offer",
    response=shapes.OfferOut,
    summary="Set what a school offers · 修改一所学校的计划",
)
def set_offer(request: HttpRequest, round_id: int, offering: str, given: shapes.OfferIn) -> shapes.OfferOut:
    found = found_round(round_id)
    names = _names(found)
    if offering not in names:
        raise Http404
    own = rules_of(found.rules)
    sector = rounds.sector_of(found, offering)
    taken = {one.id for one in own.reserves if sector in one.sectors}
    if unknown := sorted(set(given.reserves) - taken):
        raise NotValidError({f"reserves.{name}": [" / ".join(sorted(taken))] for name in unknown})
    data = {"classes": given.classes, "places": given.places}
    data |= {f"{name}-floor": range_.floor for name, range_ in given.reserves.items()}
    data |= {f"{name}-ceiling": range_.ceiling for name, range_ in given.reserves.items()}
    form = OfferForm(data, rules=own, offer=rounds.offer_of(found, offering), sector=sector)
    refuse_form(form)
    rounds.set_offer(by=by(request), found=found, school=offering, offer=form.offer())
    return _offer(found_round(round_id), offering, names)


@router.post(
    f"{ONE}/open", url_name="round_open", response=shapes.RoundOut, summary="Open applications · 开放报名"
)
def open_applications(request: HttpRequest, round_id: int, given: shapes.WhyIn) -> shapes.RoundOut:
    states.open_applications(by=by(request), found=found_round(round_id), why=given.why)
    return one(request, round_id)


@router.post(
    f"{ONE}/close", url_name="round_close", response=shapes.RoundOut, summary="Close applications · 截止报名"
)
def close_applications(request: HttpRequest, round_id: int) -> shapes.RoundOut:
    states.close_applications(by=by(request), found=found_round(round_id))
    return one(request, round_id)


@router.post(
    f"{ONE}/freeze", url_name="round_freeze", response=shapes.RoundOut, summary="Freeze the list · 封存名单"
)
def freeze(request: HttpRequest, round_id: int) -> shapes.RoundOut:
    freezing.freeze(by=by(request), found=found_round(round_id))
    return one(request, round_id)


@router.post(
    f"{ONE}/recall",
    url_name="round_recall",
    response=shapes.RoundOut,
    summary="Call a freeze back, before the seed is known · 撤回封存",
)
def recall(request: HttpRequest, round_id: int, given: shapes.WhyIn) -> shapes.RoundOut:
    freezing.recall(by=by(request), found=found_round(round_id), why=given.why)
    return one(request, round_id)


@router.post(
    f"{ONE}/commit", url_name="round_commit", response=shapes.RoundOut, summary="Commit in public · 公布承诺"
)
def commit(request: HttpRequest, round_id: int, given: shapes.CommitIn) -> shapes.RoundOut:
    sources = [
        Source(id=f"{source.kind}{n}", kind=source.kind, what=source.what)
        for n, source in enumerate(given.sources, start=1)
    ]
    freezing.commit(by=by(request), found=found_round(round_id), sources=sources)
    return one(request, round_id)


@router.post(
    f"{ONE}/draw",
    url_name="round_draw",
    response={202: shapes.RoundOut},
    summary="Enter the seed; a job draws · 录入种子并摇号",
)
def draw(request: HttpRequest, round_id: int, given: shapes.DrawIn) -> Status[shapes.RoundOut]:
    drawing.ask_draw(
        by=by(request), found=found_round(round_id), values=given.values, witnesses=given.witnesses
    )
    return Status(202, one(request, round_id))


@router.post(
    f"{ONE}/verify",
    url_name="round_verify",
    response={202: shapes.RoundOut},
    summary="Verify the draw; a job does both checks · 核验",
)
def verify(request: HttpRequest, round_id: int) -> Status[shapes.RoundOut]:
    drawing.ask_verification(by=by(request), found=found_round(round_id))
    return Status(202, one(request, round_id))


@router.post(
    f"{ONE}/publish",
    url_name="round_publish",
    response=shapes.RoundOut,
    summary="Publish the results · 公布结果",
)
def publish(request: HttpRequest, round_id: int) -> shapes.RoundOut:
    drawing.publish(by=by(request), found=found_round(round_id))
    return one(request, round_id)


@router.post(
    f"{ONE}/cancel",
    url_name="round_cancel",
    response=shapes.RoundOut,
    summary="Stop the round's job · 停止任务",
)
def cancel(request: HttpRequest, round_id: int) -> shapes.RoundOut:
    found = found_round(round_id)
    if found.job is not None:
        jobs.cancel(by=by(request), job=found.job)
    return one(request, round_id)


def _told(request: HttpRequest, one: Round) -> shapes.RoundOut:
    n = one.applications.aggregate(
        all=Count("pk"),
        withdrawn=Count("pk", filter=Q(state=ApplicationState.WITHDRAWN)),
        late=Count("pk", filter=Q(is_late=True)),
    )
    return shapes.RoundOut(
        id=one.pk,
        code=one.code,
        title=words(title_of(one)),
        stage=one.stage,
        year=one.year,
        snapshot=one.snapshot_id,
        state=one.state,
        is_example=one.is_example,
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        applications=n["all"] - n["withdrawn"],
        withdrawn=n["withdrawn"],
        late=n["late"],
        edition=one.edition,
        frozen_hash=one.frozen_hash,
        commitment=one.commitment,
        sources=[shapes.SourceOut(**source) for source in json.loads(one.sources)],
        seed_values=json.loads(one.values) if one.drawn_at else {},
        drawn_at=one.drawn_at,
        published_at=one.published_at,
        findings=json.loads(one.findings),
        job=None if one.job is None else job_told(one.job, by(request)),
    )


def _names(found: Round) -> dict[str, str]:
    return dict(district_of(found.snapshot_id).table("schools").select("school", "name").iter_rows())


def _offer(found: Round, school: str, names: Mapping[str, str]) -> shapes.OfferOut:
    offer = rounds.offer_of(found, school)
    reserves = {
        name: shapes.Range(floor=floor, ceiling=ceiling) for name, (floor, ceiling) in offer.reserves.items()
    }
    return shapes.OfferOut(
        school=school,
        name=names.get(school, school),
        classes=offer.classes,
        places=offer.places,
        reserves=reserves,
    )
