"""What may stand in the log: no query, no name, no address of a person."""

from __future__ import annotations

import logging
import re

_QUERY = re.compile(r"\?\S*")
_WHOSE = re.compile(r"(/(?:applications|counter|late|letters|moves|of)/)[^/\s]+")
"""What follows these in an address is the number of a child's application or of a teacher."""


class Impersonal(logging.Filter):
    """Takes the query off every address in a message, and the numbers of persons out of it.

    Django puts the whole address into warnings of 404 and 403.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _WHOSE.sub(r"\1…", _QUERY.sub("", record.getMessage()))
        record.args = None
        return True
