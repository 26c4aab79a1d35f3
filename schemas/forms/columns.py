"""The form as a table: one column for each field, one row for each activity.

A column is called by the dotted name of its place (``schemas.forms.names``), so a fault and its
cell name each other. Cells are texts; a list of codes is parted by commas or semicolons, a list of
texts by line breaks.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.forms.model import Choice, Field, Form
from schemas.forms.names import column, pattern, pointer, steps
from schemas.forms.values import apply, blank, flatten
from schemas.forms.words import FOLLOWS, LABELS
from schemas.rules.case import token
from schemas.validation import Violation

OTHER = "other"
"""The column of what no other column can say: a JSON object of values by their pointers."""
INFORMS = frozenset({"id", "state"})
"""Columns of an export that say something and are read by nobody."""
MAX_ROW_INDEX = 40
_PARTS = re.compile(r"[;,\n]")
_LISTS = frozenset({"choices", "languages"})


@dataclass(frozen=True)
class Column:
    """One column: its name, its place, the field it belongs to, and what people call it."""

    name: str
    place: str
    rule: Field
    label: str

    @property
    def required(self) -> bool:
        """Whether each activity needs it; of rows, whether the first one does."""
        numbers = [step for step in steps(self.place) if step.isdecimal()]
        return self.rule.required and all(number == "0" for number in numbers)


def columns(form: Form, *, languages: Sequence[str] = ("en",), rows: int = 4) -> tuple[Column, ...]:
    """The columns of a table with texts in those languages and that many rows of each list."""
    found: list[Column] = []
    for one in form.fields():
        if not one.hidden:
            found += _columns(one, f"/{token(one.name)}", (), languages, rows)
    return tuple(found)


def _columns(
    one: Field, place: str, before: tuple[str, ...], languages: Sequence[str], rows: int
) -> Iterator[Column]:
    path = (*before, one.label)
    if one.kind == "group":
        for inner in one.fields:
            if not inner.hidden:
                yield from _columns(inner, f"{place}/{token(inner.name)}", path, languages, rows)
    elif one.kind == "rows":
        label = LABELS.get(f"{one.pointer}/*", one.label)
        for index in range(rows if one.required else min(rows, 2)):
            numbered = (*before, f"{label} {index + 1}")
            for inner in one.fields:
                name = f"{place}/{index}/{token(inner.name)}"
                yield from _columns(inner, name, numbered, languages, rows)
    elif one.kind == "texts":
        for language in languages:
            name = f"{place}/{token(language)}"
            yield Column(column(name), name, one, ", ".join((*path, language)))
    else:
        yield Column(column(place), place, one, ", ".join(path))


def field_at(form: Form, place: str) -> Field | None:
    """The field that a column's place belongs to; ``None`` for a place that is no field's."""
    fields: Iterable[Field] = form.fields()
    names = steps(place)
    while names:
        name = names.pop(0)
        one = next((one for one in fields if one.name == name), None)
        if one is None:
            return None
        if one.kind == "texts":
            return one if len(names) == 1 else None
        if one.kind == "rows":
            index = names.pop(0) if names else ""
            if not index.isdecimal() or int(index) >= MAX_ROW_INDEX:
                return None
        if one.kind not in {"rows", "group"}:
            return one if not names else None
        fields = one.fields
    return None


def read_header(form: Form, names: Sequence[str]) -> tuple[dict[int, str], list[Violation]]:
    """The place of each column by its position, and what is wrong with the header.

    A violation's ``pointer`` is the column's position here, for there is no other place to name.
    """
    places: dict[int, str] = {}
    wrong: list[Violation] = []
    known = [one.name for one in columns(form, rows=MAX_ROW_INDEX)]
    for position, given in enumerate(names):
        name = given.strip()
        place = pointer(name)
        if name.removeprefix("/") in INFORMS | {OTHER}:
            name = name.removeprefix("/")
            place = f"/{name}"
        elif not name:
            continue
        elif place is None or field_at(form, place) is None:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" Do you mean {near[0]}?" if near else " The template lists the columns."
            message = f"The column {name[:60]} isn't known here.{hint}"
            params = {"column": name[:60]}
            wrong.append(Violation("column_unknown", str(position), message, params=params))
            continue
        if place in places.values():
            message = f"The column {name[:60]} stands twice; take one of them out."
            params = {"column": name[:60]}
            wrong.append(Violation("column_twice", str(position), message, params=params))
        places[position] = place
    return places, wrong


@dataclass(frozen=True)
class Reading:
    """What a row says: a payload, the cells that can't be read, and where its lists' rows stood.

    ``rows`` has for each list the numbers (from 0) of its filled columns: the payload has no gaps.
    """

    payload: dict[str, Any]
    wrong: list[Violation]
    rows: dict[str, list[int]]

    def place(self, found: str) -> str:
        """The place a pointer into the payload had in the table."""
        for start, numbers in self.rows.items():
            inside = found.removeprefix(f"{start}/")
            index, _sep, rest = inside.partition("/")
            if inside != found and index.isdecimal() and int(index) < len(numbers):
                return f"{start}/{numbers[int(index)]}" + (f"/{rest}" if rest else "")
        return found


def read_row(form: Form, places: Mapping[int, str], cells: Sequence[str]) -> Reading:
    """What a row of cells says."""
    texts: dict[str, list[str]] = {}
    more: dict[str, Any] = {}
    wrong: list[Violation] = []
    for position, place in places.items():
        cell = cells[position].strip() if position < len(cells) else ""
        if not cell or place[1:] in INFORMS:
            continue
        if place == f"/{OTHER}":
            more, wrong = _others(cell, wrong)
            continue
        one = field_at(form, place)
        if one is not None:
            texts[place] = _texts(one, cell)
    start = {k: v for k, v in blank(form, "").items() if k not in {"title", "source_language"}}
    payload = apply(form, start, texts)
    for place, value in more.items():
        if not _set(payload, steps(place), value):
            message = f"{place[:60]} in the column {OTHER} is no place in this activity."
            wrong.append(Violation("cell_unreadable", f"/{OTHER}", message))
    return Reading(payload, wrong, _filled(form, texts))


def _filled(form: Form, texts: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    starts = [f"/{token(one.name)}" for one in form.fields() if one.kind == "rows"]
    for place in texts:
        for start in starts:
            if place.startswith(f"{start}/"):
                found.setdefault(start, set()).add(int(steps(place)[1]))
    return {start: sorted(numbers) for start, numbers in found.items()}


def _others(cell: str, wrong: list[Violation]) -> tuple[dict[str, Any], list[Violation]]:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value, wrong
    message = f"The column {OTHER} holds a JSON object of values by their pointers, or nothing."
    return {}, [*wrong, Violation("cell_unreadable", f"/{OTHER}", message)]


def _set(holder: Any, names: Sequence[str], value: Any) -> bool:
    for name in names[:-1]:
        if isinstance(holder, list) and name.isdecimal() and int(name) < len(holder):
            holder = holder[int(name)]
        elif isinstance(holder, dict):
            holder = holder.setdefault(name, {})
        else:
            return False
    if not isinstance(holder, dict) or not names:
        return False
    holder[names[-1]] = value
    return True


def _texts(one: Field, cell: str) -> list[str]:
    if one.kind in _LISTS:
        if _code(one, cell) is not None:
            return [_code(one, cell) or ""]
        return [_code(one, part.strip()) or part.strip() for part in _PARTS.split(cell)]
    if one.choices:
        return [_code(one, cell) or _padded(one, cell)]
    return [cell]


def _padded(one: Field, cell: str) -> str:
    """A code that a spreadsheet took for a number, with its zeros again: 613 is 0613."""
    if one.digits is None or not (cell.isascii() and cell.isdecimal()):
        return cell
    full = cell.zfill(one.digits)
    return full if any(choice.code == full for choice in one.choices) else cell


def _code(one: Field, cell: str) -> str | None:
    """The code of what a cell says: a code itself, or a label in any language."""
    folded = cell.casefold()
    by_label: Choice | None = None
    for choice in one.choices:
        if choice.code == cell:
            return choice.code
        if by_label is None and (
            choice.code.casefold() == folded
            or any(label.casefold() == folded for label in choice.label.values())
        ):
            by_label = choice
    return by_label.code if by_label is not None else None


def cells(form: Form, payload: Mapping[str, Any]) -> dict[str, str]:
    """What a payload says in each column, by the column's place."""
    found = {}
    for place, texts in flatten(form, payload).items():
        one = field_at(form, place)
        rows = [text for text in texts if text]
        if one is not None and rows:
            found[place] = ", ".join(rows) if one.kind in _LISTS else rows[-1]
    others = _left_over(form, payload, found)
    if others:
        found[f"/{OTHER}"] = json.dumps(others, ensure_ascii=False, sort_keys=True)
    return found


