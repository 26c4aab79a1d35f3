"""The provider's desk: drafts, submission, issuing."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credentials.encoding import parse_json
from credentials.errors import CredentialError
from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.awards import selectors as awards
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential
from registry.common.errors import BadInput, DomainError
from registry.issuers import selectors as issuers
from registry.web.errors import told
from registry.web.forms import MAX_LIST, actor_of, day
from schemas import frameworks

if TYPE_CHECKING:
    from registry.activities.models import Activity


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """My institution's activities and awards."""
    actor = actor_of(request)
    context = {
        "rows": activities.list_for_desk(actor)[:MAX_LIST],
        "awards": awards.list_for_desk(actor)[:MAX_LIST],
        "routes": [
            (f, r) for f in frameworks.frameworks() for r in f.routes_on(timezone.localdate())
        ],
    }
    return render(request, "web/desk.html", context)


def _payload(request: HttpRequest) -> dict[str, Any]:
    try:
        value = parse_json(request.POST.get("payload", "").encode("utf-8", "surrogatepass"))
    except CredentialError as error:
        raise BadInput(str(error), params={"field": "payload"}) from error
    if not isinstance(value, dict):
        raise BadInput(_("The activity is a JSON object."), params={"field": "payload"})
    return value


def _draft_page(
    request: HttpRequest,
    row: Activity,
    *,
    text: str | None = None,
    refused: DomainError | None = None,
) -> HttpResponse:
    found = activity_services.check_text(row, timezone.now())
    shown = text or json.dumps(row.payload, ensure_ascii=False, indent=2)
    frame = frameworks.framework(row.framework)
    context = {
        "activity": row,
        "text": shown,
        "violations": found,
        "errors": [v for v in found if v.severity == "error"],
        "refused": refused,
        "framework": frame,
        "review": activities.last_review(row),
    }
    return render(request, "web/draft.html", context, status=400 if refused else 200)


@login_required
@require_POST
@told
def new_draft(request: HttpRequest) -> HttpResponse:
    """A new activity: first its route, then its text."""
    actor = actor_of(request)
    framework, _sep, route = request.POST.get("route", "").partition("/")
    institution_id = next(iter(sorted(actor.organisations("REGISTRAR"))), None)
    if institution_id is None:
        raise BadInput(_("You have no institution to register for."))
    row = activity_services.create_draft(
        institution=issuers.get_institution_by_id(institution_id),
        framework=framework,
        route=route,
        payload={"title": {"en": _("New activity")}},
        actor=actor,
        at=timezone.now(),
    )
    return redirect("draft", activity_id=row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def draft(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """One activity on the desk: its text, and everything that its framework says to it."""
    actor = actor_of(request)
    row = activities.get_for(activity_id, actor)
    if request.method != "POST":
        return _draft_page(request, row)
    try:
        if "payload" in request.POST:
            payload = _payload(request)
            row = activity_services.update_draft(
                activity=row, payload=payload, actor=actor, at=timezone.now()
            )
        if request.POST.get("act") == "submit":
            activity_services.submit_activity(activity=row, actor=actor, at=timezone.now())
            messages.info(request, _("Submitted. The authority will decide."))
    except DomainError as error:
        return _draft_page(request, row, text=request.POST.get("payload"), refused=error)
    return redirect("draft", activity_id=row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def award(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """Issue one credential by form."""
    actor = actor_of(request)
    row = activities.get_for(activity_id, actor)
    context: dict[str, Any] = {"activity": row, "form": request.POST, "key": uuid.uuid4().hex}
    if request.method == "POST":
        form = request.POST
        try:
            done = award_credential(
                activity=row,
                recipient=RecipientData(
                    full_name=form.get("full_name", "").strip(),
                    email=form.get("email", "").strip(),
                ),
                awarded_on=day(form.get("awarded_on", ""), "awarded_on"),
                grade=form.get("grade", "").strip(),
                idempotency_key=form.get("key") or None,
                actor=actor,
                at=timezone.now(),
            )
        except DomainError as error:
            return render(request, "web/award.html", {**context, "refused": error}, status=400)
        messages.info(request, _("Issued to %(name)s.") % {"name": done.recipient.full_name})
        return redirect("desk")
    return render(request, "web/award.html", context)
