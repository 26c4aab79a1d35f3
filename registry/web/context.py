"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from registry.accounts.selectors import actor_for


def registry(request: HttpRequest) -> dict[str, object]:
    """The registry's name and address, and which desks the signed-in person has."""
    user = getattr(request, "user", None)
    roles = {role for role, _ in actor_for(user).roles} if user and user.is_authenticated else set()
    return {
        "registry_name": settings.REGISTRY_NAME,
        "public_url": settings.PUBLIC_URL,
        "has_desk": bool(roles & {"REGISTRAR", "ISSUER", "VIEWER"}),
        "has_review": "REVIEWER" in roles,
    }
