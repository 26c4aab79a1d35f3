"""Spreadsheets in and out: bounded, in any of the usual encodings, and without formulas."""

from registry.activities.sheets.cells import defused, undefused
from registry.activities.sheets.encodings import ENCODINGS
from registry.activities.sheets.reading import (
    MAX_BYTES,
    MAX_ROWS,
    Sheet,
    SheetUnreadable,
    read_sheet,
)
from registry.activities.sheets.writing import Table, csv_bytes, xlsx_bytes

__all__ = [
    "ENCODINGS",
    "MAX_BYTES",
    "MAX_ROWS",
    "Sheet",
    "SheetUnreadable",
    "Table",
    "csv_bytes",
    "defused",
    "read_sheet",
    "undefused",
    "xlsx_bytes",
]
