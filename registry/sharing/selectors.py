"""Open a link, and list the learner's own."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from credentials.errors import Malformed
from credentials.profiles import open_badges_2
from credentials.profiles.open_badges_2 import Hosted
from registry.awards.facts import facts_of
from registry.awards.models import Award
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, NotFound
from registry.sharing.models import Share


class NotShared(DomainError):
    """Unknown, closed and expired links look the same from outside (R25)."""

    kind = Kind.NOT_FOUND
    code = "not_shared"

    def __init__(self) -> None:
        super().__init__("Nothing is shared under this link.")


def digest_of(token: str) -> bytes:
    """What a token is stored as: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def open_share(token: str, at: datetime) -> Share:
    """The share of a live link. Raises ``NotShared``; one query whatever the reason."""
    rows = Share.objects.select_related("award__recipient", "award__version__activity")
    share = rows.filter(token_digest=digest_of(token)).first()
    if share is None or share.closed_at is not None or share.expires_at <= at:
        raise NotShared
    return share


def hosted_badge(token: str, at: datetime) -> Hosted:
    """The older form of the badge, under addresses that are there as long as the link is open.

    The salt is the link's own: readers hold the hash against an address as long as it is there.
    Raises ``NotShared``, ``BadInput`` where Open Badges 2.0 asks for what isn't known.
    """
    share = open_share(token, at)
    try:
        return open_badges_2.build(
            facts_of(share.award),
            address=f"{settings.PUBLIC_URL}/s/{token}/open-badge-2",
            email=settings.DEFAULT_FROM_EMAIL,
            salt=bytes(share.token_digest).hex()[:16],
        )
    except Malformed as error:
        raise BadInput(error.message) from error


def list_shares(award: Award) -> QuerySet[Share]:
    """The links of an award, newest first."""
    return Share.objects.filter(award=award).order_by("-created_at", "-pk")


def list_for_learner(actor: Actor) -> QuerySet[Share]:
    """All links the learner gave out, newest first."""
    rows = Share.objects.select_related("award__version__activity")
    rows = rows.filter(award__recipient__email__iexact=actor.email or "\0")
    return rows.order_by("-created_at", "-pk")


def get_share(share_id: uuid.UUID, actor: Actor) -> Share:
    """One of the learner's own links. Raises ``NotFound``."""
    share = list_for_learner(actor).filter(pk=share_id).first()
    if share is None:
        raise NotFound("There is no such link.")
    return share
