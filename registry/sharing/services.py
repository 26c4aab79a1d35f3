"""Give out a link, and take it back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from registry.awards.models import Award
from registry.awards.selectors import is_learners
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotAllowed
from registry.sharing.models import Share
from registry.sharing.recorded import recorded
from registry.sharing.selectors import digest_of

MAX_LIFE = timedelta(days=731)
TOKEN_BYTES = 32


@transaction.atomic
def create_share(
    *, award: Award, expires_at: datetime, actor: Actor, at: datetime, purpose: str = ""
) -> tuple[Share, str]:
    """A new link; its token is given once and not kept. Only the learner gives links out."""
    if actor.user_id is not None and not is_learners(award, actor):
        raise NotAllowed("Only the learner shares an award.")
    if not at < expires_at <= at + MAX_LIFE:
        raise BadInput("A link ends within two years.", params={"field": "expires_at"})
    if len(purpose) > 200:
        raise BadInput("The purpose has at most 200 characters.", params={"field": "purpose"})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    share = Share.objects.create(
        award=award,
        token_digest=digest_of(token),
        purpose=purpose,
        created_at=at,
        expires_at=expires_at,
    )
    _record(share, "share.created", actor, at, {})
    return share, token


@transaction.atomic
def close_share(*, share: Share, actor: Actor, at: datetime) -> None:
    """Close a link now. Closing twice is closing once."""
    if actor.user_id is not None and not is_learners(share.award, actor):
        raise NotAllowed("Only the learner closes a link.")
    before = recorded(Share.objects.select_for_update(no_key=True).get(pk=share.pk))
    if Share.objects.filter(pk=share.pk, closed_at__isnull=True).update(closed_at=at):
        _record(share, "share.closed", actor, at, before)


def _record(share: Share, act: str, actor: Actor, at: datetime, before: dict[str, Any]) -> None:
    subject, after = ("share", share.pk), recorded(Share.objects.get(pk=share.pk))
    audit.record_change(actor=actor, act=act, subject=subject, at=at, before=before, after=after)
