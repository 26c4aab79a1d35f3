"""The form of a route, made from its JSON Schema: what the schema holds becomes a field.

A new member, a new national field or a whole new framework needs nothing here: the shape of a value
decides what a person sees. ``words.py`` gives places and names to the members every activity has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from schemas import catalogue, isced, vocabularies
from schemas.forms import words
from schemas.forms.helps import helps, levels_of
from schemas.forms.model import Choice, Field, Form, Help, Kind, Section
from schemas.frameworks import Framework, Level, Route
from schemas.rules.case import token

_ACTIVITY = "https://registry.example/schemas/activity/v1"
_DIGITS = re.compile(r"\^\[0-9\]\{([0-9]{1,2})\}\$")
_PART = re.compile(r"(?P<letters>[A-Za-z]+)|\[0-9\]\{(?P<low>[0-9]+)(?:,(?P<high>[0-9]+))?\}")
_UNCOUNTED = frozenset({"none", "hours"})
_LONG_KINDS = frozenset({"text", "document"})
_SHAPES: Mapping[str, Kind] = {"number": "number", "integer": "integer"}


def form_for(frame: Framework, route: Route) -> Form:
    """The form in which an activity of that route is written."""
    builder = _Builder(frame, route, helps(frame, route))
    members = builder.members(catalogue.schema(route.schema_id))
    return Form(frame, route, tuple(_sections(members, builder.help)))


def _sections(
    members: dict[str, Field], help_: Mapping[str, tuple[Help, ...]]
) -> Iterator[Section]:
    placed = {name for _code, _title, names in words.SECTIONS for name in names} | words.FOLLOWS
    rest = tuple(name for name in members if name not in placed)
    for code, title, names in words.SECTIONS:
        here = names if code != "other" else rest
        fields = tuple(members[name] for name in here if name in members)
        if any(one.kind != "group" or one.fields for one in fields):
            alone = fields[0].pointer if len(fields) == 1 else ""
            yield Section(code, title, fields, help_.get(alone, ()))


@dataclass(frozen=True)
class _Builder:
    frame: Framework
    route: Route
    help: Mapping[str, tuple[Help, ...]]

    def members(self, schema: Mapping[str, Any], pointer: str = "") -> dict[str, Field]:
        """The fields of an object's members, in the order of its schema."""
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in (*map(self._resolved, schema.get("allOf", ())), schema):
            properties |= part.get("properties", {})
            required |= set(part.get("required", ()))
        return {
            name: self.field(f"{pointer}/{token(name)}", value, name in required)
            for name, value in properties.items()
            if not _open_map(self._resolved(value))
        }

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = schema.get("$ref")
        if reference is None:
            return schema
        document, _, place = reference.partition("#")
        found: Any = catalogue.schema(document or _ACTIVITY)
        for step in place.split("/")[1:]:
            found = found[step]
        return {**found, **{name: value for name, value in schema.items() if name != "$ref"}}

    def field(self, pointer: str, given: Mapping[str, Any], required: bool) -> Field:  # noqa: FBT001
        """The field of one value."""
        schema, nullable = _without_null(self._resolved(given))
        schema = self._resolved(schema)
        title = words.LABELS.get(pointer, given.get("title", pointer.rpartition("/")[2]))
        one = Field(
            pointer=pointer,
            label=title,
            kind=self._kind(pointer, schema),
            required=required and not nullable,
            nullable=required and nullable,
            help=self.help.get(pointer, ()),
            max_length=_longest(schema),
            max_items=schema.get("maxItems"),
            digits=_digits(schema),
            numbered=words.NUMBERED.get(pointer, ""),
        )
        one = replace(one, choices=self._choices(one, schema))
        if one.kind == "group":
            one = replace(one, fields=tuple(self.members(schema, pointer).values()))
        elif one.kind == "rows":
            inner = self.members(self._resolved(schema["items"]), f"{pointer}/*")
            one = replace(one, fields=tuple(inner.values()))
        return self._national(one, schema) if pointer.startswith("/extra/") else self._ruled(one)

    def _kind(self, pointer: str, schema: Mapping[str, Any]) -> Kind:
        if pointer in {"/level/national", "/workload/credit_system", "/isced_f", *words.CHOSEN}:
            return "choice"
        if pointer == "/level/eqf":
            return "eqf"
        if pointer in words.LANGUAGES:
            return "languages"
        kind = schema.get("type")
        if "enum" in schema or "const" in schema or kind == "boolean":
            return "choice"
        if kind == "array":
            items = self._resolved(schema.get("items", {}))
            if "enum" in items:
                return "choices"
            return "rows" if items.get("type") == "object" else "lines"
        if kind == "object":
            return "texts" if "propertyNames" in schema else "group"
        if kind == "string":
            return self._text(pointer, schema)
        return _SHAPES.get(str(kind), "line")

    def _text(self, pointer: str, schema: Mapping[str, Any]) -> Kind:
        if schema.get("format") == "date":
            return "date"
        extra = self.route.extra_field(pointer.removeprefix("/extra/"))
        if extra is not None:
            return "long" if extra.kind in _LONG_KINDS else "line"
        roomy = (_longest(schema) or 0) >= words.LONG_TEXT and "pattern" not in schema
        return "long" if roomy else "line"

    def _choices(self, one: Field, schema: Mapping[str, Any]) -> tuple[Choice, ...]:
        if one.pointer == "/level/national":
            return tuple(_level(level) for level in self._levels())
        if one.pointer == "/level/eqf":
            codes = sorted({number for level in self._levels() for number in level.eqf})
            return tuple(Choice(str(n), [n], {"en": f"EQF {n}"}) for n in codes)
        if one.pointer == "/workload/credit_system":
            systems = self.frame.credit_systems
            return tuple(Choice(s.code, s.code, {"en": f"{s.name} ({s.code})"}) for s in systems)
        if one.pointer == "/isced_f":
            return _fields_of_study()
        if one.pointer in words.CHOSEN | words.LANGUAGES:
            return language_choices()
        return self._listed(one, schema)

    def _levels(self) -> list[Level]:
        return levels_of(self.frame, self.route)

    def _listed(self, one: Field, schema: Mapping[str, Any]) -> tuple[Choice, ...]:
        listed = self._resolved(schema.get("items", {})) if one.kind == "choices" else schema
        if listed.get("type") == "boolean" or isinstance(listed.get("const"), bool):
            values = [listed["const"]] if "const" in listed else [True, False]
            return tuple(Choice(str(v).lower(), v, words.YES_NO[v]) for v in values)
        values = listed.get("enum", [listed["const"]] if "const" in listed else [])
        codes = tuple(str(value) for value in values if value is not None)
        return _vocabulary(words.VOCABULARIES.get(one.pointer, ""), codes)

    def _national(self, one: Field, schema: Mapping[str, Any]) -> Field:
        extra = self.route.extra_field(one.name)
        if extra is None:
            return replace(one, national=True)
        asked = "Asked for on this route." if one.required else "May be given on this route."
        told = [Help.of(extra.fact, asked)]
        spelt = _spelt(str(schema.get("pattern", "")))
        if spelt:
            told.append(Help.of(extra.fact, "Written as: %(parts)s.", parts=spelt))
        if extra.starts_with is not None:
            other = self.route.extra_field(extra.starts_with)
            name = other.label if other is not None else extra.starts_with
            told.append(Help.of(extra.fact, "Begins with: %(field)s.", field=name))
        verified = extra.fact.verified
        return replace(one, national=True, verified=verified, help=(*told, *one.help))

    def _ruled(self, one: Field) -> Field:
        """What the route's rules, and not its schema, say of a field."""
        size, route, counted = self.route.size, self.route, self.route.size.unit not in _UNCOUNTED
        referenced = any(level.eqf for level in self._levels())
        academic = any(system.academic_minutes for system in self.frame.credit_systems)
        contact = route.contact_hours_per_credit
        forbidden = route.level_rule == "forbidden"
        marks: dict[str, dict[str, Any]] = {
            "/level/national": {"required": route.level_rule == "required", "hidden": forbidden},
            "/level/eqf": {"hidden": forbidden or not referenced},
            "/workload/hours": {"required": not counted},
            "/workload/credits": {"required": counted and size.minimum is not None},
            "/workload/contact_hours": {"required": contact is not None},
            "/workload/academic_hours": {"hidden": not academic},
        }
        return replace(one, **marks.get(one.pointer, {}))


