"""The states of an activity and the acts that lead from one to another; nothing else may."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class State(models.TextChoices):
    """Where an activity stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    REGISTERED = "REGISTERED"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


TRANSITIONS: Mapping[str, tuple[frozenset[State], State]] = {
    "submit": (frozenset({State.DRAFT, State.RETURNED}), State.SUBMITTED),
    "register": (frozenset({State.SUBMITTED}), State.REGISTERED),
    "return": (frozenset({State.SUBMITTED}), State.RETURNED),
    "suspend": (frozenset({State.REGISTERED}), State.SUSPENDED),
    "resume": (frozenset({State.SUSPENDED}), State.REGISTERED),
    "end": (frozenset({State.REGISTERED, State.SUSPENDED}), State.ENDED),
}
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
