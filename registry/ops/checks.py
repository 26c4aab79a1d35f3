"""Unsafe combinations of settings, as system checks with a hint; run at start and by CI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from registry.common.errors import DomainError
from registry.common.master_key import MasterKeyUnusable, master_key
from registry.ledger import log_key
from registry.ledger.storage import storage

TAG = "registry"
"""What `manage.py check --tag` calls them."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@register(TAG)
def check_public_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links, DIDs and documents carry PUBLIC_URL: it must be a plain origin, https if public."""
    url = urlsplit(settings.PUBLIC_URL)
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query:
        hint = "Give scheme and host only, e.g. https://registry.example."
        return [Error("PUBLIC_URL is not the origin of a site.", hint=hint, id="registry.E001")]
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        hint = "did:web documents are fetched over TLS only; serve the site by https."
        return [Error("PUBLIC_URL is http on a public host.", hint=hint, id="registry.E002")]
    return []


@register(TAG)
def check_master_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The master key wraps every signing key; a short or missing one is refused at start."""
    hint = "Give 32 random bytes in base64url by REGISTRY_MASTER_KEY or REGISTRY_MASTER_KEY_FILE."
    if not settings.REGISTRY_MASTER_KEY:
        return [Error("There is no master key.", hint=hint, id="registry.E003")]
    try:
        master_key()
    except MasterKeyUnusable as error:
        return [Error(str(error), hint=hint, id="registry.E004")]
    return []


@register(TAG)
def check_ledger_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without its key the log can't be published, and without a folder it can't be written."""
    try:
        log_key.signer()
        storage()
    except (DomainError, ImproperlyConfigured) as error:
        hint = "Give LEDGER_KEY (32 random bytes in base64url) and LEDGER_URL (file:///folder)."
        return [Error(f"The log can't be published: {error}", hint=hint, id="registry.E005")]
    return []


@register(TAG)
def check_loopback(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A verifier that reaches its own machine is a way into it: for tests on this machine only."""
    if settings.VERIFIER_ALLOW_LOOPBACK and urlsplit(settings.PUBLIC_URL).hostname not in LOOPBACK:
        hint = "Leave VERIFIER_ALLOW_LOOPBACK unset."
        return [Error("The verifier may reach this machine.", hint=hint, id="registry.E006")]
    return []


@register(TAG, deploy=True)
def check_embedded_database(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite is the embedded default; a public register runs on PostgreSQL."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        hint = "Set DATABASE_URL=postgres://… for more than one machine or worker."
        return [CheckWarning("The database is SQLite.", hint=hint, id="registry.W001")]
    return []
