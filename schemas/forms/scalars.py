"""One value as text and back: numbers, dates, choices, lists of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from schemas.forms.model import Field
from schemas.numbers import plain

# Digits that a double carries exactly; a longer number stays the text it was typed as.
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]{1,6})?")
# "1.500" is one and a half here and fifteen hundred there: nobody guesses.
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_EQF = re.compile(r"[0-9]{1,2}( ?, ?[0-9]{1,2})*")


class _Absent:
    """No value at all, which is another thing than ``None``."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()


class Unshowable(Exception):
    """The value isn't of a shape that the field can show."""


def shown(one: Field, value: Any) -> list[str]:
    """The texts of a value. Raises ``Unshowable``."""
    if one.kind in {"choices", "lines", "languages"}:
        return _shown_list(one, value)
    if value is ABSENT or value is None:
        return [""]
    for choice in one.choices:
        if type(choice.value) is type(value) and choice.value == value:
            return [choice.code]
    if one.kind == "eqf" and isinstance(value, list):
        if all(type(number) is int for number in value):
            return [",".join(map(str, value))]
        raise Unshowable
    if one.kind in {"number", "integer"} and isinstance(value, int | float):
        if isinstance(value, bool):
            raise Unshowable
        return [written(value)]
    if not isinstance(value, str):
        raise Unshowable
    if one.kind != "long":
        # A browser's line has no line breaks.
        return [value.replace("\r", "").replace("\n", "")]
    return [value.replace("\r\n", "\n").replace("\r", "\n")]


def written(value: float) -> str:
    """A number as people write it, without exponent."""
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def _shown_list(one: Field, value: Any) -> list[str]:
    rows = [] if value is ABSENT or value is None else value
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise Unshowable
    if one.kind == "lines":
        return ["\n".join(row.replace("\r", "").replace("\n", " ") for row in rows)]
    return list(rows)


def read_one(one: Field, given: Sequence[str]) -> Any:
    """The value of a text; the text itself where it can't be read, ``ABSENT`` for none."""
    text = (given[-1] if given else "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return ABSENT
    for choice in one.choices:
        if choice.code == text:
            return choice.value
    if one.kind in {"number", "integer"}:
        return number(text)
    if one.kind == "eqf" and _EQF.fullmatch(text):
        return [int(part) for part in text.split(",")]
    return text


def number(text: str) -> Any:
    """A number with point or comma; the text itself if it is none, or may be one of two."""
    if not _NUMBER.fullmatch(text) or _EITHER.fullmatch(text):
        return text
    return plain(Decimal(text.replace(",", ".")))


def read_list(one: Field, base: Any, given: Sequence[str]) -> Any:
    """The values of several texts, in the order they had; ``ABSENT`` for none."""
    before = base if isinstance(base, list) else []
    if one.kind == "lines":
        return _read_lines(before, given)
    # An empty text only says that the list was in the form.
    said = [text for text in given if text]
    had = [text for text in before if text]
    # Boxes to tick have the order of the page, not that of their owner.
    if said == had or (one.kind == "choices" and set(said) == set(had)):
        return base
    texts = [text.strip() for text in said if text.strip()]
    if one.kind == "choices":
        kept = [row for row in before if row in texts]
        texts = [*kept, *(text for text in texts if text not in kept)]
    return list(dict.fromkeys(texts)) if texts else ABSENT


def _read_lines(before: list[Any], given: Sequence[str]) -> Any:
    text = (given[-1] if given else "").replace("\r\n", "\n").replace("\r", "\n")
    # An entry with a line break in it, shown on one line, keeps its break unless it was changed.
    same = {row.replace("\r", "").replace("\n", " "): row for row in before if isinstance(row, str)}
    rows = [same.get(line, line.strip()) for line in text.split("\n") if line.strip()]
    return rows or ABSENT
