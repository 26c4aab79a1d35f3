"""The desks of those who are signed in: learner, provider, reviewer."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credentials.encoding import parse_json
from credentials.errors import CredentialError
from registry.accounts.selectors import actor_for
from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.awards import selectors as awards
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError
from registry.issuers import selectors as issuers
from registry.sharing import selectors as shares
from registry.sharing import services as share_services
from registry.web.views import told
from schemas import frameworks

if TYPE_CHECKING:
    from registry.activities.models import Activity


MAX_LIST = 200


def _actor(request: HttpRequest) -> Actor:
    return actor_for(request.user)  # type: ignore[arg-type]


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("Give a date."), params={"field": field}) from error


# --- learner --------------------------------------------------------------------------------------


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What I earned, and the links I gave out."""
    actor = _actor(request)
    context = {
        "awards": awards.list_for_learner(actor)[:MAX_LIST],
        "shares": shares.list_for_learner(actor)[:MAX_LIST],
        "now": timezone.now(),
        "default_end": timezone.localdate() + timedelta(days=30),
    }
    return render(request, "web/me.html", context)


@login_required
@require_safe
@told
def my_file(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """The signed file of an award."""
    row = awards.get_for(award_id, _actor(request))
    response = HttpResponse(bytes(row.secured or b""), content_type="application/vc")
    response["Content-Disposition"] = f'attachment; filename="credential-{row.pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
@told
def make_share(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """Give out a link; it is shown once."""
    actor, end = _actor(request), _day(request.POST.get("expires_on", ""), "expires_on")
    share, token = share_services.create_share(
        award=awards.get_for(award_id, actor),
        expires_at=datetime.combine(end + timedelta(days=1), time.min, UTC),
        purpose=request.POST.get("purpose", "").strip(),
        actor=actor,
        at=timezone.now(),
    )
    context = {"share": share, "url": f"{settings.PUBLIC_URL}/s/{token}"}
    return render(request, "web/share_made.html", context)


@login_required
@require_POST
@told
def close_share(request: HttpRequest, share_id: uuid.UUID) -> HttpResponse:
    """Take a link back."""
    actor = _actor(request)
    row = shares.get_share(share_id, actor)
    share_services.close_share(share=row, actor=actor, at=timezone.now())
    messages.info(request, _("The link is closed."))
    return redirect("me")


# --- provider -------------------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """My institution's activities and awards."""
    actor = _actor(request)
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
    request: HttpRequest, row: Activity, *, text: str | None = None, refused: str = ""
) -> HttpResponse:
    found = activity_services.check(
        row.institution, row.framework, row.route, row.payload, timezone.now()
    )
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
    actor = _actor(request)
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
    actor = _actor(request)
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
        return _draft_page(request, row, text=request.POST.get("payload"), refused=error.message)
    return redirect("draft", activity_id=row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def award(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """Issue one credential by form."""
    actor = _actor(request)
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
                awarded_on=_day(form.get("awarded_on", ""), "awarded_on"),
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


# --- reviewer -------------------------------------------------------------------------------------


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for my decision."""
    rows = activities.list_for_review(_actor(request))[:MAX_LIST]
    return render(request, "web/queue.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def review(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """Decide on one activity."""
    actor = _actor(request)
    row = activities.get_for(activity_id, actor)
    if request.method == "POST":
        activity_services.decide_review(
            activity=row,
            decision=request.POST.get("decision", ""),
            reasons=request.POST.get("reasons", ""),
            actor=actor,
            at=timezone.now(),
        )
        messages.info(request, _("Decided."))
        return redirect("queue")
    found = activity_services.check(
        row.institution, row.framework, row.route, row.payload, timezone.now()
    )
    context = {"activity": row, "p": row.payload, "violations": found}
    context["framework"] = frameworks.framework(row.framework)
    return render(request, "web/review.html", context)
