"""Where a finding is, as the form names the place: not ``/learning_outcomes/0/text/et``."""

from __future__ import annotations

from django.utils.translation import gettext

from registry.web.activity_form import language_name
from schemas.forms import Form
from schemas.forms.model import Field
from schemas.forms.names import steps
from schemas.forms.words import LABELS


def place_words(pointer: str, form: Form | None) -> str:
    """The labels on the way to a place; the pointer itself where the form has no such place."""
    if form is None or not pointer:
        return pointer
    parts: list[str] = []
    fields, at, last = tuple(form.fields()), "", None
    for step in steps(pointer):
        if step.isdecimal() and last is not None:
            at = f"{at}/*"
            row = LABELS.get(at)
            parts[-1] = f"{gettext(row) if row else parts[-1]} {int(step) + 1}"
            continue
        field = next((one for one in fields if one.name == step), None)
        if field is None:
            if last is None or last.kind != "texts":
                return pointer
            parts.append(language_name(step))
            continue
        at, last, fields = field.pointer, field, field.fields
        parts.append(_label(field))
    return ", ".join(parts)


def _label(field: Field) -> str:
    return field.label if field.national else gettext(field.label)
