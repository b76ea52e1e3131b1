"""The peers of the catchment planner: the direct model in HiGHS and in CP-SAT, given the same problem and time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.planners.catchments.problem import CatchmentProblem

THREADS = 2


@dataclass(frozen=True)
class PeerResult:
    """What a peer found: its plan (or None), its bound on pupil-km and the seconds it took."""

    assignment: np.ndarray | None
    bound: float
    seconds: float


def highs_direct(problem: CatchmentProblem, *, most_overflow: int, seconds: float) -> PeerResult:
    """Solve the usual model: one flow a school carries contiguity (Shirabe's single-commodity flow).

    Each home of zone j takes one unit of flow j, which starts at the school and runs through homes of zone j.
    """
    import highspy

    start = time.perf_counter()
    model = _FlowModel(problem, most_overflow)
    highs = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", THREADS),
        ("time_limit", seconds),
        ("mip_rel_gap", 1e-6),
    ):
        highs.setOptionValue(name, value)
    matrix = model.matrix
    highs.passModel(
        matrix.shape[1], matrix.shape[0], matrix.nnz, 1, 1, 0.0, model.cost, np.zeros(matrix.shape[1]), model.upper,
        model.row_lower, model.row_upper, matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32),
        matrix.data, model.integer,
    )  # fmt: skip
    highs.setOptionValue("time_limit", max(1.0, seconds - (time.perf_counter() - start)))
    highs.run()
    solution, info = highs.getSolution(), highs.getInfo()
    n, m = problem.n_homes, problem.n_schools
    values = np.array(solution.col_value)
    has_plan = bool(solution.value_valid) and len(values) > 0
    plan = values[: n * m].reshape(n, m).argmax(axis=1) if has_plan else None
    return PeerResult(plan, float(info.mip_dual_bound), time.perf_counter() - start)


class _FlowModel:
    """Columns: x[i, j], overflow[j], flow[arc, j]; rows: homes, capacity, overflow, flow balance, flow only in zone."""

    def __init__(self, problem: CatchmentProblem, most_overflow: int) -> None:
        n, m = problem.n_homes, problem.n_schools
        arcs = np.vstack([problem.edges, problem.edges[:, ::-1]])
        n_arcs = len(arcs)
        n_x, n_cols = n * m, n * m + m + n_arcs * m
        homes, schools = np.divmod(np.arange(n_x), m)
        x, over = np.arange(n_x), n_x + np.arange(m)
        arc, arc_school = np.divmod(np.arange(n_arcs * m), m)
        flow = n_x + m + np.arange(n_arcs * m)
        anchored = problem.anchor[schools] == homes
        # Balance of home i in flow j: in - out = x[i, j], except at the school.
        kept = ~anchored
        balance_row = np.full(n_x, -1)
        balance_row[kept] = np.arange(kept.sum())
        head, tail = balance_row[arcs[arc, 1] * m + arc_school], balance_row[arcs[arc, 0] * m + arc_school]
        blocks = [
            _rows(n, n_cols, [(homes, x, np.ones(n_x))]),
            _rows(
                m,
                n_cols,
                [(schools, x, problem.pupils[homes].astype(float)), (np.arange(m), over, -np.ones(m))],
            ),
            _rows(1, n_cols, [(np.zeros(m, int), over, np.ones(m))]),
            _rows(
                int(kept.sum()),
                n_cols,
                [
                    (head[head >= 0], flow[head >= 0], np.ones((head >= 0).sum())),
                    (tail[tail >= 0], flow[tail >= 0], -np.ones((tail >= 0).sum())),
                    (balance_row[kept], x[kept], -np.ones(kept.sum())),
                ],
            ),
            # Flow j enters home i only if i is in zone j: sum of flow in <= (n - m) x[i, j].
            _rows(
                int(kept.sum()),
                n_cols,
                [
                    (head[head >= 0], flow[head >= 0], np.ones((head >= 0).sum())),
                    (balance_row[kept], x[kept], -float(n - m) * np.ones(kept.sum())),
                ],
            ),
        ]
        n_flow_rows = int(kept.sum())
        self.matrix = sparse.vstack(blocks).tocsc()
        self.row_lower = np.concatenate(
            [np.ones(n), np.full(m + 1, -np.inf), np.zeros(n_flow_rows), np.full(n_flow_rows, -np.inf)]
        )
        self.row_upper = np.concatenate(
            [np.ones(n), problem.capacity, [most_overflow], np.zeros(n_flow_rows), np.zeros(n_flow_rows)]
        )
        self.cost = np.concatenate([problem.cost.ravel(), np.zeros(n_cols - n_x)])
        may = problem.allowed.copy()
        for j, home in enumerate(problem.anchor):
            may[home, :] = False
            may[home, j] = True
        self.upper = np.concatenate(
            [may.ravel().astype(float), np.full(m, np.inf), np.full(n_arcs * m, float(n - m))]
        )
        # No flow into a school's own home from outside its own flow.
        into_anchor = anchored[arcs[arc, 1] * m + arc_school]
        self.upper[flow[into_anchor]] = 0.0
        self.integer = np.concatenate([np.ones(n_x), np.zeros(n_cols - n_x)]).astype(np.int32)


def _rows(
    n_rows: int, n_cols: int, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> sparse.csr_array:
    rows, cols, values = (np.concatenate([part[k] for part in parts]) for k in range(3))
    return sparse.csr_array((values, (rows, cols)), shape=(n_rows, n_cols))


METRES = 1000


def cp_sat(problem: CatchmentProblem, *, most_overflow: int, seconds: float) -> PeerResult:
    """Solve with CP-SAT: every home but the schools' own hangs on one neighbour of its zone, ranks forbid loops.

    Distances are rounded to the metre, as CP-SAT counts in whole numbers; the bound is lowered by the rounding.
    """
    from ortools.sat.python import cp_model

    start = time.perf_counter()
    n, m = problem.n_homes, problem.n_schools
    model = cp_model.CpModel()
    may = problem.allowed.copy()
    for j, home in enumerate(problem.anchor):
        may[home, :] = False
        may[home, j] = True
    x = [{j: model.new_bool_var("") for j in np.flatnonzero(may[i]).tolist()} for i in range(n)]
    for row in x:
        model.add_exactly_one(row.values())
    over = [model.new_int_var(0, int(most_overflow), "") for _ in range(m)]
    pupils = problem.pupils.tolist()
    for j in range(m):
        load = sum(pupils[i] * x[i][j] for i in range(n) if j in x[i])
        model.add(load <= int(problem.capacity[j]) + over[j])
    model.add(sum(over) <= int(most_overflow))
    _hang_on_neighbours(model, problem, x)
    metres = np.rint(problem.cost * METRES).astype(np.int64)
    model.minimize(sum(int(metres[i, j]) * var for i in range(n) for j, var in x[i].items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = THREADS
    solver.parameters.max_time_in_seconds = max(1.0, seconds - (time.perf_counter() - start))
    status = solver.solve(model)
    plan = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        plan = np.array([next(j for j, var in row.items() if solver.value(var)) for row in x])
    bound = (solver.best_objective_bound - 0.5 * n) / METRES
    return PeerResult(plan, bound, time.perf_counter() - start)


def _hang_on_neighbours(model, problem: CatchmentProblem, x: list[dict]) -> None:
    n = problem.n_homes
    schools_at = set(problem.anchor.tolist())
    rank = [model.new_int_var(0, 0 if i in schools_at else n - 1, "") for i in range(n)]
    for child in range(n):
        if child in schools_at:
            continue
        arcs = []
        for parent in problem.neighbours[child]:
            arc = model.new_bool_var("")
            arcs.append(arc)
            model.add(rank[child] >= rank[parent] + 1).only_enforce_if(arc)
            for j, var in x[child].items():
                if j in x[parent]:
                    model.add_bool_or(arc.negated(), var.negated(), x[parent][j])
                else:
                    model.add_bool_or(arc.negated(), var.negated())
        model.add_exactly_one(arcs)
