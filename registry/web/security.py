"""How a person signs in: passkeys, authenticator app, recovery codes, password."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

KINDS = Authenticator.Type


@login_required
@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """All ways to sign in to my account, and where each is changed."""
    rows = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"))
    codes = [row for row in rows if row.type == KINDS.RECOVERY_CODES]
    context = {
        "passkeys": [row for row in rows if row.type == KINDS.WEBAUTHN],
        "totp": any(row.type == KINDS.TOTP for row in rows),
        "recovery": len(codes[0].wrap().get_unused_codes()) if codes else None,
    }
    return render(request, "web/security.html", context)


@require_safe
def no_signup(request: HttpRequest) -> HttpResponse:
    """Accounts are made by invitation; who has one signs in."""
    return redirect("account_login")
