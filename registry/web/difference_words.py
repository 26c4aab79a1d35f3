"""Names of the parts of an activity's text, and how a changed value is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.activities.publication.differences import Difference
from registry.activities.publication.model import skill_label
from registry.common.texts import pick
from registry.web.languages import language_name
from schemas import isced, vocabularies
from schemas.frameworks import Framework

PARTS: Mapping[str, Promise] = {
    "title": _("Title"),
    "purpose": _("Purpose"),
    "outcome": _("Learning outcome"),
    "outcome.dimension": _("Kind of learning outcome"),
    "outcome.esco": _("Skill of learning outcome"),
    "outcome.assessed_by": _("Assessment of learning outcome"),
    "assessment": _("Assessment"),
    "supervision": _("Supervision"),
    "workload.hours": _("Hours"),
    "workload.credits": _("Credits"),
    "workload.credit_system": _("Credit system"),
    "workload.contact_hours": _("Contact hours"),
    "workload.academic_hours": _("Academic hours"),
    "level.national": _("National level"),
    "level.eqf": _("EQF level"),
    "isced_f": _("Field of study"),
    "participation": _("Form of participation"),
    "languages_of_instruction": _("Language of instruction"),
    "quality_assurance.kind": _("Kind of quality assurance"),
    "quality_assurance.text": _("Quality assurance"),
    "quality_assurance.reference": _("Reference of the quality assurance"),
    "quality_assurance.valid_until": _("Quality assured until"),
    "quality_assurance.statement": _("Statement on quality"),
    "quality_assurance_evidence": _("Evidence of quality assurance"),
    "stackability.integration": _("How it counts"),
    "stackability.accepts.max_age_months": _("Oldest age of a part, in months"),
    "stackability.accepts.min_percent_at_level": _(
        "Share that has to lie at its own level or above, in percent"
    ),
    "stackability.towards": _("Counts towards"),
    "stackability.requires": _("Requires"),
    "links": _("Link to another activity"),
    "prerequisites": _("Prerequisite"),
    "validity.kind": _("Validity of the award"),
    "validity.months": _("Months of validity"),
    "delivered_by": _("Taught by"),
    "platform": _("Platform"),
    "sectors": _("Sector"),
    "source_language": _("Source language"),
    "transitions": _("Transition"),
    "roles.developer": _("Developed by"),
    "roles.certifier": _("Certified by"),
    "roles.rating_body": _("Rated by"),
    "roles.designed_with": _("Designed with"),
    "dates.registration_end": _("End of the registration"),
    "dates.last_enrolment": _("Last day to enrol"),
    "dates.last_achievement": _("Last day to achieve it"),
    "dates.review": _("Next review"),
    "extra": _("National field"),
}
_VOCABULARIES: Mapping[str, str] = {
    "outcome.dimension": "dimension",
    "outcome.assessed_by": "assessment-type",
    "assessment": "assessment-type",
    "supervision": "supervision",
    "participation": "participation",
    "quality_assurance.kind": "quality-assurance",
    "stackability.integration": "integration",
    "validity.kind": "validity",
    "sectors": "sector",
    "transitions": "transition",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A difference as a page says it. ``lang`` is empty where the texts' language isn't known."""

    part: str
    which: str
    lang: str
    before: str | None
    after: str | None


def tell(rows: Iterable[Difference], framework: Framework) -> list[Told]:
    """The differences in words; the framework names its own fields."""
    return [_told(row, framework) for row in rows]


def _told(row: Difference, framework: Framework) -> Told:
    return Told(
        part=str(PARTS.get(row.part, row.part)),
        which=_which(row, framework),
        lang=row.language,
        before=_value(row.part, row.before),
        after=_value(row.part, row.after),
    )


def _which(row: Difference, framework: Framework) -> str:
    """Which of several: an outcome by its code, a text by its language, a field by its name."""
    if row.part == "extra":
        fields = (route.extra_field(row.key) for route in framework.routes)
        return next((field.label for field in fields if field is not None), row.key)
    code = row.key.partition(" ")[0] if row.part.startswith("outcome") else ""
    language = language_name(row.language) if row.language else ""
    return ", ".join(filter(None, (code, language)))


def _value(part: str, value: str | None) -> str | None:
    if value is None:
        return None
    wanted = (get_language() or "en").partition("-")[0]
    if part in _VOCABULARIES:
        term = vocabularies.terms(_VOCABULARIES[part]).get(value)
        return pick(term.label, wanted)[0] if term else value
    if part in ("languages_of_instruction", "source_language"):
        return language_name(value)
    if part == "isced_f":
        field = isced.fields().get(value)
        return f"{value} {pick(field.label, wanted)[0]}" if field else value
    if part == "outcome.esco":
        return pick(skill_label(value), wanted)[0] or value
    return value
