"""What the templates of the authority's desk need beside the common ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from registry.common.texts import pick
from schemas import frameworks

register = template.Library()
# A citation as ``Fact.citation`` writes it: a title, and its address in brackets.
_CITED = re.compile(r"(?P<title>.+?) \((?P<url>https?://[^\s()]+)\)(?:; |$)")


@register.filter
def at(values: Mapping[str, Any] | None, name: str) -> Any:
    """The value of a name that is worked out in the template; empty where there is none."""
    return (values or {}).get(name, "")


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1 in whole hundredths."""
    # A no-break space: French sets the sign apart, English doesn't.
    space = "\u00a0" if (get_language() or "en").startswith("fr") else ""
    return f"{share * 100:.0f}{space}%"


@register.filter
def sources(citation: str) -> SafeString:
    """A citation with each title leading to its address; any other text as it is."""
    found = list(_CITED.finditer(citation))
    if not found or "".join(one[0] for one in found) != citation:
        return format_html("{}", citation)
    links = ((one["url"], one["title"]) for one in found)
    return format_html_join("; ", '<a href="{}" rel="noopener noreferrer">{}</a>', links)


@register.filter
def framework_name(code: str) -> str:
    """The short name of a framework; its code if there is none any more."""
    known = {frame.code: frame.abbreviation for frame in frameworks.frameworks()}
    return known.get(code, code)


@register.filter
def award_names(codes: Sequence[str], framework: str) -> str:
    """Types of award by the names of their routes, and their class where they have one."""
    wanted = (get_language() or "en").partition("-")[0]
    rows = [f.routes for f in frameworks.frameworks() if f.code == framework]
    names = {route.code: pick(route.name, wanted)[0] for routes in rows for route in routes}
    parts = (code.partition("/") for code in codes)
    return ", ".join(f"{names.get(route, route)} {kind}".strip() for route, _slash, kind in parts)
