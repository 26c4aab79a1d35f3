"""What two payloads of one form say differently, field by field, as people see the fields.

Rows that carry a code are compared with the row of the same code, wherever it stands now; others
with the row at the same place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.forms.model import Field, Form
from schemas.forms.scalars import ABSENT, Unshowable, shown
from schemas.forms.values import is_rows, is_texts
from schemas.forms.words import LABELS
from schemas.rules.case import token


@dataclass(frozen=True)
class Step:
    """A part of the way to a field: its label, or which row or language of it."""

    label: str
    row: str = ""
    language: str = ""
    national: bool = False


@dataclass(frozen=True)
class Difference:
    """One field with its two texts; ``rule`` is ``None`` for a member that no field shows."""

    pointer: str
    path: tuple[Step, ...]
    rule: Field | None
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(
    form: Form, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """The fields in which the two differ, in the order of the form, then what it doesn't show."""
    found: list[Difference] = []
    for one in form.fields():
        old, new = before.get(one.name, ABSENT), after.get(one.name, ABSENT)
        found += _compared(one, f"/{token(one.name)}", (), old, new)
    known = {one.name for one in form.fields()}
    for name in sorted((set(before) | set(after)) - known):
        old, new = before.get(name, ABSENT), after.get(name, ABSENT)
        found += _whole(None, f"/{token(name)}", (Step(name),), old, new)
    return tuple(found)


def _whole(
    one: Field | None, place: str, path: tuple[Step, ...], old: Any, new: Any
) -> Iterator[Difference]:
    texts = [_texts(one, old), _texts(one, new)]
    if texts[0] != texts[1]:
        yield Difference(place, path, one, texts[0], texts[1])


def _texts(one: Field | None, value: Any) -> tuple[str, ...]:
    if value is ABSENT or value is None:
        return ()
    try:
        rows = shown(one, value) if one is not None else None
    except Unshowable:
        rows = None
    if rows is None:
        return (json.dumps(value, ensure_ascii=False),)
    return tuple(text for text in rows if text)


def _compared(
    one: Field, place: str, path: tuple[Step, ...], old: Any, new: Any
) -> Iterator[Difference]:
    here = (*path, Step(one.label, national=one.national))
    sides = [{} if side is ABSENT or side is None else side for side in (old, new)]
    if one.kind == "group" and all(isinstance(side, dict) for side in sides):
        yield from _members(one, place, here, sides[0], sides[1])
    elif one.kind == "texts" and all(is_texts(side) for side in sides):
        for language in dict.fromkeys([*sides[0], *sides[1]]):
            name, step = f"{place}/{token(language)}", Step("", language=language)
            old_text, new_text = sides[0].get(language, ""), sides[1].get(language, "")
            if old_text != new_text:
                texts = [(text,) if text else () for text in (old_text, new_text)]
                yield Difference(name, (*here, step), one, texts[0], texts[1])
    elif one.kind == "rows" and all(is_rows(side or []) for side in sides):
        yield from _rows(one, place, path, sides[0] or [], sides[1] or [])
    else:
        yield from _whole(one, place, here, old, new)


def _members(
    one: Field, place: str, path: tuple[Step, ...], old: Any, new: Any
) -> Iterator[Difference]:
    for inner in one.fields:
        values = [side.get(inner.name, ABSENT) for side in (old, new)]
        yield from _compared(inner, f"{place}/{token(inner.name)}", path, values[0], values[1])
    known = {inner.name for inner in one.fields}
    for name in sorted((set(old) | set(new)) - known):
        values = [side.get(name, ABSENT) for side in (old, new)]
        yield from _whole(None, f"{place}/{token(name)}", (*path, Step(name)), *values)


def _rows(
    one: Field,
    place: str,
    path: tuple[Step, ...],
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
) -> Iterator[Difference]:
    label = LABELS.get(f"{one.pointer}/*", one.label)
    coded = next((inner.name for inner in one.fields if inner.numbered), None)

    def keyed(rows: list[dict[str, Any]]) -> dict[str, tuple[int, dict[str, Any]]]:
        found: dict[str, tuple[int, dict[str, Any]]] = {}
        for index, row in enumerate(rows):
            code = row.get(coded) if coded else None
            key = code if isinstance(code, str) and code not in found else str(index + 1)
            found.setdefault(key, (index, row))
        return found

    before, after = keyed(old), keyed(new)
    for key in dict.fromkeys([*before, *after]):
        index, row = after.get(key) or before[key]
        was = before.get(key, (0, {}))[1]
        now = row if key in after else {}
        step = Step(label, row=key)
        yield from _members(one, f"{place}/{index}", (*path, step), was, now)
