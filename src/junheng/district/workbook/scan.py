"""Reading the marks of a sheet's XML without parsing it: its extent, failed formulas, forbidden constructs.

The reader of workbooks leaves the cell of a failed formula empty, as it does one that was never computed, and
keeps a sheet as one dense rectangle. Both must be known before it is asked. Everything here works on the bytes of
a part at the speed of one regular expression; slower exact passes run only over a sheet that this quick one could
not prove plain. No pattern can look past the next ``<``, so that the time is linear in
the bytes whatever they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from junheng.district.intake.raw import NOT_COMPUTED
from junheng.district.workbook.catalogue import MalformedError
from junheng.district.workbook.limits import (
    MOST_BROKEN_FORMULAS,
    MOST_TEXT_BYTES_PER_SHEET,
    MOST_UNUSUAL_CELLS,
)

_PREFIX = rb"(?:[\w.-]{1,40}:)?"
_TAG_END = rb"(?:\s+[\w.:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>"
_EMPTY_CELL = rb" r=\"[A-Z]{1,3}[0-9]{1,7}\"(?: s=\"[0-9]{1,5}\")?/>"
_NOT_PLAIN = re.compile(
    # Possessive: what matched is not tried again, which takes a third of the time away.
    rb"<c(?! r=\"A?[A-Z][0-9]{1,5}+\"(?: s=\"[0-9]{1,5}+\")?+(?: t=\"[sn]\")?+(?:><v>|/>)|"
    + _EMPTY_CELL
    + rb")[\s/>]"
)
_UNUSUAL_CELL = re.compile(rb"<c(?! r=\"[A-Z]{1,3}[0-9]{1,7}\"[ />])[\s/>]")
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_LETTERS = re.compile(rb"<c(?!" + _EMPTY_CELL + rb") r=\"([A-Z]+)")
_DIGITS = re.compile(rb"<c(?!" + _EMPTY_CELL + rb") r=\"[A-Z]+([0-9]+)")
_TAG = re.compile(rb"<(/?)" + _PREFIX + rb"(row|c)(" + _TAG_END + rb")")
_TAG_START = re.compile(rb"<(?:/" + _PREFIX + rb"row|" + _PREFIX + rb"(?:row|c))(?=[\s/>])")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)([0-9]*)[\"']")
_FORMULA = re.compile(rb"<f[\s/>]")
_FORMULA_CELL = re.compile(
    rb"<" + _PREFIX + rb"c(?=[\s>])([^<>]{0,400})>\s*<" + _PREFIX + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</" + _PREFIX
    + rb"f\s*>)\s*(?:<" + _PREFIX + rb"v\s*>([^<]*)<)?"
)  # fmt: skip
_ERROR_CELL = re.compile(
    rb"<" + _PREFIX + rb"c(?=\s)([^<>]{0,400}?\st\s{0,9}=\s{0,9}[\"']e[\"'][^<>]{0,400})>\s*(?:<" + _PREFIX
    + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</" + _PREFIX + rb"f\s*>)\s*)?(?:<" + _PREFIX + rb"v\s*>([^<]*)<)?"
)  # fmt: skip
_IS_TEXT = re.compile(rb"\st\s*=\s*[\"'](?:str|s|inlineStr|e)[\"']")
_DDE = re.compile(rb"<" + _PREFIX + rb"f(?:\s[^<>]*)?>[\s=+@-]*[\w.\\]+\|")
_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")
_TEXT_ITEM = re.compile(rb"<" + _PREFIX + rb"(?:si|is)[\s>]")
_TEXT_END = re.compile(rb"</" + _PREFIX + rb"(?:si|is)\s*>")
_MARKUP = re.compile(rb"<[^<>]*>")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^<>]{0,400}>\s*<" + _PREFIX + rb"v\s*>\s*([0-9]{1,9})\s*<")
_SHORTEST_REFERENCE = len('<c t="s"><v>0</v></c>')
_CHEAP_TEXT_BYTES = MOST_TEXT_BYTES_PER_SHEET // 2


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and column (from 1) that have a cell."""

    rows: int
    columns: int

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1."""
        return self.rows * self.columns


def is_plain(xml: bytes) -> bool:
    """Say whether every cell is empty or in the first 52 columns and 99,999 rows with a number or shared text.

    Such a sheet has no formula, no failed one, and no text of its own: nothing else need be looked at.
    """
    return _PREFIXED_CELL.search(xml) is None and _NOT_PLAIN.search(xml) is None


def extent_of(xml: bytes) -> Extent:
    """Return the extent of a sheet up to its last cell that is not empty.

    Raises
    ------
    MalformedError
        For tags that no spreadsheet program writes, or more than `MOST_UNUSUAL_CELLS` cells that are not
        written in the usual way.
    """
    if _PREFIXED_CELL.search(xml) is None and _UNUSUAL_CELL.search(xml) is None:
        columns = max(map(_column_number, set(_LETTERS.findall(xml))), default=0)
        return Extent(max(map(int, _DIGITS.findall(xml)), default=0), columns)
    rows = columns = 0
    for _, row, column, is_empty in _cells(xml):
        if not is_empty:
            rows, columns = max(rows, row), max(columns, column)
    return Extent(rows, columns)


def _cells(xml: bytes) -> Iterator[tuple[int, int, int, bool]]:
    """Give start, row and column (from 1) and emptiness of every cell, as the reader places it.

    A cell without a reference stands after the one before it, a row without one below the one before it.
    """
    row = column = 1
    for count, start in enumerate(_TAG_START.finditer(xml)):
        tag = _TAG.match(xml, start.start())
        if tag is None or count > MOST_UNUSUAL_CELLS:
            raise MalformedError
        is_end, is_empty = bool(tag[1]), tag[3].endswith(b"/>")
        reference = None if is_end else _REFERENCE.search(tag[3])
        if tag[2] == b"row":
            row = _row_number(reference[2]) if reference and reference[2] else row
            if is_end or is_empty:
                row, column = row + 1, 1
            continue
        place = (row, column) if reference is None else _place(reference)
        yield tag.start(), *place, is_empty
        column = place[1] + 1


def _place(reference: re.Match[bytes]) -> tuple[int, int]:
    letters, digits = reference.groups()
    if not 1 <= len(letters) <= 3:
        raise MalformedError
    return _row_number(digits), _column_number(letters)


def _row_number(digits: bytes) -> int:
    if not 1 <= len(digits) <= 7:
        raise MalformedError
    return int(digits)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def broken_cells(xml: bytes) -> dict[tuple[int, int], str]:
    """Return error text by (row, column) from 1 for failed formulas and for formulas without a stored result.

    Raises
    ------
    MalformedError
        For references that no spreadsheet program writes, or more than `MOST_BROKEN_FORMULAS`.
    """
    found: dict[int, tuple[bytes, str]] = {}
    if b'"e"' in xml or (b"'" in xml and b"'e'" in xml):
        for match in _ERROR_CELL.finditer(xml):
            text = (match[2] or b"#ERROR!").decode("utf-8", "replace")
            found[match.start()] = (match[1], html.unescape(text).strip())
    if _FORMULA.search(xml) is not None or b":f" in xml:
        for match in _FORMULA_CELL.finditer(xml):
            if not (match[2] or b"").strip() and not _IS_TEXT.search(match[1]):
                found[match.start()] = (match[1], NOT_COMPUTED)
    return _located(xml, found)


def _located(xml: bytes, found: dict[int, tuple[bytes, str]]) -> dict[tuple[int, int], str]:
    if len(found) > MOST_BROKEN_FORMULAS:
        raise MalformedError
    references = {start: _REFERENCE.search(attributes) for start, (attributes, _) in found.items()}
    if all(references.values()):
        return {_place(match): found[start][1] for start, match in references.items() if match is not None}
    return {(row, column): found[start][1] for start, row, column, _ in _cells(xml) if start in found}


def has_declaration(xml: bytes) -> bool:
    """Say whether the XML declares a document type or an entity."""
    return b"!" in xml and _DECLARATION.search(xml) is not None


def has_dde(xml: bytes) -> bool:
    """Say whether a formula starts another program (dynamic data exchange)."""
    return b"|" in xml and _DDE.search(xml) is not None


def text_bytes(xml: bytes) -> list[int]:
    """Return for each text item, shared or in a cell, the bytes up to the next one: never less than its own."""
    starts = [match.end() for match in _TEXT_ITEM.finditer(xml)]
    return [end - start for start, end in pairwise([*starts, len(xml)])]


def longest_text(xml: bytes, *, at_least: int) -> int:
    """Return the characters of the longest text item, or 0 when none has more bytes than ``at_least``."""
    longest = 0
    starts = [match.end() for match in _TEXT_ITEM.finditer(xml)]
    for start, end in pairwise([*starts, len(xml)]):
        if end - start > at_least:
            item = _TEXT_END.split(xml[start:end], maxsplit=1)[0]
            longest = max(longest, len(html.unescape(_MARKUP.sub(b"", item).decode("utf-8", "replace"))))
    return longest


def written_out_bytes(xml: bytes, shared: Sequence[int]) -> int:
    """Return an upper bound of the bytes of a sheet's shared texts once each is written out in its cell."""
    longest = max(shared, default=0)
    bound = len(xml) // _SHORTEST_REFERENCE * longest
    if bound > _CHEAP_TEXT_BYTES:
        bound = (xml.count(b'"s"') + xml.count(b"'s'")) * longest
    if bound <= _CHEAP_TEXT_BYTES:
        return bound
    return sum(shared[i] for match in _SHARED.finditer(xml) if (i := int(match[1])) < len(shared))
