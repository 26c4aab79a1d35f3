"""From a payload to texts and back, without loss.

``flatten`` gives what a form shows: texts by the pointer of their place. ``apply`` puts texts back
over the payload they came from: what wasn't changed keeps its very value (``null``, ``5.0``, a
member nobody knows), what was changed is read, and what can't be read is kept as it was typed, for
the one validation to speak of. A place that isn't named in the texts wasn't in the form: it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from schemas import isced
from schemas.forms.model import Field, Form
from schemas.forms.names import steps
from schemas.forms.scalars import ABSENT, Unshowable, read_list, read_one, shown
from schemas.frameworks import UnknownLevel
from schemas.rules.case import token

Flat = Mapping[str, Sequence[str]]
_SIMPLE = frozenset({"line", "long", "number", "integer", "date", "choice", "eqf"})
_LISTED = frozenset({"choices", "lines", "languages"})
MAX_ROWS = 200


def flatten(form: Form, payload: Mapping[str, Any]) -> dict[str, list[str]]:
    """The texts a form shows, by pointer; what no field can show isn't among them."""
    found: dict[str, list[str]] = {}
    for one in form.fields():
        _show(one, f"/{token(one.name)}", payload.get(one.name, ABSENT), found)
    return found


def _show(one: Field, place: str, value: Any, found: dict[str, list[str]]) -> None:
    if one.kind == "group":
        if value is ABSENT or isinstance(value, dict):
            members = {} if value is ABSENT else value
            for inner in one.fields:
                _show(inner, f"{place}/{token(inner.name)}", members.get(inner.name, ABSENT), found)
    elif one.kind == "rows":
        if value is not ABSENT and is_rows(value):
            for index, row in enumerate(value):
                for inner in one.fields:
                    name = f"{place}/{index}/{token(inner.name)}"
                    _show(inner, name, row.get(inner.name, ABSENT), found)
    elif one.kind == "texts":
        if value is not ABSENT and is_texts(value):
            for language, text in value.items():
                found[f"{place}/{token(language)}"] = [text]
    else:
        try:
            found[place] = shown(one, value)
        except Unshowable:
            return


