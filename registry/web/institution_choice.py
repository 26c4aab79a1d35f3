"""For which institution a person sits at the desk, if they have roles at several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.common.actors import Actor
from registry.common.errors import NotFound
from registry.issuers import selectors as issuers
from registry.web.errors import told
from registry.web.forms import actor_of

if TYPE_CHECKING:
    from registry.issuers.models import Institution

_KEPT_AS = "desk"
DESK_ROLES = ("REGISTRAR", "ISSUER", "VIEWER")


def institutions_of(actor: Actor) -> list[Institution]:
    """The institutions at whose desks the actor has a place, by slug."""
    ids = {pk for role in DESK_ROLES for pk in actor.organisations(role)}
    return list(issuers.list_institutions_of(ids)) if ids else []


def chosen(request: HttpRequest, actor: Actor) -> tuple[Institution | None, list[Institution]]:
    """The institution in question, and all there are to choose from.

    Without a choice it is one for which the actor may write, if there is any.
    """
    rows = institutions_of(actor)
    wanted = request.session.get(_KEPT_AS)
    for row in rows:
        if row.slug == wanted:
            return row, rows
    writes = [row for row in rows if actor.has_role("REGISTRAR", row.pk)]
    return next(iter(writes or rows), None), rows


def required(request: HttpRequest, actor: Actor) -> Institution:
    """The institution in question. Raises ``NotFound`` for a person without any."""
    row, _rows = chosen(request, actor)
    if row is None:
        raise NotFound(_("You have no institution to register for."))
    return row


@login_required
@require_POST
@told
def choose(request: HttpRequest) -> HttpResponse:
    """Sit down at another desk; it stays chosen until the person signs out."""
    slug = request.POST.get("institution", "")
    if all(row.slug != slug for row in institutions_of(actor_of(request))):
        raise NotFound(_("There is no such institution for you."))
    request.session[_KEPT_AS] = slug
    return redirect("desk")
