"""What the templates of the authority's desk need beside the common ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

register = template.Library()


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
