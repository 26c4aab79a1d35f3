"""What a learner earned, and the links they gave out."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.awards import selectors as awards
from registry.sharing import selectors as shares
from registry.sharing import services as share_services
from registry.web.errors import told
from registry.web.files import proof_download
from registry.web.forms import MAX_LIST, actor_of, day


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What I earned, and the links I gave out."""
    actor = actor_of(request)
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
    row = awards.get_for(award_id, actor_of(request))
    response = HttpResponse(bytes(row.secured or b""), content_type="application/vc")
    response["Content-Disposition"] = f'attachment; filename="credential-{row.pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
@told
def my_proof(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """The proof of an award from the public log."""
    response = proof_download(awards.get_for(award_id, actor_of(request)))
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
@told
def make_share(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """Give out a link; it is shown once."""
    actor, end = actor_of(request), day(request.POST.get("expires_on", ""), "expires_on")
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
    actor = actor_of(request)
    row = shares.get_share(share_id, actor)
    share_services.close_share(share=row, actor=actor, at=timezone.now())
    messages.info(request, _("The link is closed."))
    return redirect("me")
