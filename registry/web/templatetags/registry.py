"""Texts in the reader's language, with the language they are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from registry.common.texts import pick
from schemas import vocabularies

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
