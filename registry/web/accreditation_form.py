"""The form of an accreditation: what was typed, and each fault at its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from registry.web.officer import Problems, fault_of
from schemas import isced
from schemas.frameworks import Framework

if TYPE_CHECKING:
    from django.http import QueryDict

    from registry.issuers.models import Accreditation

MAX_REFERENCE = 100
MAX_FIELDS = 100
ORDER = ("levels", "fields", "award_types", "reference", "first_day", "last_day", "reasons")
_FIELD = re.compile(r"[0-9]{2,4}")
_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass
class Typed:
    """What stands in the form: texts as they were typed, so that nothing is lost on a fault.

    ``last_day`` is what people write; the services count the first day on which it no longer holds.
    """

    framework: str = ""
    levels: list[str] = field(default_factory=list)
    fields: str = ""
    award_types: list[str] = field(default_factory=list)
    reference: str = ""
    first_day: str = ""
    last_day: str = ""
    reasons: str = ""


def read(form: QueryDict) -> Typed:
    """The form as a browser sends it."""
    texts = ("framework", "fields", "reference", "first_day", "last_day", "reasons")
    return Typed(
        **{name: form.get(name, "").strip() for name in texts},
        levels=form.getlist("levels"),
        award_types=form.getlist("award_types"),
    )


def of(row: Accreditation, first_day: date) -> Typed:
    """The form of a change, filled in with what holds now."""
    last = row.until - timedelta(days=1) if row.until else None
    return Typed(
        framework=row.framework,
        levels=list(row.levels),
        fields=" ".join(row.fields),
        award_types=list(row.award_types),
        reference=row.reference,
        first_day=first_day.isoformat(),
        last_day=last.isoformat() if last else "",
    )


@dataclass(frozen=True)
class Read:
    """The values of a form without a fault. ``until`` is the first day it no longer holds."""

    levels: tuple[str, ...]
    fields: tuple[str, ...]
    award_types: tuple[str, ...]
    reference: str
    first_day: date
    until: date | None

    def scope(self) -> Mapping[str, Any]:
        """The scope, as the services take it."""
        return {"levels": self.levels, "fields": self.fields, "award_types": self.award_types}


def check(
    typed: Typed, frame: Framework, *, today: date | None = None
) -> tuple[Read | None, Problems]:
    """The values, or every fault at its field. With ``today``, the first day isn't before it."""
    found: Problems = {}
    first, until = _period(typed, found, today)
    missing = _("Give the reference of the decision, such as its file number.")
    if fault := fault_of(typed.reference, missing=missing, most=MAX_REFERENCE):
        found["reference"] = fault
    fields = tuple(dict.fromkeys(filter(None, _SEPARATORS.split(typed.fields))))
    _check_fields(fields, found)
    if {*typed.levels} - {level.code for level in frame.levels}:
        found["levels"] = _("Choose levels of this framework.")
    if {*typed.award_types} - frame.award_types():
        found["award_types"] = _("Choose types of award of this framework.")
    if fault := fault_of(typed.reasons):
        found["reasons"] = fault
    if found or first is None:
        # In the order in which the fields stand, so that the list at the top leads down the page.
        return None, {name: found[name] for name in ORDER if name in found}
    levels, types = tuple(typed.levels), tuple(typed.award_types)
    return Read(levels, fields, types, typed.reference, first, until), found


def _period(typed: Typed, found: Problems, today: date | None) -> tuple[date | None, date | None]:
    first, last = day(typed.first_day), day(typed.last_day)
    if first is None:
        found["first_day"] = _("Give the first day, as year-month-day.")
    elif today is not None and first < today:
        found["first_day"] = _("Choose today or a later day: the past isn’t changed.")
    if typed.last_day and last is None:
        found["last_day"] = _("Give the last day as year-month-day, or leave it empty.")
    elif first is not None and last is not None and last < first:
        found["last_day"] = _("The last day comes before the first.")
    elif last == date.max:
        found["last_day"] = _("Leave it empty if it has no end.")
    return first, last + timedelta(days=1) if last and "last_day" not in found else None


def _check_fields(codes: tuple[str, ...], found: Problems) -> None:
    for code in codes:
        known = _FIELD.fullmatch(code) and any(one.startswith(code) for one in isced.fields())
        if not known:
            words = _("“%(code)s” isn’t a field of ISCED-F: write two to four digits, such as 06.")
            found["fields"] = words % {"code": code[:20]}
            return
    if len(codes) > MAX_FIELDS:
        found["fields"] = _("Name at most %(n)s fields.") % {"n": MAX_FIELDS}


def day(text: str) -> date | None:
    """A day as people type it, year-month-day; ``None`` for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