def _left_over(form: Form, payload: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    """The members that reading the cells again wouldn't give back, whole."""
    places = dict(enumerate(found))
    again = read_row(form, places, list(found.values())).payload
    return {
        f"/{token(name)}": value
        for name, value in payload.items()
        if name not in FOLLOWS and _said(again.get(name)) != _said(value)
    }


def _said(value: Any) -> Any:
    """A value without what says nothing: nulls, empty lists and objects."""
    if isinstance(value, dict):
        inner = {name: _said(member) for name, member in value.items()}
        return {name: member for name, member in inner.items() if member not in (None, [], {})}
    return [_said(item) for item in value] if isinstance(value, list) else value


def places_in_order(form: Form, used: Iterable[str]) -> list[str]:
    """The places of a table in the order of the form: by field, then row, then language."""
    order = {one.pointer: number for number, one in enumerate(form.every_field())}

    def key(place: str) -> tuple[int, list[tuple[int, int, str]]]:
        top = order.get("/" + place.split("/")[1], len(order))
        return top, [_rank(order, place, depth) for depth in range(2, place.count("/") + 1)]

    return sorted(set(used), key=key)


def _rank(order: Mapping[str, int], place: str, depth: int) -> tuple[int, int, str]:
    parts = place.split("/")[: depth + 1]
    number = int(parts[-1]) if parts[-1].isdecimal() else 0
    return number, order.get(pattern("/".join(parts)), len(order)), parts[-1]
