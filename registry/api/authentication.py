"""``Authorization: Bearer <token>``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from registry.accounts.selectors import authenticate_token

if TYPE_CHECKING:
    from registry.accounts.models import User


class BearerTokenAuthentication(BaseAuthentication):
    """A program's token; a request without one is anonymous, a wrong one is refused."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The token's user, or ``None`` without an Authorization header."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        user = authenticate_token(token, timezone.now()) if scheme.lower() == "bearer" else None
        if user is None:
            raise AuthenticationFailed("The token isn't known, or has ended.")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"
