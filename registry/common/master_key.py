"""The master key: what wraps signing keys and seals secrets is made from these 32 bytes."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_noop as _

from credentials.encoding import b64url_decode
from credentials.errors import CredentialError

SIZE = 32


class MasterKeyUnusable(ValueError):
    """The setting isn't a master key; the message says what is wrong and nothing of the key."""


def master_key() -> bytes:
    """The key of this process. Raises ``MasterKeyUnusable``."""
    try:
        key = b64url_decode(settings.REGISTRY_MASTER_KEY)
    except CredentialError as error:
        raise MasterKeyUnusable(_("The master key isn't base64url.")) from error
    if len(key) != SIZE:
        raise MasterKeyUnusable(_("The master key isn't 32 bytes."))
    return key
