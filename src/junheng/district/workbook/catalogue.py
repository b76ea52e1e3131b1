"""Which part of the archive holds which sheet: read from a workbook, and written anew for its reader."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

ROOT_RELATIONS = "_rels/.rels"
SHARED_TEXTS, FORMATS = "xl/sharedStrings.xml", "xl/styles.xml"
"""Names of these parts in the fresh archive."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


class MalformedError(ValueError):
    """The XML of a part is not what a spreadsheet program writes."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The list of sheets of a workbook; names of parts are in lower case.

    Attributes
    ----------
    part_by_sheet
        Name of the part by name of the sheet, in the order of the workbook.
    shared_texts, formats
        Names of the parts with texts that cells share and with formats, or empty.
    is_from_1904
        Whether days are counted from 1904 rather than 1900.
    """

    part_by_sheet: Mapping[str, str]
    shared_texts: str
    formats: str
    is_from_1904: bool


def workbook_part(root_relations: bytes) -> str:
    """Return the name of the part that lists the sheets, in lower case."""
    for link in _parsed(root_relations):
        if link.get("Type", "").endswith("/officeDocument"):
            return _part(link.get("Target"), folder="")
    raise MalformedError


def relations_part(part: str) -> str:
    """Return the name of the part with the relations of another.

    >>> relations_part("xl/workbook.xml")
    'xl/_rels/workbook.xml.rels'
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def read_catalogue(workbook: bytes, relations: bytes, *, folder: str) -> Catalogue:
    """Read the list of sheets; the parts were searched for entity declarations before, so that this is linear.

    Parameters
    ----------
    folder
        The folder of the workbook part, from which relations count.

    Raises
    ------
    MalformedError
        For XML that is not well formed, a sheet or relation that is named twice, or a sheet without a part.
    """
    book, links = _parsed(workbook), _parsed(relations)
    targets = {link.get("Id"): link.get("Target") for link in links}
    elements = [
        element for element in book.iter() if _local(element.tag) == "sheet" and "name" in element.attrib
    ]
    parts = {
        element.attrib["name"]: _part(targets.get(_relation(element)), folder=folder) for element in elements
    }
    if len(parts) != len(elements) or len(targets) != len(links):
        raise MalformedError
    by_type = {
        link.get("Type", "").rpartition("/")[2]: _part(link.get("Target"), folder=folder) for link in links
    }
    dates = [element.get("date1904") for element in book.iter() if _local(element.tag) == "workbookPr"]
    is_from_1904 = any(value in ("1", "true") for value in dates)
    return Catalogue(parts, by_type.get("sharedStrings", ""), by_type.get("styles", ""), is_from_1904)


def _parsed(xml: bytes) -> ET.Element:
    try:
        return ET.fromstring(xml)  # noqa: S314 - the guard has refused every declaration of entities
    except ET.ParseError as error:
        raise MalformedError from error


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _relation(element: ET.Element) -> str | None:
    return next((value for key, value in element.attrib.items() if _local(key) == "id"), None)


def _part(target: str | None, *, folder: str) -> str:
    if not target:
        raise MalformedError
    path = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path).lstrip("/").lower()


def part_of(number: int) -> str:
    """Return the name that a sheet's part has in the fresh archive."""
    return f"xl/worksheets/sheet{number}.xml"


def written_catalogue(sheets: Sequence[str], *, is_from_1904: bool) -> dict[str, str]:
    """Return the parts of a fresh archive that list its sheets, numbered from 1."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    dates = '<workbookPr date1904="1"/>' if is_from_1904 else ""
    targets = [("worksheet", part_of(number)) for number in range(1, len(sheets) + 1)]
    targets += [("sharedStrings", SHARED_TEXTS), ("styles", FORMATS)]
    return {
        ROOT_RELATIONS: _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}">{dates}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(targets),
    }


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINK}/{kind}" Target="/{part}"/>'
        for number, (kind, part) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
