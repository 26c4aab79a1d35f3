"""Categories in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.common.texts import pick
from registry.statistics.subjects import NONE
from schemas import frameworks, isced, vocabularies


def label(dimension: str, code: str) -> str:
    """The name of a category; its code where nobody gave it a name."""
    if code == NONE:
        return _("none stated")
    name = _NAMES.get(dimension)
    return (name(code) if name else "") or code


def credit_system(code: str) -> str:
    """The name of a credit system."""
    for frame in frameworks.frameworks():
        system = frame.credit_system(code)
        if system is not None:
            return system.name
    return code


def _term(vocabulary: str, code: str) -> str:
    try:
        term = vocabularies.term(vocabulary, code)
    except (KeyError, FileNotFoundError):
        return ""
    return pick(term.label, get_language() or "en")[0]


def _country(code: str) -> str:
    name = _term("eu-country", code[:2])
    return f"{name} ({code})" if name else code


def _framework(code: str) -> str:
    try:
        return frameworks.framework(code).abbreviation
    except KeyError:
        return code


def _level(code: str) -> str:
    framework, _sep, level = code.partition(":")
    if level == NONE:
        return f"{_framework(framework)}: {_('none stated')}"
    try:
        return f"{_framework(framework)}: {frameworks.framework(framework).level(level).label}"
    except KeyError:
        return code


def _eqf(code: str) -> str:
    return f"EQF {code}"


def _field(code: str) -> str:
    field = isced.fields().get(code)
    return f"{code} {pick(field.label, get_language() or 'en')[0]}" if field else code


def _provider_type(code: str) -> str:
    return _term("provider-type", code) or code.replace("_", " ")


def _setting(code: str) -> str:
    return _term("setting", code)


def _sector(code: str) -> str:
    return _term("sector", code)


def _transition(code: str) -> str:
    return _term("transition", code)


_NAMES: Mapping[str, Callable[[str], str]] = {
    "country": _country,
    "framework": _framework,
    "level": _level,
    "eqf": _eqf,
    "field": _field,
    "provider_type": _provider_type,
    "sector": _sector,
    "transition": _transition,
    "setting": _setting,
}
