"""The field of study and the national fields (R6, R9)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import isced
from schemas.rules.case import Case
from schemas.validation import Violation


def field_rule(case: Case) -> Iterator[Violation]:
    """The field is a regular code of ISCED-F 2013."""
    code = case.payload.get("isced_f")
    if not isinstance(code, str):
        return
    field = isced.fields().get(code)
    if field is None:
        message = f"{code} isn't a code of ISCED-F 2013."
        yield Violation("field_unknown", "/isced_f", message, source="ISCED-F 2013")
    elif field.residual:
        message = f"{code} is a residual code ({field.label['en']}); choose a regular field."
        yield Violation("residual_field_code", "/isced_f", message, "warning", "ISCED-F 2013")
