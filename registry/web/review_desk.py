"""The authority's desk: what waits, and the decision."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.web.errors import told
from registry.web.forms import MAX_LIST, actor_of
from schemas import frameworks


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for my decision."""
    rows = activities.list_for_review(actor_of(request))[:MAX_LIST]
    return render(request, "web/queue.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def review(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """Decide on one activity."""
    actor = actor_of(request)
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
        row.institution,
        row.framework,
        row.route,
        row.payload,
        timezone.now(),
        activity_id=row.pk,
    )
    context = {"activity": row, "p": row.payload, "violations": found}
    context["framework"] = frameworks.framework(row.framework)
    return render(request, "web/review.html", context)
