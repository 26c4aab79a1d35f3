"""Cells that a spreadsheet program would run, made harmless so that they can be read again.

A text that begins with one of ``= + - @``, a tab or a carriage return is a formula to a program
for spreadsheets (OWASP, "CSV Injection"). On the way out such a text gets an apostrophe in front,
and so does one that begins with an apostrophe followed by one of these, or with two apostrophes; on
the way in one apostrophe is taken off again in just these cases. Every text comes back as it was,
and ``'t Hof`` was never touched.
"""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "'=", "'+", "'-", "'@", "'\t", "'\r", "''")


def defused(text: str) -> str:
    """The text as it is written into a cell."""
    return f"'{text}" if text.startswith(_STARTS) else text


def undefused(cell: str) -> str:
    """The text of a cell that was written so."""
    rest = cell.removeprefix("'")
    return rest if rest != cell and rest.startswith(_STARTS) else cell
