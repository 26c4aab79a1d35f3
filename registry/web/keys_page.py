"""An institution's keys with their periods, for everybody; the stop switch, for those who may."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.common.actors import Actor
from registry.issuers import selectors as issuers
from registry.issuers.stops import lift_stop, may_stop, stop_issuing
from registry.web.errors import told
from registry.web.forms import actor_of


@require_safe
@told
def keys_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys, past and present, and what is stopped."""
    institution, at = issuers.get_institution(slug), timezone.now()
    actor: Actor | None = actor_of(request) if request.user.is_authenticated else None
    may = actor is not None and may_stop(institution, actor)
    rows = list(issuers.list_keys(institution))
    stops = list(issuers.list_stops(institution))
    context: dict[str, Any] = {
        "institution": institution,
        "keys": [(key, _state(key, at)) for key in rows],
        "stops": [(stop, may and stop.scope is not None) for stop in stops],
        "may_stop": may,
        "current": [key for key in rows if key.valid_until is None or key.valid_until > at],
    }
    return render(request, "web/keys.html", context)


def _state(key: Any, at: Any) -> str:
    if key.distrusted_from is not None:
        return _("stolen: disowned from %(d)s UTC") % {
            "d": key.distrusted_from.strftime("%Y-%m-%d %H:%M:%S")
        }
    if key.valid_until is not None and key.valid_until <= at:
        return _("retired: what it signed still counts")
    return _("in use") if key.valid_until is None else _("ending")


@login_required
@require_POST
@told
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop the institution, or one of its keys."""
    institution, method = issuers.get_institution(slug), request.POST.get("key", "")
    key = issuers.get_key(method) if method else None
    if key is not None and key.institution_id != institution.pk:
        key = None
    stop_issuing(
        institution=institution,
        key=key,
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        at=timezone.now(),
    )
    messages.info(request, _("Issuing is stopped."))
    return redirect("institution-keys", slug=slug)


@login_required
@require_POST
@told
def lift(request: HttpRequest, slug: str, stop_id: uuid.UUID) -> HttpResponse:
    """Let it go on."""
    lift_stop(stop=issuers.get_stop(stop_id), actor=actor_of(request), at=timezone.now())
    messages.info(request, _("Issuing goes on."))
    return redirect("institution-keys", slug=slug)
