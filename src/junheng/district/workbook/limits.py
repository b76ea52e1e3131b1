"""How large a workbook may be: each limit with its reason. A hostile file must cost seconds, not the machine.

A workbook of a city with 400 schools, 300,000 pupils and 3,000 residential units with polygons has about
156,000 rows, 850,000 cells, 4 MB as a file and 40 MB unpacked; every limit leaves several times that.
"""

from __future__ import annotations

MOST_FILE_BYTES = 64 * 2**20
"""Bytes of the file itself: it is read into memory once."""

MOST_PARTS = 2_000
"""Parts of the zip archive. A workbook has three to five a sheet; millions of parts exhaust memory by their names."""

MOST_PART_BYTES = 192 * 2**20
"""Unpacked bytes of one part, counted while it is unpacked: what the archive declares may be a lie."""

MOST_TOTAL_BYTES = 256 * 2**20
"""Unpacked bytes of all parts together."""

MOST_RATIO = 200
"""Times by which a part of at least `RATIO_FROM_BYTES` may grow when unpacked. Sheets grow 5 to 40 times; a bomb
of zeros 1,030 times."""

RATIO_FROM_BYTES = 2 * 2**20
"""Parts smaller than this when unpacked may have any ratio."""

MOST_CATALOGUE_BYTES = 4 * 2**20
"""Bytes of the list of sheets and of its relations, which are parsed as a tree."""

MOST_SHEETS = 200
"""Sheets of a workbook."""

MOST_CELLS_PER_SHEET = 10_000_000
"""Rows times columns up to the last cell that is not empty. The reader keeps a sheet as one rectangle, so that a
single cell at XFD1048576 would ask for 17 thousand million cells and kill the process."""

MOST_TEXT_BYTES_PER_SHEET = 512 * 2**20
"""Text of a sheet once its shared texts are written out: one long text may be named by a million cells."""

MOST_CELL_CHARACTERS = 32_767
"""Characters of one cell: the most that Excel itself keeps."""

MOST_UNUSUAL_CELLS = 2_000_000
"""Cells of a sheet whose XML is not written as spreadsheet programs do: placing each takes microseconds."""

MOST_BROKEN_FORMULAS = 100_000
"""Cells of a sheet whose formula failed or was never computed; each is remembered with its place."""
