"""Hold a document against a pinned JSON Schema; every fault at once, each with its place.

JSON Schema 2020-12 (or the draft a schema names). Formats are checked, remote references are not:
the registry given to the validator knows the catalogue's schemas and refuses everything else. A
compiled validator answers for what is right, forty times faster; the one that explains is asked
only when something is wrong, and its answer is the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, cast

import jsonschema
import jsonschema_rs
from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource

from schemas import catalogue

MAX_VIOLATIONS = 100


@dataclass(frozen=True)
class Violation:
    """One fault or warning about a submitted document.

    ``code`` is stable; ``pointer`` is RFC 6901; ``message`` says in plain English what to do;
    ``source`` cites the rule; ``params`` are the values a translated message needs.
    """

    code: str
    pointer: str
    message: str
    severity: Literal["error", "warning"] = "error"
    source: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def validate(document: object, schema_id: str) -> tuple[Violation, ...]:
    """The violations of ``document`` against a pinned schema, sorted by place.

    Raises ``catalogue.UnknownSchema``.
    """
    if _quick(schema_id).is_valid(document):
        return ()
    violations = []
    for error in _validator(schema_id).iter_errors(cast(Any, document)):
        violations += [_violation(leaf, schema_id) for leaf in _leaves(error)]
        if len(violations) >= MAX_VIOLATIONS:
            break
    unique = {(v.code, v.pointer, v.message): v for v in violations}
    return tuple(sorted(unique.values(), key=lambda v: (v.pointer, v.code)))


def _retrieve(uri: str) -> Resource[Any]:
    try:
        return Resource.from_contents(catalogue.schema(uri))
    except catalogue.UnknownSchema as error:
        raise NoSuchResource(uri) from error


def _refuse(uri: str) -> Any:
    try:
        return catalogue.schema(uri)
    except catalogue.UnknownSchema as error:
        raise ValueError(f"{uri} isn't a schema kept here") from error


@cache
def _quick(schema_id: str) -> Any:
    return jsonschema_rs.validator_for(
        dict(catalogue.schema(schema_id)), validate_formats=True, retriever=_refuse
    )


@cache
def _validator(schema_id: str) -> jsonschema.protocols.Validator:
    schema: Any = dict(catalogue.schema(schema_id))
    kind = validator_for(schema, default=jsonschema.Draft202012Validator)
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    return kind(schema, registry=registry, format_checker=FormatChecker())


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The faults behind an ``anyOf`` or ``oneOf``: of its branches, the one that comes nearest."""
    if not error.context:
        yield error
        return
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    nearest = min(branches.values(), key=len)
    for inner in nearest:
        yield from _leaves(inner)


def _pointer(error: ValidationError) -> str:
    tokens = [str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path]
    if error.validator == "required":
        missing = _missing(error)
        tokens.append(missing.replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{token}" for token in tokens)


def _missing(error: ValidationError) -> str:
    wanted = error.validator_value if isinstance(error.validator_value, list) else []
    there = error.instance if isinstance(error.instance, dict) else {}
    # One error is reported for each missing name; its message starts with the name.
    return next((n for n in wanted if n not in there and error.message.startswith(repr(n))), "")


_WORDS: Mapping[str, tuple[str, str]] = {
    "required": ("missing", "This is required."),
    "enum": ("not_in_list", "Choose one of: {expected}."),
    "const": ("not_in_list", "This must be {expected}."),
    "type": ("wrong_type", "This must be of type {expected}."),
    "format": ("wrong_format", "This must be written as {expected}."),
    "pattern": ("wrong_format", "This isn't written as it must be (pattern {expected})."),
    "minLength": ("too_short", "This must not be empty."),
    "maxLength": ("too_long", "At most {expected} characters."),
    "minItems": ("too_few", "At least {expected} needed."),
    "maxItems": ("too_many", "At most {expected}."),
    "minProperties": ("missing", "Give this in at least one language."),
    "minimum": ("too_small", "At least {expected}."),
    "exclusiveMinimum": ("too_small", "More than {expected}."),
    "maximum": ("too_large", "At most {expected}."),
    "uniqueItems": ("duplicate", "Each item stands once."),
    "additionalProperties": ("unknown_member", "This member isn't known here; remove it."),
    "unevaluatedProperties": ("unknown_member", "A member here isn't known; remove it."),
    "propertyNames": ("unknown_member", "A name here isn't one of those allowed."),
}


def _violation(error: ValidationError, schema_id: str) -> Violation:
    code, words = _WORDS.get(str(error.validator), ("schema", "{detail}"))
    value = error.validator_value
    expected = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    schema: Any = error.schema
    if error.validator in ("pattern", "format") and schema.get("description"):
        words = str(schema["description"])
    message = words.replace("{expected}", expected[:200]).replace("{detail}", error.message[:200])
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        message = f"{words} ({error.message[:160]})"
    params = {"expected": expected[:200]}
    return Violation(code, _pointer(error), message, source=schema_id, params=params)
