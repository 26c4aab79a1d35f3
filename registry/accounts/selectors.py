"""Who is this, and what may they do?"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime

from django.db.models import QuerySet

from registry.accounts.models import ApiToken, Membership, Organisation, User
from registry.common.actors import Actor
from registry.common.errors import NotFound


def language_of(email: str) -> str | None:
    """The language of the person with that address, ``None`` if nobody has it."""
    return User.objects.filter(email__iexact=email).values_list("language", flat=True).first()


def actor_for(user: User) -> Actor:
    """The actor a signed-in user is, with all roles; one query."""
    rows = Membership.objects.filter(user=user).values_list("role", "organisation_id")
    return Actor(user.pk, user.name, user.email, frozenset(rows))


def authenticate_token(plaintext: str, at: datetime) -> User | None:
    """The user of a live token, ``None`` for any other text."""
    token = (
        ApiToken.objects.select_related("user").filter(prefix=plaintext.partition("_")[0]).first()
    )
    digest = hashlib.sha256(plaintext.encode()).digest()
    known = bytes(token.digest) if token is not None else bytes(32)
    if not hmac.compare_digest(digest, known) or token is None:
        return None
    live = token.revoked_at is None and at < token.expires_at and token.user.is_active
    return token.user if live else None


def get_organisation(slug: str) -> Organisation:
    """An organisation by its slug. Raises ``NotFound``."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise NotFound("There is no such organisation.")
    return organisation


def authority_countries(actor: Actor) -> frozenset[str]:
    """The countries whose frameworks the actor decides on."""
    return frozenset(list_authorities(actor).values_list("country", flat=True))


def list_authorities(actor: Actor) -> QuerySet[Organisation]:
    """The authorities for which the actor decides, by slug."""
    ids = actor.organisations(Membership.Role.REVIEWER)
    rows = Organisation.objects.filter(pk__in=ids, kind=Organisation.Kind.AUTHORITY)
    return rows.order_by("slug")


def find_user(email: str) -> User | None:
    """The user of an e-mail address, whatever its case."""
    return User.objects.filter(email__iexact=email).first()


def may_see(kind: str, subject_id: uuid.UUID, actor: Actor) -> bool:
    """Whether a user, a membership or a token is the actor's own; a registrar sees colleagues'."""
    if actor.user_id is None:
        return True
    if kind == "user":
        return subject_id == actor.user_id
    if kind == "api_token":
        return ApiToken.objects.filter(pk=subject_id, user_id=actor.user_id).exists()
    row = Membership.objects.filter(pk=subject_id).first()
    if row is None:
        return False
    leads = actor.organisations(Membership.Role.REGISTRAR)
    leads |= actor.organisations(Membership.Role.REVIEWER)
    return row.user_id == actor.user_id or row.organisation_id in leads
