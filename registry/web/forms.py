"""What the desks read from a form."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from registry.accounts.selectors import actor_for
from registry.common.actors import Actor
from registry.common.errors import BadInput

MAX_LIST = 200


def actor_of(request: HttpRequest) -> Actor:
    """Who is signed in."""
    return actor_for(request.user)  # type: ignore[arg-type]


def day(text: str, field: str) -> date:
    """A date of a form. Raises ``BadInput``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("Give a date."), params={"field": field}) from error
