"""Differences of two texts of an activity, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext

from registry.common.texts import pick
from registry.web.activity_form import language_name
from schemas.forms import Field, Form
from schemas.forms.differences import Difference, Step, differences


@dataclass(frozen=True)
class Told:
    """One field, and what it said before and says after."""

    path: str
    before: str
    after: str


def told(form: Form, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Told]:
    """Every difference, in the order of the form."""
    return [
        Told(
            ", ".join(_step(step) for step in one.path),
            _said(one, one.before),
            _said(one, one.after),
        )
        for one in differences(form, before, after)
    ]


def _step(step: Step) -> str:
    if step.language:
        return language_name(step.language)
    label = step.label if step.national else gettext(step.label)
    return f"{label} {step.row}".strip()


def _said(one: Difference, texts: tuple[str, ...]) -> str:
    labels = _labels(one.rule) if one.rule is not None else {}
    return "\n".join(labels.get(text, text) for text in texts)


def _labels(rule: Field) -> dict[str, str]:
    wanted = (get_language() or "en").partition("-")[0]
    return {choice.code: pick(choice.label, wanted)[0] for choice in rule.choices}
