"""Texts of institutions on public pages: each with its language, and the language said aloud."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from registry.activities.publication.model import UNKNOWN_LANGUAGE
from registry.common.texts import pick
from registry.web.languages import language_name

register = template.Library()
# What would end a script element or begin a comment inside it (HTML, section 4.12.1.3).
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def told(texts: Mapping[str, str] | None) -> SafeString | str:
    """The text in the reader's language, or the best there is with its language named."""
    wanted = (get_language() or "en").partition("-")[0]
    value, language = pick(texts or {}, wanted)
    if language == wanted or not value:
        return value
    if language == UNKNOWN_LANGUAGE:
        return unknown(value)
    note = language_name(language)
    return format_html(
        '<span lang="{}">{}</span> <span class="in-language">({})</span>', language, value, note
    )


@register.filter
def unknown(text: Any) -> SafeString:
    """A text whose language nobody stated: an empty ``lang`` says so."""
    return format_html('<span lang="">{}</span>', text)


@register.filter
def plain(value: Any) -> str:
    """A value of a national field as people read it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {plain(item)}" for name, item in value.items())
    return str(value)


@register.filter
def data_block(document: Mapping[str, Any]) -> SafeString:
    """A JSON-LD data block. It isn't a script: browsers don't run it, and no policy stops it."""
    text = json.dumps(document, ensure_ascii=False).translate(_ESCAPES)
    # Nothing in it can end the element: the three characters that could are escaped.
    block = f'<script type="application/ld+json">{text}</script>'
    return mark_safe(block)  # noqa: S308
