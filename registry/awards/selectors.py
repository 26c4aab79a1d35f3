"""What was awarded."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from registry.activities.models import Activity
from registry.awards.models import Award, StatusChange
from registry.awards.validity import valid_until
from registry.common.actors import Actor
from registry.common.errors import NotFound
from registry.issuers.models import Institution
from registry.ledger.selectors import proof_file

MAX_HELD = 500


_ACTIVE = Q(standing="ACTIVE")


def _rows() -> QuerySet[Award]:
    """What was issued, each with its ``standing`` by its last change."""
    last = StatusChange.objects.filter(award=OuterRef("pk")).order_by("-number")
    rows = Award.objects.filter(state=Award.State.ISSUED)
    return rows.annotate(standing=Coalesce(Subquery(last.values("standing")[:1]), Value("ACTIVE")))


def _issued() -> QuerySet[Award]:
    return _rows().select_related("recipient", "institution", "version__activity")


def list_for_desk(actor: Actor) -> QuerySet[Award]:
    """The awards of the actor's institutions, newest first."""
    own = {organisation for _, organisation in actor.roles}
    return _issued().filter(institution_id__in=own).order_by("-issued_at", "-pk")


def list_for_learner(actor: Actor) -> QuerySet[Award]:
    """What the signed-in learner earned: awards to the address they proved to hold."""
    rows = (
        _issued().filter(recipient__email__iexact=actor.email) if actor.email else _issued().none()
    )
    return rows.order_by("-issued_at", "-pk")


def get_for(award_id: uuid.UUID, actor: Actor) -> Award:
    """An award that the actor issued or earned. Raises ``NotFound`` for any other."""
    row = _issued().filter(pk=award_id).first()
    if row is not None and actor.user_id is not None:
        own = any(organisation == row.institution_id for _, organisation in actor.roles)
        if not own and not is_learners(row, actor):
            row = None
    if row is None:
        raise NotFound("There is no such award.")
    return row


def get_for_desk(award_id: uuid.UUID, actor: Actor) -> Award:
    """An award of one of the actor's institutions. Raises ``NotFound`` for any other."""
    row = list_for_desk(actor).filter(pk=award_id).first()
    if row is None:
        raise NotFound("There is no such award.")
    return row


@dataclass(frozen=True)
class Touched:
    """What a suspension touches: credentials that were issued, and the addresses they went to."""

    credentials: int
    learners: int


def touched_by_activity(activity: Activity) -> Touched:
    """The credentials issued for an activity."""
    return _touched(Award.objects.filter(version__activity=activity))


def touched_by_institution(institution: Institution) -> Touched:
    """The credentials issued by an institution."""
    return _touched(Award.objects.filter(institution=institution))


def _touched(rows: QuerySet[Award]) -> Touched:
    found = rows.filter(state=Award.State.ISSUED).aggregate(
        credentials=Count("pk"),
        learners=Count("recipient__email", distinct=True, filter=~Q(recipient__email="")),
    )
    return Touched(found["credentials"], found["learners"])


def entered_award(
    name: str | None, digests: Sequence[bytes]
) -> tuple[uuid.UUID | None, bytes | None]:
    """The issued award of that name, and which of the digests it was entered under, if any."""
    try:
        row = Award.objects.filter(pk=uuid.UUID((name or "").removeprefix("urn:uuid:"))).first()
    except ValueError:
        row = None
    if row is None or row.digest is None:
        return None, None
    entered = bytes(row.digest)
    return row.pk, entered if entered in digests else None


def last_change(award: Award) -> StatusChange | None:
    """The last change of its status; ``None`` for a credential that is as it was issued."""
    return StatusChange.objects.filter(award=award).order_by("-number").first()


def list_changes(award: Award) -> QuerySet[StatusChange]:
    """All changes of its status, newest first."""
    rows = StatusChange.objects.filter(award=award).select_related("replacement")
    return rows.order_by("-number")


def standing_of(award: Award) -> str:
    """ACTIVE, SUSPENDED, REVOKED or SUPERSEDED."""
    change = last_change(award)
    return str(change.standing) if change else StatusChange.Standing.ACTIVE.value


def replaced_by(award: Award) -> Award | None:
    """The credential that this one took the place of."""
    change = StatusChange.objects.filter(replacement=award).select_related("award").first()
    return change.award if change else None


def superseded_by(award: Award) -> list[StatusChange]:
    """The changes that lead from a superseded credential to the one that counts now."""
    found: list[StatusChange] = []
    change = last_change(award)
    while change is not None and change.replacement is not None:
        found.append(change)
        change = last_change(change.replacement)
    return found


def proof_for(award: Award) -> bytes:
    """The award's proof file under the newest checkpoint. Raises ``NotFound`` until published."""
    return bytes(proof_file(award.pk, bytes(award.digest or b"")))


def list_held(email: str, at: datetime) -> list[tuple[Award, datetime | None]]:
    """What was awarded to an address by that time, newest first, each with its end (or ``None``).

    What was revoked, suspended or replaced since isn't held.

    At most ``MAX_HELD``; the rows carry version, activity and institution.
    """
    address = email.strip().lower()
    if not address:
        return []
    rows = _issued().filter(recipient__email=address, issued_at__lte=at).filter(_ACTIVE)
    rows = rows.select_related("version__activity__institution")
    rows = rows.defer("secured", "prepared", "version__activity__payload")
    rows = rows.order_by("-awarded_on", "-pk")[:MAX_HELD]
    return [(row, valid_until(row.version.payload["validity"], row.awarded_on)) for row in rows]


def activities_held(email: str, activities: Collection[uuid.UUID], at: datetime) -> set[uuid.UUID]:
    """Those of the activities for which the address holds an award in force at that time."""
    address = email.strip().lower()
    if not address:
        return set()
    rows = _rows().filter(issued_at__lte=at).filter(_ACTIVE)
    rows = rows.filter(recipient__email=address, version__activity_id__in=activities)
    found = rows.values_list("version__activity_id", "version__payload__validity", "awarded_on")
    return {activity for activity, validity, day in found if _in_force(validity, day, at)}


def _in_force(validity: Mapping[str, Any], awarded_on: date, at: datetime) -> bool:
    end = valid_until(validity, awarded_on)
    return end is None or at <= end


def is_learners(award: Award, actor: Actor) -> bool:
    """Whether the actor is the one who earned it."""
    return bool(actor.email) and award.recipient.email.lower() == actor.email.lower()