def is_texts(value: Any) -> bool:
    """Whether a value is a text by language."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def is_rows(value: Any) -> bool:
    """Whether a value is a list of objects."""
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def apply(
    form: Form,
    base: Mapping[str, Any],
    texts: Flat,
    *,
    without: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """``base`` with what the texts say; the places in ``without`` are taken out of it."""
    payload = dict(base)
    for one in form.fields():
        place = f"/{token(one.name)}"
        _put(payload, one.name, _read(one, place, base.get(one.name, ABSENT), texts, without))
    for place in without:
        names = steps(place)
        if len(names) == 1:
            payload.pop(names[0], None)
    _follow(form, base, payload)
    return payload


def _put(members: dict[str, Any], name: str, value: Any) -> None:
    if value is ABSENT:
        members.pop(name, None)
    else:
        members[name] = value


def _read(one: Field, place: str, base: Any, texts: Flat, without: frozenset[str]) -> Any:
    if place in without:
        return ABSENT
    if one.kind == "group":
        return _read_group(one, place, base, texts, without)
    if one.kind == "rows":
        return _read_rows(one, place, base, texts, without)
    if one.kind == "texts":
        return _read_texts(one, place, base, texts)
    if place not in texts:
        return base
    given = list(texts[place])
    try:
        if base is not ABSENT and shown(one, base) == [_lines(text) for text in given]:
            return base
    except Unshowable:
        if not any(given):
            return base
    value = read_list(one, base, given) if one.kind in _LISTED else read_one(one, given)
    empty = None if one.nullable else ABSENT
    if value is ABSENT:
        return base if base is ABSENT else empty
    return value


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_group(one: Field, place: str, base: Any, texts: Flat, without: frozenset[str]) -> Any:
    if base is not ABSENT and not isinstance(base, dict):
        base_members: dict[str, Any] = {}
        if not _says_anything(place, texts):
            return base
    else:
        base_members = {} if base is ABSENT else base
    members = dict(base_members)
    for inner in one.fields:
        name = f"{place}/{token(inner.name)}"
        value = _read(inner, name, base_members.get(inner.name, ABSENT), texts, without)
        _put(members, inner.name, value)
    if members == base_members:
        return base
    for inner in one.fields:
        if inner.nullable:
            members.setdefault(inner.name, None)
    return members if members or one.required else ABSENT


def _says_anything(place: str, texts: Flat) -> bool:
    return any(any(given) for name, given in texts.items() if name.startswith(f"{place}/"))


def _read_rows(one: Field, place: str, base: Any, texts: Flat, without: frozenset[str]) -> Any:
    if base is not ABSENT and not is_rows(base) and not _says_anything(place, texts):
        return base
    before: list[dict[str, Any]] = base if base is not ABSENT and is_rows(base) else []
    named = set(_indexes(place, texts))
    rows = []
    for index in sorted(named | set(range(len(before)))):
        if f"{place}/{index}" in without:
            continue
        old = before[index] if index < len(before) else ABSENT
        row = _read_row(one, f"{place}/{index}", old, texts, without) if index in named else old
        if row is not ABSENT:
            rows.append(row)
    _number(one, rows, before)
    if rows == before and (base is ABSENT or is_rows(base)):
        return base
    return rows if rows or one.required else ABSENT


def _indexes(place: str, texts: Flat) -> Iterator[int]:
    pattern = re.compile(re.escape(place) + r"/([0-9]{1,3})/")
    for name in texts:
        match = pattern.match(name)
        if match and int(match[1]) < MAX_ROWS:
            yield int(match[1])


def _read_row(one: Field, place: str, old: Any, texts: Flat, without: frozenset[str]) -> Any:
    before: dict[str, Any] = {} if old is ABSENT else old
    row = dict(before)
    for inner in one.fields:
        name = f"{place}/{token(inner.name)}"
        _put(row, inner.name, _read(inner, name, before.get(inner.name, ABSENT), texts, without))
    if row == before:
        return old
    # A row whose every field was emptied is a row taken out; members no field shows keep it.
    return row or ABSENT


def _number(one: Field, rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    for inner in one.fields:
        if not inner.numbered:
            continue
        taken = {row.get(inner.name) for row in rows if isinstance(row.get(inner.name), str)}
        for position, row in enumerate(rows):
            if inner.name not in row and row not in before:
                number = position + 1
                while f"{inner.numbered}{number}" in taken:
                    number += 1
                code = f"{inner.numbered}{number}"
                rows[position] = {inner.name: code, **row}
                taken.add(code)


def _read_texts(one: Field, place: str, base: Any, texts: Flat) -> Any:
    named = [name for name in texts if name.startswith(f"{place}/")]
    if base is not ABSENT and not is_texts(base) and not any(any(texts[n]) for n in named):
        return base
    before: dict[str, str] = base if base is not ABSENT and is_texts(base) else {}
    found = dict(before)
    for name in named:
        language, given = steps(name)[-1], _lines((list(texts[name]) or [""])[-1])
        if _lines(before.get(language, "")) == given:
            continue
        if given.strip():
            found[language] = given.strip()
        elif one.pointer == "/title":
            # The languages of an activity are those of its title: an empty one is still to do.
            found[language] = ""
        else:
            found.pop(language, None)
    if found == before:
        return base
    return found or ABSENT


def _follow(form: Form, base: Mapping[str, Any], payload: dict[str, Any]) -> None:
    """What another field says along: the label of a field of study, the EQF level of a level."""
    if "isced_f_label" in base and payload.get("isced_f") != base.get("isced_f"):
        field = isced.fields().get(str(payload.get("isced_f")))
        _put(payload, "isced_f_label", field.label["en"] if field else ABSENT)
    level, before = payload.get("level"), base.get("level")
    if not isinstance(level, dict) or level == before:
        return
    old = before if isinstance(before, dict) else {}
    moved = level.get("national") != old.get("national")
    if moved and level.get("eqf") == old.get("eqf", None):
        try:
            eqf = form.framework.level(str(level.get("national"))).eqf
        except UnknownLevel:
            eqf = ()
        # Of several, the institution says which.
        payload["level"] = {**level, "eqf": list(eqf) if len(eqf) == 1 else []}


def languages(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages of an activity's texts: the source, then those of the title, then more."""
    source = payload.get("source_language")
    titles = payload.get("title")
    found = [source] if isinstance(source, str) and source else []
    found += sorted(titles) if isinstance(titles, dict) else []
    found += sorted(_more_languages(payload))
    return tuple(dict.fromkeys(found))


