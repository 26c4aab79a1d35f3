"""Texts in the reader's language, with the language they are in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from registry.catalogue.selectors import Hit
from registry.common.errors import DomainError
from registry.common.texts import pick
from registry.web import labels
from registry.web.award_words import STANDINGS
from registry.web.languages import language_name
from registry.web.messages import refusal_words, violation_words
from schemas import vocabularies
from schemas.validation import Violation

register = template.Library()


@register.filter
def text(texts: Mapping[str, str] | None) -> SafeString | str:
    """The text of a language map; marked with its language where that isn't the page's."""
    wanted = (get_language() or "en").partition("-")[0]
    # A draft may hold anything in the place of a text.
    known = texts.items() if isinstance(texts, Mapping) else ()
    value, language = pick({k: v for k, v in known if isinstance(v, str)}, wanted)
    if language == wanted:
        return value
    return format_html('<span lang="{}">{}</span>', language, value)


@register.filter
def term(code: Any, vocabulary: str) -> str:
    """The label of a code."""
    try:
        return str(pick(vocabularies.term(vocabulary, code).label, get_language() or "en")[0])
    except (KeyError, TypeError):
        return str(code or "")


@register.filter
def violation(found: Violation) -> SafeString | str:
    """A violation in the reader's language; in English, marked so, where it has no other."""
    wanted = (get_language() or "en").partition("-")[0]
    words = violation_words(found)
    if words.language == wanted:
        return words.text
    return format_html('<span lang="{}">{}</span>', words.language, words.text)


@register.filter
def refusal(error: DomainError) -> SafeString | str:
    """Why an act was refused, in the reader's language."""
    words = refusal_words(error)
    if not words.detail:
        return words.text
    return format_html('{} <span class="quiet">{}</span>', words.text, words.detail)


@register.filter
def level_words(hit: Hit) -> str:
    """The level of a found activity in plain words."""
    return labels.level_words(hit.framework, hit.national_level, hit.eqf)


@register.filter
def size_words(hit: Hit) -> str:
    """The size of a found activity in plain words."""
    return labels.size_words(hit.hours, hit.credits, hit.credit_system)


@register.filter
def amount(number: Decimal | float | None) -> str:
    """A number as the reader's language writes it, without idle zeros; empty for none."""
    return "" if number is None else labels.amount(number)


@register.filter
def framework_name(code: str) -> str:
    """A framework by country and abbreviation."""
    return labels.framework_label(code)


@register.simple_tag(takes_context=True)
def nav(context: Context, name: str, label: str) -> SafeString:
    """A link of the main navigation, marked where the reader is."""
    address, path = reverse(name), context["request"].path
    here = format_html(' aria-current="{}"', "page" if path == address else "true")
    mark = here if path.startswith(address) else ""
    return format_html('<a href="{}"{}>{}</a>', address, mark, label)


@register.filter
def standing(code: str) -> Any:
    """What a credential is by its last change, in words."""
    return STANDINGS.get(code, code)


@register.filter
def language(code: Any) -> str:
    """The name of a language in the reader's; what is no code stays as it is."""
    return language_name(code) if isinstance(code, str) else str(code)
