"""One activity on the provider's desk: its form, its text as data, a preview, what changed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credentials.encoding import parse_json
from credentials.errors import CredentialError
from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.common.errors import BadInput, DomainError
from registry.web import activity_form
from registry.web.errors import told
from registry.web.form_differences import told as differences_told
from registry.web.forms import actor_of
from registry.web.messages import refusal_text
from schemas import frameworks, isced
from schemas.forms import Form, form_for
from schemas.forms.names import steps
from schemas.frameworks import Framework, Route
from schemas.validation import Violation

if TYPE_CHECKING:
    from registry.activities.models import Activity
    from registry.common.actors import Actor

# A value with one of these faults may have any shape; a page would read it as it should be.
_SHAPELESS = frozenset({"wrong_type", "not_in_list", "unknown_member", "schema"})


def _route(frame: Framework, code: str, day: date) -> Route | None:
    """The route of the text; one that has ended still has its form."""
    rows = [route for route in frame.routes if route.code == code]
    held = [route for route in rows if route.holds_on(day)]
    return next(iter(held or rows[-1:]), None)


def _form(row: Activity) -> Form:
    frame = frameworks.framework(row.framework)
    route = _route(frame, row.working_route, timezone.localdate())
    if route is None:
        raise BadInput(_("The framework doesn’t have this route any more."))
    return form_for(frame, route)


def _context(row: Activity, actor: Actor, tab: str) -> dict[str, Any]:
    """What every page about one activity shows at its head."""
    frame = frameworks.framework(row.framework)
    writes = actor.has_role("REGISTRAR", row.institution_id)
    tabs = [
        (
            "form",
            reverse("draft", args=[row.pk]),
            pgettext("to fill in", "Form") if row.is_editable else _("Overview"),
        )
    ]
    if row.is_editable:
        tabs.append(("preview", reverse("draft-preview", args=[row.pk]), _("Preview")))
    if row.current is not None and row.revision:
        tabs.append(("changes", reverse("draft-changes", args=[row.pk]), _("Changes")))
    tabs.append(("data", reverse("draft-data", args=[row.pk]), _("As data")))
    return {
        "activity": row,
        "framework": frame,
        "route": _route(frame, row.working_route, timezone.localdate()),
        "tab": tab,
        "tabs": tabs,
        "untitled": _("Untitled"),
        "may_write": writes and row.is_editable,
        "is_registrar": writes,
        "review": activities.last_review(row),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def draft(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """The form of a text in preparation; of any other, how it stands and what can be done."""
    actor = actor_of(request)
    row = activities.get_for(activity_id, actor)
    if request.method == "POST":
        return _written(request, row, actor)
    if not row.is_editable:
        return _overview(request, row, actor)
    found = activity_services.check_text(row, timezone.now())
    blank_rows = {request.GET["add"]} if "add" in request.GET else set()
    return _form_page(request, row, actor, found, blank_rows=blank_rows)


def _form_page(
    request: HttpRequest,
    row: Activity,
    actor: Actor,
    found: Sequence[Violation],
    *,
    payload: Mapping[str, Any] | None = None,
    blank_rows: set[str] | None = None,
    refused: str = "",
    rival: Any = None,
) -> HttpResponse:
    shown = row.payload if payload is None else payload
    page = activity_form.page(
        _form(row), shown, found, blank_rows=blank_rows or set(), refused=bool(refused)
    )
    context = _context(row, actor, "form") | {
        "form": page,
        "seen": activity_services.text_digest(row),
        "refused": refused,
        "rival": rival,
        "successor": _successor(row),
    }
    status = 409 if rival is not None else 400 if refused else 200
    return render(request, "web/desk/draft.html", context, status=status)


def _successor(row: Activity) -> Route | None:
    """The route that took the place of one that has ended."""
    frame, day = frameworks.framework(row.framework), timezone.localdate()
    then = frame.route_in_force(row.working_route, day)
    return then if then is not None and then.code != row.working_route else None


def _written(request: HttpRequest, row: Activity, actor: Actor) -> HttpResponse:
    """Save what was typed, whatever it is; then do what was asked."""
    form, act = _form(row), request.POST.get("act", "save")
    payload = activity_form.read(form, row.payload, request.POST)
    try:
        row = activity_services.update_draft(
            activity=row,
            payload=payload,
            actor=actor,
            at=timezone.now(),
            seen=request.POST.get("seen", ""),
            route=request.POST.get("route") if act == "move" else None,
        )
    except activity_services.TextChanged:
        row.refresh_from_db()
        found = activity_services.check_text(row, timezone.now())
        rival = differences_told(form, row.payload, payload)
        return _form_page(request, row, actor, found, payload=payload, rival=rival)
    except DomainError as error:
        found = activity_services.check_text(row, timezone.now())
        return _form_page(request, row, actor, found, payload=payload, refused=refusal_text(error))
    if act != "submit":
        return redirect(_next_place(row, act))
    return _submitted(request, row, actor)


def _submitted(request: HttpRequest, row: Activity, actor: Actor) -> HttpResponse:
    try:
        activity_services.submit_activity(activity=row, actor=actor, at=timezone.now())
    except DomainError as error:
        found = error.violations or activity_services.check_text(row, timezone.now())
        words = refusal_text(error)
        if isinstance(error, activity_services.ActivityNotAcceptable):
            words = _("It is saved, but not submitted yet. Mend these first:")
        return _form_page(request, row, actor, found, refused=words)
    messages.info(request, _("Submitted. The authority will decide."))
    return redirect("draft", activity_id=row.pk)


def _next_place(row: Activity, act: str) -> str:
    """Where a person goes on after saving: to the section, or to the new row."""
    verb, _sep, what = act.partition(":")
    address = reverse("draft", args=[row.pk])
    if verb == "add":
        value: Any = row.payload
        for step in steps(what):
            value = value.get(step) if isinstance(value, dict) else None
        index = len(value) if isinstance(value, list) else 0
        return f"{address}?add={what}#{activity_form.place_id(f'{what}/{index}')}"
    if verb == "remove":
        return f"{address}#{activity_form.place_id(what.rpartition('/')[0] or what)}"
    if verb in {"language", "drop-language"}:
        return f"{address}#naming"
    return f"{address}#{what}" if verb == "save" and what else address


def _overview(request: HttpRequest, row: Activity, actor: Actor) -> HttpResponse:
    context = _context(row, actor, "form") | {
        "p": row.payload,
        "field": isced.fields().get(str(row.payload.get("isced_f"))),
        "state": activities.state_on(row, timezone.now()),
        "decisions": activities.list_decisions(row)[:20],
        "versions": activities.list_versions(row),
        "deadline": activities.deadline_of(row) if row.is_waiting else None,
        "in_force": activities.is_in_force(row),
    }
    return render(request, "web/desk/overview.html", context)


@login_required
@require_safe
@told
def preview(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """The text as everybody would see it."""
    actor = actor_of(request)
    row = activities.get_for(activity_id, actor)
    found = activity_services.check_text(row, timezone.now())
    broken = {
        steps(v.pointer)[0] for v in found if v.code in _SHAPELESS and len(steps(v.pointer)) > 0
    }
    shown = {name: value for name, value in row.payload.items() if name not in broken}
    context = _context(row, actor, "preview") | {
        "p": shown,
        "broken": sorted(broken),
        "field": isced.fields().get(str(shown.get("isced_f"))),
    }
    return render(request, "web/desk/preview.html", context)


@login_required
@require_safe
@told
def changes(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """What a revision says differently from the version in force."""
    actor = actor_of(request)
    row = activities.get_for(activity_id, actor)
    before = row.current.payload if row.current is not None else {}
    context = _context(row, actor, "changes")
    context["differences"] = differences_told(_form(row), before, row.payload)
    return render(request, "web/desk/changes.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def data(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """The text as JSON, for those who like it; it meets the same validation."""
    actor = actor_of(request)
    row = activities.get_for(activity_id, actor)
    refused, typed = "", request.POST.get("payload", "")
    if request.method == "POST":
        try:
            activity_services.update_draft(
                activity=row,
                payload=_parsed(typed),
                actor=actor,
                at=timezone.now(),
                seen=request.POST.get("seen", ""),
            )
            return redirect("draft-data", activity_id=row.pk)
        except DomainError as error:
            refused = refusal_text(error)
            row.refresh_from_db()
    text = typed if refused else json.dumps(row.payload, ensure_ascii=False, indent=2)
    found = activity_services.check_text(row, timezone.now())
    context = _context(row, actor, "data") | {
        "text": text,
        "refused": refused,
        "violations": found,
        "seen": activity_services.text_digest(row),
    }
    return render(request, "web/desk/data.html", context, status=400 if refused else 200)


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = parse_json(text.encode("utf-8", "surrogatepass"))
    except CredentialError as error:
        raise BadInput(str(error), params={"field": "payload"}) from error
    if not isinstance(value, dict):
        raise BadInput(_("The activity is a JSON object."), params={"field": "payload"})
    return value


@login_required
@require_POST
@told
def act(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """Begin a new version, take a text back, give a revision up, or end the registration."""
    actor, at = actor_of(request), timezone.now()
    row, asked = activities.get_for(activity_id, actor), request.POST.get("act", "")
    if asked == "revise":
        activity_services.start_revision(activity=row, actor=actor, at=at)
    elif asked == "withdraw":
        activity_services.withdraw_submission(activity=row, actor=actor, at=at)
    elif asked == "give-up":
        activity_services.withdraw_revision(activity=row, actor=actor, at=at)
    elif asked == "end":
        reasons = request.POST.get("reasons", "")
        activity_services.end_activity(activity=row, actor=actor, at=at, reasons=reasons)
        messages.info(request, _("The registration is ended."))
    else:
        raise BadInput(_("There is no such act."))
    return redirect("draft", activity_id=row.pk)
