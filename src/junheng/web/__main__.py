"""``python -m junheng.web``: what the commands ``junheng serve``, ``worker``, ``backup`` and ``restore`` call."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from junheng.errors import JunhengError
from junheng.web.place import HOME, Place, place, prepare


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what a user can mend becomes a message and exit code 2."""
    parsed = _parser().parse_args(arguments)
    if parsed.home:
        os.environ[HOME] = str(Path(parsed.home).resolve())
    try:
        one = place()
        prepare(one)
        _open_django()
        return _run(parsed, one)
    except JunhengError as error:
        print(error.text.in_(parsed.lang), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(parsed: argparse.Namespace, one: Place) -> int:
    if parsed.command == "serve":
        from junheng.web.serving import serve  # noqa: PLC0415 - only after Django is set up

        return serve(
            one, host=parsed.host, port=parsed.port, has_worker=not parsed.no_worker, language=parsed.lang
        )
    if parsed.command in ("worker", "job"):
        from junheng.web.jobs import worker  # noqa: PLC0415

        return (
            worker.run_forever() if parsed.command == "worker" else worker.run_one(parsed.job, parsed.attempt)
        )
    if parsed.command == "manage":
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        execute_from_command_line(["junheng.web", *parsed.rest])
        return 0
    from junheng.web import backups  # noqa: PLC0415

    text = (
        backups.backup(one, parsed.file, has_key=parsed.with_key)
        if parsed.command == "backup"
        else backups.restore(one, parsed.file, is_forced=parsed.force)
    )
    print(text.in_(parsed.lang))
    return 0


def _open_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "junheng.web.settings")
    import django  # noqa: PLC0415 - settings read the key that `prepare` makes

    django.setup()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="junheng.web")
    parser.add_argument("--home", default="")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--no-worker", action="store_true")
    commands.add_parser("worker")
    job = commands.add_parser("job")
    job.add_argument("job", type=int)
    job.add_argument("attempt", type=int)
    manage = commands.add_parser("manage")
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    backup = commands.add_parser("backup")
    backup.add_argument("file", type=Path)
    backup.add_argument("--with-key", action="store_true")
    restore = commands.add_parser("restore")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