def _more_languages(payload: Mapping[str, Any]) -> Iterator[str]:
    outcomes = payload.get("learning_outcomes")
    rows = outcomes if isinstance(outcomes, list) else []
    texts = [row.get("text") for row in rows if isinstance(row, dict)]
    for value in [payload.get("purpose"), *texts]:
        if isinstance(value, dict) and is_texts(value):
            yield from value


def add_language(payload: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The payload with an empty title in one more language."""
    titles = payload.get("title", {})
    if not isinstance(titles, dict) or language in titles:
        return dict(payload)
    return {**payload, "title": {**titles, language: ""}}


def drop_language(payload: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The payload without any text in a language."""
    changed = deepcopy(dict(payload))
    outcomes = changed.get("learning_outcomes")
    rows = outcomes if isinstance(outcomes, list) else []
    holders = [row.get("text") for row in rows if isinstance(row, dict)]
    for texts in [changed.get("title"), changed.get("purpose"), *holders]:
        if isinstance(texts, dict):
            texts.pop(language, None)
    if changed.get("source_language") == language:
        del changed["source_language"]
    return changed


def blank(form: Form, language: str) -> dict[str, Any]:
    """The payload a new activity begins with: nothing that must still be chosen is chosen."""
    systems = form.framework.credit_systems
    payload: dict[str, Any] = {"title": {language: ""}, "source_language": language}
    for one in form.fields():
        empty = {inner.name: None for inner in one.fields if inner.nullable}
        if one.kind == "group" and empty:
            payload[one.name] = empty
        elif one.pointer == "/extra" and one.required:
            payload[one.name] = {}
    if len(systems) == 1:
        payload.setdefault("workload", {})["credit_system"] = systems[0].code
    return payload


def unshown(form: Form, payload: Mapping[str, Any]) -> list[str]:
    """The places that hold something no field of the form can show."""
    known = {one.name for one in form.fields()} | {"isced_f_label"}
    found = [f"/{token(name)}" for name in payload if name not in known]
    for one in form.fields():
        if one.name in payload:
            found += _unshown(one, f"/{token(one.name)}", payload[one.name])
    return found


def _unshown(one: Field, place: str, value: Any) -> Iterator[str]:
    if one.kind == "group" and isinstance(value, dict):
        yield from _unshown_members(one, place, value)
    elif one.kind == "rows" and is_rows(value):
        for index, row in enumerate(value):
            yield from _unshown_members(one, f"{place}/{index}", row)
    elif one.kind == "texts" and is_texts(value):
        return
    else:
        try:
            shown(one, value)
        except Unshowable:
            yield place


def _unshown_members(one: Field, place: str, members: Mapping[str, Any]) -> Iterator[str]:
    fields = {inner.name: inner for inner in one.fields}
    for name, value in members.items():
        inner_place = f"{place}/{token(name)}"
        if name not in fields:
            yield inner_place
        else:
            yield from _unshown(fields[name], inner_place, value)
