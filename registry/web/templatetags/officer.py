"""What the templates of the authority's desk need beside the common ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(values: Mapping[str, Any] | None, name: str) -> Any:
    """The value of a name that is worked out in the template; empty where there is none."""
    return (values or {}).get(name, "")
