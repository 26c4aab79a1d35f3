"""What the validation found, at the field it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.web.messages import violation_words
from schemas.forms.names import steps
from schemas.validation import Violation


class Tone(Enum):
    """How a finding is told: still to do, wrong, or for the reviewer to judge."""

    TODO = "todo"
    WRONG = "wrong"
    DOUBTFUL = "doubtful"


# Nothing was written yet; other codes speak of what was.
_MISSING = frozenset(
    {
        "missing",
        "too_few",
        "too_short",
        "extra_field_missing",
        "level_required",
        "workload_missing",
        "hours_missing",
        "credits_missing",
        "credit_system_missing",
        "contact_hours_missing",
        "eqf_level_ambiguous",
        "outcome_not_assessed",
    }
)
# Plainer words for what a schema says, by code and kind of field.
_PLAIN = {
    ("wrong_type", "number"): _("Write a number such as 2.5, without separators of thousands."),
    ("wrong_type", "integer"): _("Write a whole number, such as 12."),
    ("wrong_format", "date"): _("Write a date: year-month-day, such as 2026-09-30."),
    ("missing", ""): _("Still to fill in."),
    ("too_short", ""): _("Still to fill in."),
    ("too_few", ""): _("Still to fill in."),
    ("level_required", ""): _("Still to choose."),
    ("not_in_list", "choice"): _("Choose one of the list."),
    ("not_in_list", "choices"): _("Choose from the list."),
}


@dataclass(frozen=True)
class Problem:
    """A finding as it is told; ``language`` is set where the words aren't the reader's."""

    tone: Tone
    text: str
    language: str
    violation: Violation
    line: int | None = None


class Placer:
    """Gives each finding to one field, and keeps what no field took."""

    def __init__(self, found: Sequence[Violation], *, refused: bool) -> None:
        self._left = list(found)
        self._refused = refused

    def take(self, place: str, kind: str) -> list[Problem]:
        """The findings about the field at ``place``, those inside too that no inner field took."""
        inside = f"{place}/"
        mine = [v for v in self._left if v.pointer == place or v.pointer.startswith(inside)]
        self._left = [v for v in self._left if v not in mine]
        return [self._told(violation, place, kind) for violation in mine]

    def loose(self) -> list[Problem]:
        """The findings about no field: the body, or a member that no field shows."""
        return [self._told(violation, "", "") for violation in self._left]

    def _told(self, violation: Violation, place: str, kind: str) -> Problem:
        plain = _PLAIN.get((violation.code, kind)) or _PLAIN.get((violation.code, ""))
        line = None
        if kind == "lines" and violation.pointer != place:
            step = steps(violation.pointer)[-1]
            line = int(step) + 1 if step.isdecimal() else None
        if violation.severity == "warning":
            tone = Tone.DOUBTFUL
        elif violation.code in _MISSING and not self._refused:
            tone = Tone.TODO
        else:
            tone = Tone.WRONG
        if plain is None and violation.code == "extra_field_missing" and tone is not Tone.DOUBTFUL:
            plain = _PLAIN["missing", ""]
        if plain is not None:
            return Problem(tone, gettext(str(plain)), "", violation, line)
        words = violation_words(violation)
        return Problem(tone, words.text, words.language, violation, line)
