"""Users, organisations, roles and tokens are made here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from registry.accounts.models import ApiToken, Membership, Organisation, User
from registry.accounts.recorded import (
    recorded_membership,
    recorded_organisation,
    recorded_token,
    recorded_user,
)
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotAllowed

MAX_TOKEN_LIFE = timedelta(days=366)


def _system_only(actor: Actor) -> None:
    if actor.user_id is not None:
        raise NotAllowed("Only the operator of the registry does this.")


@transaction.atomic
def create_user(
    *, email: str, name: str, password: str | None, actor: Actor, at: datetime, language: str = "en"
) -> User:
    """A person who can sign in."""
    _system_only(actor)
    user = User.objects.create_user(email, password, name=name, language=language)
    _record("user.created", ("user", user.pk), recorded_user(user), actor, at)
    return user


@transaction.atomic
def create_organisation(
    *,
    kind: str,
    slug: str,
    name: Mapping[str, str],
    country: str,
    actor: Actor,
    at: datetime,
) -> Organisation:
    """An institution's or authority's identity; what it may do comes from elsewhere."""
    _system_only(actor)
    organisation = Organisation.objects.create(
        kind=kind, slug=slug, name=dict(name), country=country
    )
    subject, state = ("organisation", organisation.pk), recorded_organisation(organisation)
    _record("organisation.created", subject, state, actor, at)
    return organisation


@transaction.atomic
def add_membership(
    *, user: User, organisation: Organisation, role: str, actor: Actor, at: datetime
) -> Membership:
    """A role of a user at an organisation."""
    _system_only(actor)
    membership = Membership.objects.create(user=user, organisation=organisation, role=role)
    subject, state = ("membership", membership.pk), recorded_membership(membership)
    _record("membership.added", subject, state, actor, at)
    return membership


@transaction.atomic
def record_security_act(*, user: User, act: str, actor: Actor, at: datetime) -> None:
    """Enter in the trail what a person changed of how they sign in. Never a secret of it."""
    if actor.user_id not in (None, user.pk):
        raise NotAllowed("This is done for oneself.")
    audit.record(actor=actor, act=act, subject=("user", user.pk), at=at)


@transaction.atomic
def create_api_token(
    *, user: User, label: str, expires_at: datetime, actor: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """A token for a program of the user; its text is given once and not kept."""
    if actor.user_id not in (None, user.pk):
        raise NotAllowed("A token is made for oneself.")
    if not at < expires_at <= at + MAX_TOKEN_LIFE:
        raise BadInput("A token ends within a year.")
    prefix = secrets.token_hex(5)
    plaintext = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        prefix=prefix,
        digest=hashlib.sha256(plaintext.encode()).digest(),
        label=label,
        created_at=at,
        expires_at=expires_at,
    )
    token.refresh_from_db()
    _record("api_token.created", ("api_token", token.pk), recorded_token(token), actor, at)
    return token, plaintext


def _record(
    act: str, subject: tuple[str, object], state: dict[str, Any], actor: Actor, at: datetime
) -> None:
    audit.record_change(actor=actor, act=act, subject=subject, at=at, before={}, after=state)
