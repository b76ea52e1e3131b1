"""What a person or a program sees of a command: text or JSON, progress, errors with their exit codes."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from junheng.errors import InfeasibleError, InputError, JunhengError, Problem, UsageError
from junheng.text import Language, Text

_QUIET_SECONDS = 1.0
"""Work that is done sooner needs no progress line."""


class Screen:
    """Where a command writes.

    Parameters
    ----------
    language
        Of everything that a person reads.
    is_json
        Whether standard output carries JSON only; people's text is then left out, progress goes on.
    """

    def __init__(self, *, language: Language, is_json: bool) -> None:
        self.language = language
        self.is_json = is_json
        self._started = time.perf_counter()
        self._last = 0.0
        self._is_line_open = False
        self._latest: tuple[Text, float | None] = (Text("", ""), None)
        self._timer: threading.Timer | None = None

    def line(self, text: Text | str = "") -> None:
        """Write one line for people."""
        if not self.is_json:
            print(text.in_(self.language) if isinstance(text, Text) else text)

    def heading(self, text: Text) -> None:
        """Write a heading for people."""
        self.line()
        self.line(f"== {text.in_(self.language)} ==")

    def table(self, header: Sequence[Text], rows: Iterable[Sequence[object]]) -> None:
        """Write a table for people, columns aligned by what is shown (a Chinese character is two wide)."""
        shown = [
            [text.in_(self.language) for text in header],
            *([self._cell(cell) for cell in row] for row in rows),
        ]
        widths = [max(width(row[i]) for row in shown) for i in range(len(header))]
        for row in shown:
            cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
            self.line("  ".join(cells).rstrip())

    def data(self, value: dict[str, Any]) -> None:
        """Write the command's result for programs."""
        if self.is_json:
            json.dump(value, sys.stdout, ensure_ascii=False, allow_nan=False, default=str)
            print()

    def progress(self, message: Text, fraction: float | None = None) -> None:
        """Show what long work is doing, on standard error, at most four times a second.

        What comes too early to be shown is shown when its time has come, if the work still goes on.
        """
        self._latest = (message, fraction)
        wait = self._wait()
        if wait <= 0:
            self._show_latest()
        elif self._timer is None:
            self._timer = threading.Timer(wait, self._show_latest)
            self._timer.daemon = True
            self._timer.start()

    def _wait(self) -> float:
        now = time.perf_counter()
        interval = 0.25 if sys.stderr.isatty() else 2.0
        quiet = self._started + _QUIET_SECONDS - now
        return max(quiet, self._last + interval - now) if self._last else quiet

    def _show_latest(self) -> None:
        message, fraction = self._latest
        self._timer = None
        self._last = time.perf_counter()
        share = "" if fraction is None else f"{fraction:4.0%} "
        text = f"{share}{message.in_(self.language)} ({self._last - self._started:.0f} s)"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
            self._is_line_open = True
        else:
            print(text, file=sys.stderr, flush=True)

    def guard(self, work: Callable[[], int]) -> int:
        """Run a command; whatever a user can mend becomes a message and an exit code, never a traceback."""
        try:
            return work()
        except JunhengError as error:
            self._complain(error)
            return 4 if isinstance(error, InfeasibleError) else 3 if isinstance(error, InputError) else 2
        except BrokenPipeError:  # whoever read our output, such as `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except OSError as error:
            self._complain(
                UsageError(Text(f"无法读写文件：{error}", f"cannot read or write a file: {error}"))
            )
            return 2
        except KeyboardInterrupt:
            print(Text("已中断", "interrupted").in_(self.language), file=sys.stderr)
            return 130
        finally:
            if self._timer is not None:
                self._timer.cancel()
            if self._is_line_open:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Write every problem for people, one a line; of many of one kind some, and the rows of the others."""
        for line in _lines(problems):
            self.line(line)

    def _complain(self, error: JunhengError) -> None:
        if self.is_json:
            problems = error.problems if isinstance(error, InputError) else ()
            self.data(
                {
                    "error": type(error).__name__,
                    "text": error.text._asdict(),
                    "problems": [problem.as_dict() for problem in problems],
                }
            )
        elif isinstance(error, InputError):
            count = Text("共 {n} 个问题：", "problems: {n}").format(n=len(error.problems))
            for line in (count, *_lines(error.problems)):
                print(line.in_(self.language), file=sys.stderr)
        else:
            print(error.text.in_(self.language), file=sys.stderr)

    def _cell(self, cell: object) -> str:
        if cell is None:
            return "—"
        return cell.in_(self.language) if isinstance(cell, Text) else str(cell)


SEVERITIES = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "notice": Text("提示", "notice"),
}


def _lines(problems: Iterable[Problem]) -> Iterator[Text]:
    from junheng.district.intake.grouping import grouped  # noqa: PLC0415 - start-up time

    for group in grouped(problems):
        for problem in group.shown:
            severity = SEVERITIES[problem.severity]
            yield Text.same("  [{severity}] {it}").format(severity=severity, it=problem.describe())
        summary = group.summary()
        if summary is not None:
            yield Text.same("  ").joined("", summary)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
