"""How allauth behaves here: by invitation, with local redirects, mails of ours, secrets sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from registry.accounts import sealing
from registry.accounts.selectors import actor_for
from registry.accounts.services import record_security_act

# What allauth tells a person by mail is an act that the trail keeps too.
_ACTS: Mapping[str, str] = {
    "account/email/password_changed": "user.password_changed",
    "account/email/password_set": "user.password_set",
    "account/email/password_reset": "user.password_reset",
    "mfa/email/webauthn_added": "user.passkey_added",
    "mfa/email/webauthn_removed": "user.passkey_removed",
    "mfa/email/totp_activated": "user.authenticator_added",
    "mfa/email/totp_deactivated": "user.authenticator_removed",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_made",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only a path of this registry: no host at all, whatever hosts are allowed."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail that names the registry by its public address, never by a request's host."""
        more = {"registry_name": settings.REGISTRY_NAME, "public_url": settings.PUBLIC_URL}
        super().send_mail(template_prefix, email, {**more, **context})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person, and enter the act in the trail."""
        act = _ACTS.get(template_prefix)
        if act is not None:
            record_security_act(user=user, act=act, actor=actor_for(user), at=timezone.now())
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys belong to the public address; seeds are sealed."""

    def encrypt(self, text: str) -> str:
        """What is kept of a secret."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret of what was kept."""
        return sealing.unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Who a passkey is for (WebAuthn, section 5.4.2): the same under every host name."""
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        return {"id": host, "name": settings.REGISTRY_NAME}
