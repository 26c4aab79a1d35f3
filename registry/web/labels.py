"""Facet values, levels and sizes in plain words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from registry.common.texts import pick
from schemas import frameworks, isced, vocabularies

FACET_TITLES: Mapping[str, object] = {
    "country": gettext_lazy("Country"),
    "framework": gettext_lazy("Framework"),
    "level": gettext_lazy("National level"),
    "eqf": gettext_lazy("European level (EQF)"),
    "field": gettext_lazy("Field"),
    "credits": gettext_lazy("Size in credits"),
    "hours": gettext_lazy("Size in hours"),
    "mode": gettext_lazy("Form"),
    "language": gettext_lazy("Language of teaching"),
    "transition": gettext_lazy("Transition"),
    "stackable": gettext_lazy("Counts towards something larger"),
    "provider": gettext_lazy("Institution"),
    "provider_type": gettext_lazy("Kind of institution"),
}
# Recommendation 2017/C 189/03, Annexes II and III: the descriptors in a few words; levels 5 to 8
# are those of the four cycles of higher education (Annex III, "compatibility").
EQF_WORDS: Mapping[int, object] = {
    1: gettext_lazy("simple tasks under guidance"),
    2: gettext_lazy("routine work under supervision"),
    3: gettext_lazy("tasks on one’s own responsibility"),
    4: gettext_lazy("independent skilled work"),
    5: gettext_lazy("specialist work; as after a short cycle of higher education"),
    6: gettext_lazy("advanced; as after a bachelor’s degree"),
    7: gettext_lazy("highly specialised; as after a master’s degree"),
    8: gettext_lazy("at the frontier of a field; as after a doctorate"),
}
_FULL_TIME_DAY, _FULL_TIME_WEEK = 8, 40


def term_label(vocabulary: str, code: str) -> str:
    """The label of a code, the code itself where the list doesn't have it."""
    try:
        return pick(vocabularies.term(vocabulary, code).label, get_language() or "en")[0]
    except KeyError:
        return code


def framework_label(code: str) -> str:
    """A framework by country and abbreviation."""
    try:
        frame = frameworks.framework(code)
    except KeyError:
        return code
    return f"{term_label('country', frame.country)} – {frame.abbreviation}"


def level_label(value: str) -> str:
    """A national level, named by framework and level: ``ee-estqf.5``."""
    code, _dot, level = value.partition(".")
    try:
        abbreviation = frameworks.framework(code).abbreviation
    except KeyError:
        return value
    return _("%(framework)s level %(level)s") % {"framework": abbreviation, "level": level}


def _eqf_label(value: str) -> str:
    if not value.isdecimal() or int(value) not in EQF_WORDS:
        return _("No EQF level") if value == "none" else value
    return f"{value} – {EQF_WORDS[int(value)]}"


def _field_label(code: str) -> str:
    field = isced.fields().get(code)
    return pick(field.label, get_language() or "en")[0] if field else code


def range_label(value: str) -> str:
    """A half-open range, ``2-5`` or ``30-``."""
    low, _dash, high = value.partition("-")
    if not high:
        return _("%(low)s or more") % {"low": low}
    if low == "0":
        return _("under %(high)s") % {"high": high}
    return _("%(low)s to under %(high)s") % {"low": low, "high": high}


def _credits_label(value: str) -> str:
    system, _dot, size = value.partition(".")
    return f"{credit_name(system)}: {range_label(size)}"


def _hours_label(value: str) -> str:
    return _("%(range)s hours") % {"range": range_label(value)}


@cache
def _credit_names() -> Mapping[str, str]:
    systems = (system for frame in frameworks.frameworks() for system in frame.credit_systems)
    return {system.code: system.name for system in systems}


def credit_name(code: str) -> str:
    """The name of a credit system."""
    if code in {"none", "hours"}:
        return _("credits")
    return _credit_names().get(code, code)


def _stackable_label(value: str) -> str:
    return {"yes": _("Yes"), "no": _("No")}.get(value, value)


def _of(vocabulary: str) -> Callable[[str], str]:
    return lambda code: term_label(vocabulary, code)


_LABELS: Mapping[str, Callable[[str], str]] = {
    "country": _of("country"),
    "framework": framework_label,
    "level": level_label,
    "eqf": _eqf_label,
    "field": _field_label,
    "credits": _credits_label,
    "hours": _hours_label,
    "mode": _of("participation"),
    "language": _of("language"),
    "transition": _of("transition"),
    "stackable": _stackable_label,
    "provider_type": _of("provider-type"),
}


def value_label(facet: str, value: str) -> str:
    """A facet value in words; an institution's name isn't known here."""
    label = _LABELS.get(facet)
    return label(value) if label else value


def amount(number: Decimal | float) -> str:
    """A number as the reader's language writes it, without idle zeros."""
    text = f"{Decimal(str(number)):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return number_format(text, use_l10n=True, force_grouping=True)


def level_words(framework: str, national: str | None, eqf: Sequence[int]) -> str:
    """A level in plain words: the national one, and the European where one is stated."""
    european = ""
    if eqf:
        words = {"level": "/".join(map(str, eqf)), "words": EQF_WORDS[eqf[0]]}
        european = _("EQF %(level)s: %(words)s") % words
    if not national:
        return european or _("No level stated")
    label = level_label(f"{framework}.{national}")
    return f"{label} · {european}" if european else label


def size_words(hours: Decimal | None, credit: Decimal | None, system: str) -> str:
    """A size in plain words: hours and credits, each as stated, and how long the hours take."""
    parts = []
    if hours is not None:
        words = {"n": amount(hours), "duration": duration(hours)}
        parts.append(_("%(n)s hours (%(duration)s)") % words)
    if credit is not None:
        parts.append(f"{amount(credit)} {credit_name(system)}")
    return " · ".join(parts) or _("Size not stated")


def duration(hours: Decimal) -> str:
    """How long so many hours of learning take somebody who does nothing else."""
    if hours < _FULL_TIME_DAY:
        return _("less than a day")
    if hours < _FULL_TIME_WEEK:
        days = round(hours / _FULL_TIME_DAY)
        return ngettext("about %(n)s day full-time", "about %(n)s days full-time", days) % {
            "n": days
        }
    weeks = round(hours / _FULL_TIME_WEEK)
    return ngettext("about %(n)s week full-time", "about %(n)s weeks full-time", weeks) % {
        "n": weeks
    }
