"""The provider's desk: issuing."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.activities import selectors as activities
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential
from registry.common.errors import DomainError
from registry.web.errors import told
from registry.web.forms import actor_of, day


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