def _open_map(schema: Mapping[str, Any]) -> bool:
    """An object whose members' names nobody has listed: data, but no fields."""
    closed = {"properties", "propertyNames", "anyOf"} & set(schema)
    return schema.get("type") == "object" and not closed and "additionalProperties" in schema


def _without_null(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    if "anyOf" in schema:
        branches = [b for b in schema["anyOf"] if b.get("type") != "null"]
        return branches[0], len(branches) < len(schema["anyOf"])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        kept = [kind for kind in kinds if kind != "null"]
        return {**schema, "type": kept[0]}, len(kept) < len(kinds)
    return schema, None in schema.get("enum", ())


def _longest(schema: Mapping[str, Any]) -> int | None:
    found = schema.get("maxLength", schema.get("additionalProperties", {}))
    if isinstance(found, Mapping):
        found = found.get("maxLength")
    return found if type(found) is int else None


def _digits(schema: Mapping[str, Any]) -> int | None:
    match = _DIGITS.fullmatch(str(schema.get("pattern", "")))
    return int(match[1]) if match else None


def _spelt(pattern: str) -> str:
    """A simple pattern in words; nothing for any other."""
    inner, parts, at = pattern.removeprefix("^").removesuffix("$"), [], 0
    while at < len(inner):
        match = _PART.match(inner, at)
        if match is None:
            return ""
        low, high = match["low"], match["high"]
        digits = f"{low} digits" if high is None else f"{low} to {high} digits"
        parts.append(match["letters"] or digits)
        at = match.end()
    return ", ".join(parts)


def _level(level: Level) -> Choice:
    if not level.eqf:
        referenced = {"en": "no EQF level", "fr": "pas de niveau du CEC"}
    elif len(level.eqf) == 1:
        referenced = {"en": f"EQF {level.eqf[0]}", "fr": f"CEC {level.eqf[0]}"}
    else:
        either = [" or ".join(map(str, level.eqf)), " ou ".join(map(str, level.eqf))]
        referenced = {"en": f"EQF {either[0]}", "fr": f"CEC {either[1]}"}
    label = {language: f"{level.label} ({text})" for language, text in referenced.items()}
    return Choice(level.code, level.code, label)


@cache
def _vocabulary(vocabulary: str, codes: tuple[str, ...]) -> tuple[Choice, ...]:
    known = vocabularies.terms(vocabulary) if vocabulary else {}
    return tuple(
        Choice(code, code, known[code].label if code in known else {"en": code.replace("_", " ")})
        for code in codes
    )


@cache
def language_choices() -> tuple[Choice, ...]:
    """The languages chosen most, then all others that have a code of two letters."""
    first = _vocabulary("language", tuple(vocabularies.terms("language")))
    known, more = {choice.code for choice in first}, {"en": "Further languages"}
    rest = vocabularies.terms("eu-language").values()
    return first + tuple(
        Choice(term.code, term.code, term.label, more) for term in rest if term.code not in known
    )


@cache
def _fields_of_study() -> tuple[Choice, ...]:
    """The codes of four digits under their broad fields, regular ones before the residual."""
    rows, found = isced.fields(), []
    for broad in (row for row in rows.values() if len(row.code) == 2 and not row.residual):
        inside = [r for r in rows.values() if len(r.code) == 4 and r.code.startswith(broad.code)]
        for row in sorted(inside, key=lambda row: (row.residual, row.code)):
            label = {language: f"{row.code} {text}" for language, text in row.label.items()}
            found.append(Choice(row.code, row.code, label, broad.label))
    return tuple(found)
