"""Whether the compiled loops are installed, and loading them.

They are an extra, ``junheng[fast]``, because the compiler weighs more than the rest of Junheng together, and only
rounds of hundreds of thousands of children gain by it (``docs/decisions/0007-compiled-loops-as-an-extra.md``).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from junheng.admission.codes import CodeArray, Codes
from junheng.admission.market import Market
from junheng.errors import UsageError
from junheng.progress import Progress
from junheng.text import Text


class Asked(Protocol):
    """All schools of a market at work: `junheng.admission.schools.Schools`, or the same with compiled loops."""

    cutoffs: CodeArray

    def propose(self, codes: CodeArray) -> CodeArray:
        """Put these proposals before their schools; return those turned away, held ones among them."""


class Loops(Protocol):
    """The module `junheng.admission.loops`."""

    def next_proposals(
        self, market: Market, codes: Codes, applications: CodeArray, row: CodeArray, cutoffs: CodeArray
    ) -> CodeArray:
        """As `junheng.admission.proposals.next_proposals`."""

    def schools(self, market: Market, codes: Codes) -> Asked:
        """Return all schools of a market, holding nobody."""


def is_installed() -> bool:
    """Return whether the compiler is there; it is not loaded."""
    return find_spec("numba") is not None


def load(progress: Progress) -> Loops:
    """Load the compiled loops; in a new installation their first use compiles them and keeps the machine code.

    Raises
    ------
    UsageError
        Where the compiler is not installed.
    """
    if not is_installed():
        raise UsageError(
            Text(
                "未安装编译循环：请安装 junheng[fast]，或改用数组运算（结果相同）",
                "the compiled loops are not installed: install junheng[fast], or use arrays (the result is the same)",
            )
        )
    progress(
        Text(
            "载入编译循环（新装后首次使用需编译约十秒）",
            "loading the compiled loops (compiled at their first use, about ten seconds)",
        )
    )
    return cast("Loops", import_module("junheng.admission.loops"))
