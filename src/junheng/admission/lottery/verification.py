"""Running the verifier: the stand-alone program on a folder of published files, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What the verifier said.

    Attributes
    ----------
    code
        Its exit code: 0 if all of it holds, 1 if anything does not, 2 if it was called wrongly.
    output
        What it wrote.
    """

    code: int
    output: str

    @property
    def holds(self) -> bool:
        """Whether everything follows from the commitment."""
        return self.code == 0


def run_verifier(
    folder: Path, *, commitment: str | None = None, number: str | None = None, salt: str | None = None
) -> Verification:
    """Run the verifier on published files.

    Parameters
    ----------
    folder
        The published files.
    commitment
        The hash that was printed before the draw, to be compared too.
    number, salt
        Of the receipt whose line is shown; both or neither.
    """
    given = {"--commitment": commitment, "--number": number, "--salt": salt}
    options = [part for name, value in given.items() if value is not None for part in (name, value)]
    with as_file(files("junheng.admission.verifier") / "verify.py") as program:
        command = [sys.executable, "-I", "-X", "utf8", str(program), str(folder), *options]
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")  # noqa: S603 - our own call
    return Verification(code=done.returncode, output=(done.stdout + done.stderr).rstrip())
