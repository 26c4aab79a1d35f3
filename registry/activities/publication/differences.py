"""What a version says otherwise than the one before it, part by part.

The texts are compared as people speak of them: a language of the title, an outcome by its code, one
more way of assessment. The parts' names are stable; the words for them stand beside the pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed. ``before`` is ``None`` for what is new, ``after`` for what is gone.

    ``part`` is the name of what changed (``workload.hours``); ``key`` tells apart what there are
    several of (the code of an outcome); ``language`` is that of the texts, where it is known.
    """

    part: str
    key: str
    language: str
    before: str | None
    after: str | None


_Key = tuple[str, str, str]
_SETS = (
    "languages_of_instruction",
    "assessment",
    "prerequisites",
    "delivered_by",
    "sectors",
    "transitions",
)
_OBJECTS = ("workload", "level", "quality_assurance", "validity", "dates")
_APART = {
    "title",
    "purpose",
    "learning_outcomes",
    "stackability",
    "links",
    "quality_assurance_evidence",
    "roles",
    "extra",
    *_SETS,
    *_OBJECTS,
}
_UNSAID = {"isced_f_label"}
"""Words for a code that is compared itself."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """All differences between two payloads, in the order in which a page shows the parts."""
    old, new = dict(_flat(before)), dict(_flat(after))
    # What is gone keeps its place among what stayed.
    keys = sorted({**old, **new}, key=lambda key: _ORDER.get(key[0].partition(".")[0], len(_ORDER)))
    return tuple(
        Difference(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)
    )


_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "title",
            "purpose",
            "outcome",
            "assessment",
            "supervision",
            "workload",
            "level",
            "isced_f",
            "participation",
            "languages_of_instruction",
            "quality_assurance",
            "quality_assurance_evidence",
            "stackability",
            "links",
            "prerequisites",
            "validity",
            "dates",
        )
    )
}


def _flat(payload: Mapping[str, Any]) -> Iterator[tuple[_Key, str]]:
    for name in ("title", "purpose"):
        yield from _texts(name, "", payload.get(name))
    for outcome in payload.get("learning_outcomes") or ():
        yield from _outcome(outcome)
    for name in _SETS:
        yield from _members(name, payload.get(name))
    # Whatever else a text says is a value: a member that nobody thought of here isn't overlooked.
    for name in sorted(payload.keys() - _APART - _UNSAID):
        yield from _value(name, payload[name])
    for name in _OBJECTS:
        for member, value in (payload.get(name) or {}).items():
            yield from _value(f"{name}.{member}", value)
    yield from _stackability(payload.get("stackability") or {})
    yield from _members(
        "links", (f"{row['type']}: {row['activity']}" for row in payload.get("links") or ())
    )
    yield from _evidence(payload.get("quality_assurance_evidence") or ())
    yield from _roles(payload.get("roles") or {})
    for name, value in (payload.get("extra") or {}).items():
        yield from _value("extra", value, key=name)


def _stackability(stackability: Mapping[str, Any]) -> Iterator[tuple[_Key, str]]:
    for name, value in stackability.items():
        if isinstance(value, list):
            yield from _members(f"stackability.{name}", value)
        elif isinstance(value, Mapping):
            for member, inner in value.items():
                yield from _value(f"stackability.{name}.{member}", inner)
        else:
            yield from _value(f"stackability.{name}", value)


def _outcome(outcome: Mapping[str, Any]) -> Iterator[tuple[_Key, str]]:
    code = outcome["code"]
    yield from _texts("outcome", code, outcome.get("text"))
    yield from _value("outcome.dimension", outcome.get("dimension"), key=code)
    for name in ("esco", "assessed_by"):
        for value in outcome.get(name) or ():
            yield (f"outcome.{name}", f"{code} {value}", ""), value


def _evidence(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[_Key, str]]:
    for row in rows:
        words = (row["type"], row["body"], row.get("reference") or "")
        period = f"{row['from']} – {row.get('until') or ''}".strip()
        key = ", ".join(filter(None, words))
        yield ("quality_assurance_evidence", key, ""), f"{key}, {period}"


def _roles(roles: Mapping[str, Any]) -> Iterator[tuple[_Key, str]]:
    for name, value in roles.items():
        if isinstance(value, list):
            yield from _members(f"roles.{name}", value)
        else:
            yield from _value(f"roles.{name}", value)


def _texts(part: str, key: str, texts: Mapping[str, str] | None) -> Iterator[tuple[_Key, str]]:
    for language, text in (texts or {}).items():
        yield (part, key, language), text


def _members(part: str, values: Iterable[str] | None) -> Iterator[tuple[_Key, str]]:
    for value in values or ():
        yield (part, value, ""), value


def _value(part: str, value: Any, *, key: str = "") -> Iterator[tuple[_Key, str]]:
    if value is None or value == []:
        return
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    yield (part, key, ""), plain.strip("[]") if isinstance(value, list) else plain
