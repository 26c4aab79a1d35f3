"""The key that signs checkpoints. Whoever has it can fork the log, and monitors will see it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from credentials.encoding import b64url_decode
from credentials.errors import CredentialError
from credentials.keys import Algorithm, PrivateKey
from credentials.merkle import NoteSigner
from registry.common.errors import DomainError, Kind


class LedgerKeyUnavailable(DomainError):
    """This process has no key for the log."""

    kind = Kind.UNAVAILABLE
    code = "ledger_key_unavailable"


def origin() -> str:
    """The log's name: its address without the scheme (C2SP tlog-checkpoint)."""
    return f"{urlsplit(settings.PUBLIC_URL).netloc}/ledger"


def signer() -> NoteSigner:
    """The log's signer. Raises ``LedgerKeyUnavailable``."""
    try:
        seed = b64url_decode(settings.LEDGER_KEY)
        key = PrivateKey.from_bytes(Algorithm.ED25519, seed)
    except CredentialError as error:
        raise LedgerKeyUnavailable("LEDGER_KEY isn't 32 bytes in base64url.") from error
    return NoteSigner(origin(), key)
