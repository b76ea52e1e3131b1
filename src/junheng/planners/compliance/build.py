"""From the records of a district and the standard to the compliance problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from junheng.district.columns import table
from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.measure.balance import Balance, balance
from junheng.measure.norms import norms_of
from junheng.measure.positions import school_positions
from junheng.measure.resources import Resources, resources
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.compliance.costs import UnitCosts
from junheng.planners.compliance.kinds import expected_kinds, rostered_kinds
from junheng.planners.compliance.problem import PEOPLE, STEP, THINGS, ComplianceProblem
from junheng.planners.compliance.wishes import Wishes
from junheng.plans.actions.add_premises import WORKS
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

CEILINGS = ("most_teaching_m2", "most_sports_ground_m2", "most_equipment_yuan", "most_multimedia_rooms")
"""Columns of ``sites``, in the order R4 to R7."""
_PRIVATE = "private"


def compliance_problem(
    district: District, standard: StandardOnDate, *, wishes: Wishes, costs: UnitCosts
) -> ComplianceProblem:
    """Gather what every school stage that is assessed has and needs.

    Parameters
    ----------
    district
        Needs ``schools``, ``stages`` and ``premises`` with every figure of the seven indicators; ``sites`` gives the
        ceilings, and where it says nothing there is none. Without positions of schools a move costs no kilometres.
    standard
        The standard on the day of the plan.

    Raises
    ------
    InputError
        Naming every figure that must be recorded first.
    UsageError
        For a wish about a school that is not there.
    """
    found = balance(district, standard)
    _refuse_absent(found)
    rows = _assessed(district, standard, found)
    norms = norms_of(standard)
    records, stages = district.table("schools"), district.table("stages")
    of_row = [stages["school"][row] for row in rows.row.tolist()]
    schools = tuple(dict.fromkeys(of_row))
    at = {code: position for position, code in enumerate(schools)}
    keys = [(code, COMPULSORY[s]) for code, s in zip(of_row, rows.stage.tolist(), strict=True)]
    _refuse_unknown(wishes, schools=set(schools), keys=set(keys))
    holder = dict(zip(records["school"].to_list(), records["holder"].to_list(), strict=True))
    is_private = np.array([holder.get(code) == _PRIVATE for code in of_row], bool)
    teachers = stages["teachers"].to_numpy().astype(float)[rows.row]
    kept = np.array([_kept(wishes, key) for key in keys])
    rostered, is_rostered = rostered_kinds(district, keys, year=district.year.start)
    kinds = np.where(is_rostered, rostered, expected_kinds(teachers, rows.total[list(PEOPLE)]))
    kinds[:, is_private] = 0
    ceiling = _ceilings(district, schools)
    least = np.zeros(ceiling.shape)
    for (code, work), amount in wishes.at_most.items():
        ceiling[WORKS.index(work), at[code]] = min(ceiling[WORKS.index(work), at[code]], amount)
    for (code, work), amount in wishes.at_least.items():
        least[WORKS.index(work), at[code]] = amount
    return ComplianceProblem(
        schools=schools,
        school=np.array([at[code] for code in of_row], np.int64),
        stage=rows.stage,
        pupils=rows.pupils,
        total=rows.total,
        sharing=rows.pupils_sharing,
        threshold=norms.threshold[:, rows.stage],
        floor=norms.floor[:, rows.stage],
        may_miss=(len(RESOURCES) - norms.n_to_meet)[rows.stage].astype(np.int64),
        cv_limit=np.tile([limit.number for limit in norms.cv], (len(RESOURCES), 1)),
        available=kinds,
        most_leaving=_most_leaving(teachers, kept, wishes.most_leaving_share),
        may_receive=~is_private & np.array([code not in wishes.closed_to_moves for code in of_row], bool),
        distance_km=_between(district, schools),
        ceiling=_in_steps(ceiling, np.floor),
        least=_in_steps(least, np.ceil),
        max_recruits=wishes.max_recruits,
        max_move_km=wishes.max_move_km,
        costs=costs,
    )


def unknown_ceilings(district: District, problem: ComplianceProblem) -> tuple[str, ...]:
    """Return the schools whose site nobody has recorded, so that the plan takes it to be large enough."""
    recorded = _ceilings(district, problem.schools)[:2]
    return tuple(
        code for code, own in zip(problem.schools, recorded.T, strict=True) if not np.isfinite(own).all()
    )


def _assessed(district: District, standard: StandardOnDate, found: Balance) -> Resources:
    """Return the resources of the school stages that the standard judges, in the order of the table ``stages``."""
    judged = found.stages.filter(found.stages["verdict"] != "excluded")
    keys = set(zip(judged["school"].to_list(), judged["stage"].to_list(), strict=True))
    stages = district.table("stages")
    every = zip(stages["school"].to_list(), stages["stage"].to_list(), strict=True)
    return resources(district, standard).only(np.array([key in keys for key in every], bool))


def _refuse_absent(found: Balance) -> None:
    problems = [
        Problem(
            code="not-assessed",
            severity="error",
            place=Place(key=f"{row['rule']}/{row['school']}/{row['stage']}"),
            found=Text("缺少测算所需的数据", "what this figure is measured by is absent"),
            expected=Text(row["zh"], row["en"]),
            remedy=Text("请先补报；缺失不等于零", "Record it first; absent is not zero"),
        )
        for row in found.needs.iter_rows(named=True)
    ]
    if found.stages.filter(found.stages["verdict"] != "excluded").is_empty():
        problems.append(
            Problem(
                code="nothing-assessed",
                severity="error",
                place=Place(sheet=table("stages").label.zh),
                found=Text("没有纳入评估的学校", "no school stage is assessed"),
                expected=Text("至少一所小学或初中", "at least one primary or junior stage"),
                remedy=Text("请补全学段年报", "Complete the table “stages”"),
            )
        )
    if problems:
        raise InputError(problems)


def _refuse_unknown(wishes: Wishes, *, schools: set[str], keys: set[tuple[str, str]]) -> None:
    named = {*wishes.closed_to_moves, *(code for code, _ in (*wishes.at_least, *wishes.at_most))}
    unknown = [*sorted(named - schools), *("/".join(key) for key in sorted(wishes.keep.keys() - keys))]
    if unknown:
        listed = ", ".join(unknown)
        raise UsageError(
            Text(
                f"没有纳入评估的学校或学段：{listed}",
                f"not among the school stages that are assessed: {listed}",
            )
        )


def _kept(wishes: Wishes, key: tuple[str, str]) -> float:
    """Return how many teachers of a school stage must stay."""
    if key not in wishes.keep:
        return 0.0
    kept = wishes.keep[key]
    return np.inf if kept is None else float(kept)


def _most_leaving(teachers: FloatArray, kept: FloatArray, share: float) -> IntArray:
    """Return how many may leave each school stage; none where nobody knows how many teachers there are."""
    known = np.where(np.isfinite(teachers), teachers, 0.0)
    most: FloatArray = np.floor(np.clip(np.minimum(share * known, known - kept), 0.0, None))
    return most.astype(np.int64)


def _ceilings(district: District, schools: tuple[str, ...]) -> FloatArray:
    """Return the ceilings of R4 to R7 at each school, shape (4, n); infinite where nobody recorded one."""
    recorded: Mapping[str, dict[str, float | None]] = {
        row["school"]: row for row in district.table("sites").iter_rows(named=True)
    }
    return np.array(
        [[_or_infinite(recorded.get(code, {}).get(column)) for code in schools] for column in CEILINGS], float
    ).reshape(len(CEILINGS), len(schools))


def _or_infinite(most: float | None) -> float:
    return np.inf if most is None else most


def _in_steps(amounts: FloatArray, rounded: np.ufunc) -> FloatArray:
    steps = np.array([[STEP[RESOURCES[r].unit]] for r in THINGS])
    found: FloatArray = rounded(amounts / steps) * steps
    return found


def _between(district: District, schools: tuple[str, ...]) -> FloatArray:
    """Return straight-line kilometres between schools, shape (n, n); 0 where a position is absent."""
    at = school_positions(district, schools)
    found: FloatArray = np.nan_to_num(great_circle_km(at[:, None, :], at[None, :, :]), nan=0.0)
    return found


def unplaced(district: District, problem: ComplianceProblem) -> Iterator[str]:
    """Yield the schools without a position: moves from and to them are counted without kilometres."""
    at = school_positions(district, problem.schools)
    yield from (code for code, own in zip(problem.schools, at, strict=True) if not np.isfinite(own).all())
