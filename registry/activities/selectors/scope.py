"""What an actor answers for."""

from __future__ import annotations

from registry.accounts.selectors import authority_countries
from registry.common.actors import Actor
from schemas.frameworks import frameworks


def frameworks_of(actor: Actor) -> frozenset[str]:
    """The frameworks on whose activities the actor decides."""
    countries = authority_countries(actor)
    return frozenset(frame.code for frame in frameworks() if frame.country in countries)
