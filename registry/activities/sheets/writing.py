"""Write a table as CSV or XLSX: texts only, so that no program takes one for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from registry.activities.sheets.cells import defused
from registry.common.errors import BadInput

MAX_CELL = 32_767
"""Characters that a cell of Excel holds."""


@dataclass(frozen=True)
class Table:
    """A sheet: its name, its header and its rows. ``widths`` are in characters.

    ``choices`` has a column (from 0), the column of the last sheet that lists what its cells choose
    from, and how long that list is.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    choices: Sequence[tuple[int, int, int]] = ()


def csv_bytes(table: Table) -> bytes:
    """The table as UTF-8 with a mark, which spreadsheet programs ask for, and CRLF (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (table.header, *table.rows):
        writer.writerow([defused(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(tables: Sequence[Table], *, empty_rows: int = 0) -> bytes:
    """The tables as the sheets of a workbook; every cell is a text, so that ``0613`` stays.

    ``empty_rows`` of the first sheet below its rows are given lists to choose from too.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "valign": "top"})
    last = tables[-1].name
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        for position, _name in enumerate(table.header):
            width = table.widths[position] if position < len(table.widths) else 24
            sheet.set_column(position, position, width, plain)
        for number, row in enumerate((table.header, *table.rows)):
            for position, cell in enumerate(row):
                if len(cell) >= MAX_CELL:
                    raise BadInput("A text is too long for a cell of Excel; take CSV.")
                if cell:
                    sheet.write_string(number, position, defused(cell), plain if number else head)
        depth = len(table.rows) + empty_rows
        for position, column, count in table.choices:
            letter = xlsxwriter.utility.xl_col_to_name(column)
            source = f"='{last}'!${letter}$2:${letter}${count + 1}"
            rule = {"validate": "list", "source": source, "error_type": "information"}
            sheet.data_validation(1, position, depth, position, rule)
    book.close()
    return out.getvalue()
