"""Read a table from CSV, XLSX or ODS, within bounds that hold before any work is done.

A workbook is a zip: what its parts say they unpack to is added up first, and it is opened in a
process of its own with a bound on memory and time. A sheet of 5 kB with one cell at the far corner
asks its reader for 19 GB and ends the process: here it ends that one.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from registry.activities.sheets.cells import undefused
from registry.activities.sheets.encodings import ENCODINGS, guess, marked
from registry.common.errors import DomainError, Kind

MAX_BYTES = 4 * 1024 * 1024
MAX_UNPACKED = 32 * 1024 * 1024
MAX_PARTS = 1_000
MAX_ROWS = 2_000
MAX_COLUMNS = 600
# What a cell of Excel holds.
MAX_CELL = 32_767
SECONDS = 30
_SEPARATORS = (",", ";", "\t")
_DECLARED = re.compile(r"sep=(.)\r?\n")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class SheetUnreadable(DomainError):
    """The file is no table that can be read within bounds; the message says what to do."""

    kind = Kind.MALFORMED
    code = "sheet_unreadable"


@dataclass(frozen=True)
class Sheet:
    """A table: its header, and each row that isn't empty with its number in the file (from 1)."""

    kind: str
    encoding: str
    guessed: bool
    separator: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(raw: bytes, *, encoding: str = "", languages: Collection[str] = ()) -> Sheet:
    """The table of a file; ``encoding`` is the person's own word on a CSV, ``languages`` a hint.

    Raises ``SheetUnreadable``.
    """
    if len(raw) > MAX_BYTES:
        message = "The file is larger than %(limit)s MB; part it."
        raise SheetUnreadable(message, params={"limit": str(MAX_BYTES // 1024 // 1024)})
    if not raw.strip():
        raise SheetUnreadable("The file is empty.")
    if raw.startswith(_OLD_EXCEL):
        raise SheetUnreadable("This is an old or protected Excel file; save it as XLSX or CSV.")
    if raw.startswith(_ZIP):
        kind, rows = _workbook(raw)
        return _sheet(kind, "", rows, guessed=False, separator="")
    text, used, guessed = _decoded(raw, encoding, languages)
    separator, rows = _csv(text)
    return _sheet("csv", used, rows, guessed=guessed, separator=separator)


def _sheet(
    kind: str, encoding: str, rows: list[list[str]], *, guessed: bool, separator: str
) -> Sheet:
    filled = [(n, tuple(row)) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise SheetUnreadable("The file holds no row.")
    header, body = filled[0][1], filled[1:]
    if len(body) > MAX_ROWS:
        message = "The file has %(rows)s rows; at most %(limit)s go in one file."
        raise SheetUnreadable(message, params={"rows": str(len(body)), "limit": str(MAX_ROWS)})
    if max(len(row) for _number, row in filled) > MAX_COLUMNS:
        message = "A row has more than %(limit)s columns."
        raise SheetUnreadable(message, params={"limit": str(MAX_COLUMNS)})
    for number, row in filled:
        for position, cell in enumerate(row, 1):
            if len(cell) > MAX_CELL:
                message = "Row %(row)s, column %(column)s holds more than %(limit)s characters."
                params = {"row": str(number), "column": str(position), "limit": str(MAX_CELL)}
                raise SheetUnreadable(message, params=params)
    return Sheet(kind, encoding, guessed, separator, header, tuple(body))


def _decoded(raw: bytes, encoding: str, languages: Collection[str]) -> tuple[str, str, bool]:
    """The text, the encoding it was read in, and whether that was a guess."""
    if encoding:
        if encoding not in ENCODINGS:
            message = "The encodings read here are: %(encodings)s."
            raise SheetUnreadable(message, params={"encodings": ", ".join(ENCODINGS)})
        return _strictly(raw, encoding), encoding, False
    mark = marked(raw)
    if mark is not None:
        return _strictly(raw, mark), mark.removesuffix("-sig"), False
    try:
        return raw.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        best = guess(raw, languages)
    if best is None:
        raise SheetUnreadable("The file’s encoding isn’t known; save it as CSV UTF-8 or XLSX.")
    return _strictly(raw, best), best, True


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        message = "The file isn’t written in %(encoding)s; choose another encoding."
        raise SheetUnreadable(message, params={"encoding": encoding}) from error


def _csv(text: str) -> tuple[str, list[list[str]]]:
    """The separator and the records; a record over several lines is one row, as people see it."""
    if "\0" in text:
        raise SheetUnreadable("The file isn’t text; save it as CSV UTF-8 or XLSX.")
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    head = text.split("\n", 1)[0]
    separator = declared[1] if declared else max(_SEPARATORS, key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append([undefused(cell) for cell in row])
            if len(rows) > 4 * MAX_ROWS:
                message = "At most %(limit)s rows go in one file."
                raise SheetUnreadable(message, params={"limit": str(MAX_ROWS)})
    except csv.Error as error:
        message = "Row %(row)s can’t be read as CSV: %(fault)s."
        params = {"row": str(len(rows) + 1), "fault": str(error)}
        raise SheetUnreadable(message, params=params) from error
    return separator, rows


def _workbook(raw: bytes) -> tuple[str, list[list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise SheetUnreadable("The workbook is damaged; save it again.") from error
    _within_bounds(parts)
    names = {part.filename for part in parts}
    kind = "ods" if "content.xml" in names else "xlsx"
    return kind, [[undefused(cell) for cell in row] for row in _in_worker(raw)]


def _in_worker(raw: bytes) -> list[list[str]]:
    try:
        done = subprocess.run(  # noqa: S603 - our own file, nothing of the upload in the command
            [sys.executable, str(Path(__file__).with_name("worker.py"))],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise SheetUnreadable(
            "The workbook can’t be read within bounds: it is damaged, or it has cells far out. "
            "Copy the rows into a new workbook, or save them as CSV."
        ) from error
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


def _within_bounds(parts: Iterable[zipfile.ZipInfo]) -> None:
    rows = list(parts)
    if any(part.flag_bits & 0x1 for part in rows):
        raise SheetUnreadable("The workbook is protected by a password; save it without.")
    unpacked = sum(part.file_size for part in rows)
    if unpacked > MAX_UNPACKED or len(rows) > MAX_PARTS:
        size, most = unpacked // 1024 // 1024, MAX_UNPACKED // 1024 // 1024
        message = (
            "The workbook unpacks to %(size)s MB; at most %(limit)s MB are read. "
            "Keep only the rows to import, or save them as CSV."
        )
        raise SheetUnreadable(message, params={"size": str(size), "limit": str(most)})
