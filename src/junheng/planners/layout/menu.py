"""The menu of each site: every course that land, building time, protection and people's wishes leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from junheng.planners.layout.course import (
    ABSENT,
    BRANCH,
    BUY_BACK,
    CLOSE,
    EXPAND,
    KEEP,
    MERGE,
    OPEN,
    Course,
)
from junheng.planners.layout.settings import LayoutSettings, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the records say of one school or candidate site.

    Attributes
    ----------
    code
        Code of the school or of the candidate.
    classes, places
        What it holds today; 0 for a candidate.
    pupils
        Pupils on roll today.
    most_classes
        Classes that its land can hold; `None` where nobody says.
    first_year
        First school year in which building can be finished; `None` for as soon as building time allows.
    fixed_yuan, class_yuan
        Building costs of this site; `None` for the settings'.
    is_candidate, is_purchase
        Whether there is no school yet; and whether premises are bought back instead of built.
    is_kindergarten, is_private
        Whether it is a kindergarten, and a private one, which could be bought back.
    is_protected
        Whether it must not be shut: a small rural school without a recorded release, or one that people protect.
    leads_group
        Whether it leads an education group, which would be without a lead if it were shut or led itself.
    receivers, leads
        Sites that could take its pupils over, and lead it as a branch, the best first.
    has_zone
        Whether children belong to it at present.
    """

    code: str
    classes: int
    places: int
    pupils: int
    most_classes: int | None = None
    first_year: int | None = None
    fixed_yuan: float | None = None
    class_yuan: float | None = None
    is_candidate: bool = False
    is_purchase: bool = False
    is_kindergarten: bool = False
    is_private: bool = False
    is_protected: bool = False
    leads_group: bool = False
    receivers: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()
    has_zone: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What every menu depends on: planned years, grades of the stage, pupils a class, settings and limits."""

    years: tuple[int, ...]
    grades: int
    class_size: int
    settings: LayoutSettings
    limits: Limits


def menu_of(
    site: Site, rules: Rules, *, locked: str | None = None, forbidden: frozenset[str] = frozenset()
) -> tuple[tuple[Course, ...], Mapping[str, str]]:
    """Return the courses of a site, the still one first, and why whole kinds are not among them.

    Parameters
    ----------
    locked
        The only kind of course that people allow.
    forbidden
        Kinds that people rule out.

    Returns
    -------
    tuple
        The courses (none where the wishes leave nothing), and a reason code by kind: ``locked``, ``forbidden``,
        ``private``, ``protected``, ``leads_group``, ``too_large``, ``no_pupils``, ``no_zone``, ``no_partner``,
        ``no_lead``, ``no_land``, ``no_time``, ``has_pupils``, ``has_children``.
    """
    closed: dict[str, str] = {}
    courses: list[Course] = []
    for kind in _kinds(site):
        if locked is not None and kind != locked:
            closed[kind] = "locked"
        elif kind in forbidden:
            closed[kind] = "forbidden"
        else:
            reason = _barred(site, rules, kind)
            found = [] if reason else list(_MAKERS[kind](site, rules))
            courses += found
            if not found:
                closed[kind] = reason or "no_time"
    if site.is_candidate:
        closed.pop(OPEN if site.is_purchase else BUY_BACK, None)
    return tuple(courses), closed


LIFTED = ("locked", "forbidden", "protected", "leads_group", "too_large")
"""Reasons that somebody could lift: a wish or a rule, not a fact of land, time or places."""


def anyway_of(site: Site, rules: Rules, closed: Mapping[str, str]) -> Mapping[str, tuple[Course, ...]]:
    """Return courses that only a wish or a rule keeps off the menu, to tell what they would cost all the same.

    Parameters
    ----------
    closed
        Reason codes by kind, as `menu_of` returns them.

    Returns
    -------
    Mapping
        By kind: every such course. Kinds for which there is none are left out.
    """
    free = replace(site, is_protected=False, leads_group=False)
    most = replace(rules.limits, merge_up_to_pupils=site.pupils, branch_up_to_pupils=site.pupils)
    found = {}
    for kind, reason in closed.items():
        if reason not in LIFTED or _barred(free, replace(rules, limits=most), kind):
            continue
        courses = tuple(_MAKERS[kind](site, rules))
        if courses:
            found[kind] = courses
    return found


_EXISTING = (KEEP, EXPAND, BRANCH, MERGE, CLOSE)
_CANDIDATE = (ABSENT, OPEN, BUY_BACK)
_KINDERGARTEN = (KEEP, EXPAND, MERGE, CLOSE)


def _kinds(site: Site) -> tuple[str, ...]:
    if site.is_candidate:
        return _CANDIDATE
    if site.is_kindergarten:
        return (*_KINDERGARTEN, *((BUY_BACK,) if site.is_private else ()))
    return _EXISTING


def _barred(site: Site, rules: Rules, kind: str) -> str:
    """Return why a kind is out of the question for a site; empty where it is not."""
    limits = rules.limits
    if site.is_private and kind in (EXPAND, MERGE, CLOSE):
        return "private"
    if kind in (MERGE, CLOSE) and site.is_protected:
        return "protected"
    if kind in (BRANCH, MERGE) and site.leads_group:
        return "leads_group"
    tests = {
        MERGE: (
            (not site.has_zone and site.pupils == 0, "no_pupils"),
            (not site.has_zone and not site.is_kindergarten, "no_zone"),
            (site.pupils > limits.merge_up_to_pupils, "too_large"),
            (not site.receivers, "no_partner"),
        ),
        CLOSE: (
            (site.is_kindergarten and site.pupils > 0, "has_children"),
            (site.has_zone or site.pupils > 0, "has_pupils"),
            (site.leads_group, "leads_group"),
        ),
        BRANCH: (
            (site.pupils > limits.branch_up_to_pupils, "too_large"),
            (not site.has_zone, "no_zone"),
            (not site.leads, "no_lead"),
        ),
        EXPAND: ((not _may_grow(site, rules), "no_land"),),
        OPEN: ((site.is_purchase, "purchase"), (not _room(site, rules), "no_land")),
        BUY_BACK: (
            (site.is_candidate and not site.is_purchase, "purchase"),
            (site.is_candidate and not _room(site, rules), "no_land"),
        ),
    }
    return next((reason for is_so, reason in tests.get(kind, ()) if is_so), "")


def _may_grow(site: Site, rules: Rules) -> bool:
    added = min(rules.settings.expand_tracks) * rules.grades
    return site.most_classes is not None and site.most_classes >= site.classes + added


def _room(site: Site, rules: Rules) -> bool:
    return site.most_classes is not None and site.most_classes >= rules.grades


def _still(kind: str, site: Site, rules: Rules) -> Iterator[Course]:
    n = len(rules.years)
    running = 0.0 if kind == ABSENT else _running(rules, site.classes)
    yield Course(kind=kind, places=(site.places,) * n, running_yuan=(running,) * n, spend_yuan=(0.0,) * n)


def _expand(site: Site, rules: Rules) -> Iterator[Course]:
    settings = rules.settings
    fixed = settings.expand_yuan if site.fixed_yuan is None else site.fixed_yuan
    each = settings.expand_class_yuan if site.class_yuan is None else site.class_yuan
    for track in settings.expand_tracks:
        added = track * rules.grades
        if site.most_classes is None or site.classes + added > site.most_classes:
            continue
        for year in _first_years(site, rules, settings.expand_years):
            yield _built(
                EXPAND,
                site,
                rules,
                year=year,
                added=added,
                yuan=fixed + each * added,
                takes=settings.expand_years,
            )


def _new(site: Site, rules: Rules) -> Iterator[Course]:
    """Yield new schools of every size that the land holds; premises are bought back instead of built on some sites."""
    settings = rules.settings
    if site.is_purchase:
        kind, takes = BUY_BACK, settings.buy_back_years
        usual = (settings.buy_back_yuan, settings.buy_back_class_yuan)
    else:
        kind, takes = OPEN, settings.open_years
        usual = (settings.open_yuan, settings.open_class_yuan)
    fixed = usual[0] if site.fixed_yuan is None else site.fixed_yuan
    each = usual[1] if site.class_yuan is None else site.class_yuan
    most = (site.most_classes or 0) // rules.grades * rules.grades
    for added in sorted({min(track * rules.grades, most) for track in settings.open_tracks}):
        for year in _first_years(site, rules, takes):
            yield _built(kind, site, rules, year=year, added=added, yuan=fixed + each * added, takes=takes)


def _bought(site: Site, rules: Rules) -> Iterator[Course]:
    """Yield buying back: premises for a new school, or a private kindergarten whose places stay as they are."""
    if site.is_candidate:
        yield from _new(site, rules)
        return
    settings, n = rules.settings, len(rules.years)
    yuan, takes = (
        settings.buy_back_yuan + settings.buy_back_class_yuan * site.classes,
        settings.buy_back_years,
    )
    for year in _first_years(site, rules, takes):
        yield Course(
            kind=BUY_BACK,
            year=year,
            places=(site.places,) * n,
            running_yuan=(_running(rules, site.classes),) * n,
            spend_yuan=_spread(yuan, year=year, takes=takes, years=n),
        )


def _spread(yuan: float, *, year: int, takes: int, years: int) -> tuple[float, ...]:
    """Return costs spread evenly over the years before the one in which a work is first used."""
    return tuple(yuan / takes if year - takes < y <= year else 0.0 for y in range(years))


def _built(kind: str, site: Site, rules: Rules, *, year: int, added: int, yuan: float, takes: int) -> Course:
    """Return a course that adds classes from a year on; its costs are spread over the years of building before."""
    n = len(rules.years)
    before = _running(rules, site.classes) if site.classes else 0.0
    after = _running(rules, site.classes + added)
    return Course(
        kind=kind,
        year=year,
        classes=added,
        places=tuple(site.places + (added * rules.class_size if y >= year else 0) for y in range(n)),
        running_yuan=tuple(after if y >= year else before for y in range(n)),
        spend_yuan=_spread(yuan, year=year, takes=takes, years=n),
    )


def _branch(site: Site, rules: Rules) -> Iterator[Course]:
    n, settings = len(rules.years), rules.settings
    full = _running(rules, site.classes)
    led = full - (1 - settings.branch_running_share) * settings.running_school_yuan
    for lead in site.leads:
        for year in range(n):
            yield Course(
                kind=BRANCH,
                year=year,
                partner=lead,
                places=(site.places,) * n,
                running_yuan=tuple(led if y >= year else full for y in range(n)),
                spend_yuan=tuple(settings.branch_yuan if y == year else 0.0 for y in range(n)),
            )


def _merge(site: Site, rules: Rules) -> Iterator[Course]:
    once = rules.settings.merge_pupil_yuan * site.pupils
    for receiver in site.receivers:
        yield from _shut(MERGE, site, rules, once=once, partner=receiver)


def _close(site: Site, rules: Rules) -> Iterator[Course]:
    return _shut(CLOSE, site, rules, once=rules.settings.close_yuan, partner=None)


def _shut(kind: str, site: Site, rules: Rules, *, once: float, partner: int | None) -> Iterator[Course]:
    n, full = len(rules.years), _running(rules, site.classes)
    for year in range(n):
        yield Course(
            kind=kind,
            year=year,
            partner=partner,
            places=tuple(site.places if y < year else 0 for y in range(n)),
            running_yuan=tuple(full if y < year else 0.0 for y in range(n)),
            spend_yuan=tuple(once if y == year else 0.0 for y in range(n)),
        )


def _first_years(site: Site, rules: Rules, takes: int) -> range:
    """Return the planned years in which building can be finished; the first budget year is the year before."""
    first = takes - 1
    if site.first_year is not None:
        first = max(first, site.first_year - rules.years[0])
    return range(first, len(rules.years))


def _running(rules: Rules, classes: int) -> float:
    return rules.settings.running_school_yuan + rules.settings.running_class_yuan * classes


_MAKERS = {
    KEEP: lambda site, rules: _still(KEEP, site, rules),
    ABSENT: lambda site, rules: _still(ABSENT, site, rules),
    EXPAND: _expand,
    OPEN: _new,
    BUY_BACK: _bought,
    BRANCH: _branch,
    MERGE: _merge,
    CLOSE: _close,
}
