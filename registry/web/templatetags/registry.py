"""Texts in the reader's language, with the language they are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from registry.common.errors import DomainError
from registry.common.texts import pick
from registry.web.messages import refusal_words, violation_words
from schemas import vocabularies
from schemas.validation import Violation

register = template.Library()


@register.filter
def text(texts: Mapping[str, str] | None) -> SafeString | str:
    """The text of a language map; marked with its language where that isn't the page's."""
    wanted = (get_language() or "en").partition("-")[0]
    value, language = pick(texts or {}, wanted)
    if language == wanted:
        return value
    return format_html('<span lang="{}">{}</span>', language, value)


@register.filter
def term(code: Any, vocabulary: str) -> str:
    """The label of a code."""
    try:
        return str(pick(vocabularies.term(vocabulary, code).label, get_language() or "en")[0])
    except KeyError:
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
