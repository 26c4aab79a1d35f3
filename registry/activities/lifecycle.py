"""The states of an activity and the acts that lead from one to another; nothing else may.

An activity has a state, and beside it the state of a revision: the text in preparation that is to
follow the registered one. The registered version stays in force until the new one is registered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """Where an activity stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    REGISTERED = "REGISTERED"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


class Revision(models.TextChoices):
    """Where the text stands that is to follow a registered version; empty if there is none."""

    NONE = "", "None"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"


@dataclass(frozen=True)
class Step:
    """From which states an act leads, and where to; ``None`` leaves that part as it is."""

    states: frozenset[State]
    revisions: frozenset[Revision] = frozenset(Revision)
    to_state: State | None = None
    to_revision: Revision | None = None


NEW = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED})
IN_FORCE = frozenset({State.REGISTERED, State.SUSPENDED})
PREPARED = frozenset({Revision.DRAFT, Revision.RETURNED})
WAITING = frozenset({Revision.SUBMITTED})
UNDER_WAY = PREPARED | WAITING

TRANSITIONS: Mapping[str, Step] = {
    "submit": Step(frozenset({State.DRAFT, State.RETURNED}), to_state=State.SUBMITTED),
    "withdraw": Step(frozenset({State.SUBMITTED}), to_state=State.DRAFT),
    "register": Step(frozenset({State.SUBMITTED}), to_state=State.REGISTERED),
    "return": Step(frozenset({State.SUBMITTED}), to_state=State.RETURNED),
    "suspend": Step(frozenset({State.REGISTERED}), to_state=State.SUSPENDED),
    "resume": Step(frozenset({State.SUSPENDED}), to_state=State.REGISTERED),
    "end": Step(IN_FORCE, to_state=State.ENDED, to_revision=Revision.NONE),
    "start_revision": Step(IN_FORCE, frozenset({Revision.NONE}), to_revision=Revision.DRAFT),
    "submit_revision": Step(IN_FORCE, PREPARED, to_revision=Revision.SUBMITTED),
    "withdraw_submission": Step(IN_FORCE, WAITING, to_revision=Revision.DRAFT),
    "withdraw_revision": Step(IN_FORCE, UNDER_WAY, to_revision=Revision.NONE),
    "register_revision": Step(IN_FORCE, WAITING, to_revision=Revision.NONE),
    "return_revision": Step(IN_FORCE, WAITING, to_revision=Revision.RETURNED),
}
# The act on a text, where that text is a revision.
OF_REVISION: Mapping[str, str] = {
    "submit": "submit_revision",
    "withdraw": "withdraw_submission",
    "register": "register_revision",
    "return": "return_revision",
}


def step_for(act: str, state: str) -> str:
    """The act on the text that is in preparation: of a registered activity it is a revision."""
    return OF_REVISION.get(act, act) if state in IN_FORCE else act


def is_editable(state: str, revision: str) -> bool:
    """Whether the text in preparation may be changed."""
    return state in (State.DRAFT, State.RETURNED) or revision in PREPARED


def is_waiting(state: str, revision: str) -> bool:
    """Whether a text waits for a decision."""
    return state == State.SUBMITTED or revision in WAITING
