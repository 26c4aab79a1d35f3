"""Open a workbook in a process of its own: bytes in, rows of texts out as JSON.

Run as a file by ``reading``, so that nothing of the registry is loaded here. Whatever goes wrong
ends this process, and its exit status says so; formulas are the values they last had.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from decimal import Decimal

MEMORY = 512 * 1024 * 1024
SECONDS = 20
MAX_TEXT = 16 * 1024 * 1024


def text(value: object) -> str:
    """A cell as a person would type it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        plain = format(Decimal(repr(value)), "f")
        # Three decimals could be thousands to a reader of texts; four can't.
        return f"{plain}0" if len(plain.partition(".")[2]) == 3 else plain
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def main() -> None:
    """Read the first sheet of the workbook on the standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only inside the bounds

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    rows, size = [], 0
    # With the empty rows and columns at the beginning, so that numbers are those people see.
    for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False):
        cells = [text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        size += sum(map(len, cells)) + len(cells)
        if size > MAX_TEXT:
            sys.exit(3)
        rows.append(cells)
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
