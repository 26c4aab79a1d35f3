"""Is it formal or non-formal learning? One definition, for the statistics (docs/statistics.md).

1. Where a framework says of a route which it is, and somebody read that in a source, that counts.
2. Otherwise it is formal if it states a national level and is registered by an institution of the
   education system; everything else is non-formal.

It is this register's own definition: micro-credentials stand between the two in most countries.
"""

from __future__ import annotations

from typing import Literal

from schemas.frameworks import Route

EDUCATION_SYSTEM = frozenset({"public_he", "private_he", "vet_college", "school"})
Setting = Literal["formal", "non_formal"]


def learning_setting(route: Route | None, *, provider_type: str, level: str | None) -> Setting:
    """The setting of an activity on a route (``None``: a route that is no longer known)."""
    said = route.setting if route is not None else None
    if said is not None and said.verified:
        return "formal" if said.value == "formal" else "non_formal"
    return "formal" if level and provider_type in EDUCATION_SYSTEM else "non_formal"
