"""What may stand in the log: no query, no name, no address of a person."""

from __future__ import annotations

import logging
import re

_QUERY = re.compile(r"\?\S*")


class Impersonal(logging.Filter):
    """Takes the query off every address in a message; Django puts the whole address into warnings of 404 and 403."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("", record.getMessage())
        record.args = None
        return True
