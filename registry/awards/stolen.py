"""A key was stolen: disown it, sign lists anew, find what it may have been used for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from registry.awards.models import Award
from registry.common.actors import Actor
from registry.issuers.keys import distrust_key
from registry.issuers.models import SigningKey
from registry.ledger.selectors import integrated_at
from registry.statuses.services import Round, publish_status_lists, sign_again


@dataclass(frozen=True)
class Disowned:
    """What came of it: the key in its place, the round of lists, the credentials to look at."""

    replacement: SigningKey | None
    lists: Round
    affected: list[uuid.UUID]


def disown_key(
    *, key: SigningKey, since: datetime, reason: str, actor: Actor, at: datetime
) -> Disowned:
    """Disown a key from ``since`` on.

    Credentials that the log shows from before stay valid; the others are ``affected``: whoever
    earned them rightly gets a new one (``supersede_award``), the rest is revoked.
    """
    with transaction.atomic():
        replacement = distrust_key(key=key, since=since, reason=reason, actor=actor, at=at)
        sign_again(institution=key.institution)
    lists = publish_status_lists(at=at, institution=key.institution)
    return Disowned(replacement, lists, affected_by(key.method_id, since))


def affected_by(method_id: str, since: datetime) -> list[uuid.UUID]:
    """The credentials of a key that the log doesn't show from before ``since``, oldest first."""
    rows = Award.objects.filter(signed_with=method_id).order_by("issued_at", "pk")
    awards = list(rows.values_list("pk", "issued_at"))
    entered = integrated_at([pk for pk, _issued in awards])
    moment = since.replace(microsecond=0)
    return [
        pk
        for pk, issued in awards
        if issued >= moment or pk not in entered or entered[pk] >= moment
    ]
