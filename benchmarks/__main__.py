"""List the benchmarks, or run one: ``python -m benchmarks [NAME [OPTION ...]]``.

A benchmark is a module of this folder with a function ``main``: its first docstring line is what the list shows, and
it prints ours, the peer and the bound of one run side by side, as ratios.
"""

from __future__ import annotations

import ast
import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def benchmarks() -> dict[str, str]:
    """Return name and first docstring line of every benchmark."""
    found = {}
    for file in sorted(FOLDER.glob("[!_]*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[file.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(arguments: list[str]) -> int:
    """List the benchmarks, or hand over to the one that is named."""
    known = benchmarks()
    if not arguments:
        for name, line in known.items():
            print(f"  {name:18} {line}")
        return 0
    name, *options = arguments
    if name not in known:
        print(f"no benchmark “{name}”: choose from {', '.join(known)}", file=sys.stderr)
        return 2
    sys.argv = [name, *options]
    sys.path.insert(0, str(FOLDER))  # helpers stand beside the benchmark
    runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
