"""The field of study and the national fields (R6, R9, trap 7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from schemas import isced
from schemas.rules.case import Case, finding, number
from schemas.validation import Violation

# A missing field by any of these names is missing; other codes speak of what was written.
_MISSING = frozenset({"missing", "too_few"})
# Kinds whose values somebody claims to know; the shape of a date or a number is ours to ask.
_CLAIMED = ("pattern:", "enum:", "const:", "percent")


def national_field(violation: Violation, case: Case) -> Violation:
    """A schema's finding about a national field: named, and no error if the field is unverified."""
    match = re.fullmatch(r"/extra/([a-z0-9_]+)", violation.pointer)
    field = case.route.extra_field(match[1]) if match else None
    if field is None:
        return violation
    if violation.code in _MISSING:
        message = f"The national field {field.code} is required on this route."
        return finding(
            field.fact, "extra_field_missing", violation.pointer, message, field=field.code
        )
    if field.fact.verified or not field.kind.startswith(_CLAIMED):
        return violation
    found = finding(field.fact, violation.code, violation.pointer, violation.message)
    return replace(found, params={**violation.params, **found.params})


def prefix_rule(case: Case) -> Iterator[Violation]:
    """A code that begins with another field's begins with the one stated."""
    extra = case.part("extra")
    for field in case.route.extra_fields:
        if field.starts_with is None:
            continue
        value, start = extra.get(field.code), extra.get(field.starts_with)
        if isinstance(value, str) and isinstance(start, str) and not value.startswith(start):
            message = f"{field.label} begins with {field.starts_with}, here {start}."
            pointer = f"/extra/{field.code}"
            yield finding(field.fact, "code_of_another", pointer, message, start=start)


def field_rule(case: Case) -> Iterator[Violation]:
    """The field is a regular code of ISCED-F 2013."""
    code = case.payload.get("isced_f")
    if not isinstance(code, str):
        return
    field = isced.fields().get(code)
    if field is None:
        message = f"{code} isn't a code of ISCED-F 2013."
        params = {"value": code}
        yield Violation("field_unknown", "/isced_f", message, source="ISCED-F 2013", params=params)
    elif field.residual:
        message = f"{code} is a residual code ({field.label['en']}); choose a regular field."
        params, source = {"value": code}, "ISCED-F 2013"
        yield Violation("residual_field_code", "/isced_f", message, "warning", source, params)


def classification_rule(case: Case) -> Iterator[Violation]:
    """The national classification of fields speaks of the same broad field as ISCED-F."""
    isced_f = case.payload.get("isced_f")
    for scheme in case.route.classifications:
        code = case.part("extra").get(scheme.field)
        if not isinstance(code, str) or not isinstance(isced_f, str) or not scheme.broad:
            continue
        broad = scheme.broad.get(code[:2])
        pointer = f"/extra/{scheme.field}"
        if broad is None:
            message = f"{scheme.scheme} has no broad field {code[:2]}."
            params = {"scheme": scheme.scheme, "value": code[:2]}
            yield finding(scheme.fact, "national_field_unknown", pointer, message, **params)
        elif isced_f[:2] not in broad and isced_f in isced.fields():
            message = f"{scheme.scheme} {code} and ISCED-F {isced_f} are different broad fields."
            params = {"scheme": scheme.scheme, "value": code, "field": isced_f}
            yield finding(scheme.fact, "fields_disagree", pointer, message, **params)


def _self_study(case: Case) -> object:
    hours, contact = case.number("hours"), case.number("contact_hours")
    return None if hours is None or contact is None else hours - contact


def _until(case: Case) -> object:
    return case.part("quality_assurance").get("valid_until")


# National fields that repeat what every activity says, and where it says so.
_TWICE: Mapping[str, Callable[[Case], object]] = {
    "contact_hours": lambda case: case.number("contact_hours"),
    "self_study_hours": _self_study,
    "duration_hours": lambda case: case.number("hours"),
    "developer": lambda case: case.part("roles").get("developer"),
    "certifier": lambda case: case.part("roles").get("certifier"),
    "credit_rating_body": lambda case: case.part("roles").get("rating_body"),
    "programme_accreditation_valid_until": _until,
    "registration_end_date": _until,
}


def twice_rule(case: Case) -> Iterator[Violation]:
    """What a national field and a member of every activity both say, they say alike."""
    for name, read in _TWICE.items():
        stated, other = case.part("extra").get(name), read(case)
        if stated is None or other is None or case.route.extra_field(name) is None:
            continue
        value: Any = number(stated) if not isinstance(stated, str) else stated
        if value is not None and value != other:
            message = f"{name} is {stated} here and {other} elsewhere in the activity."
            yield Violation("stated_twice", f"/extra/{name}", message, "warning")
    stated = case.part("extra").get("instruction_language")
    taught = case.rows("languages_of_instruction")
    if isinstance(stated, str) and taught and stated not in taught:
        message = f"{stated} isn't among the languages of instruction."
        pointer = "/extra/instruction_language"
        yield Violation("stated_twice", pointer, message, "warning")
