"""Secrets that people sign in with, at rest: AES-256-GCM under a key made from the master key.

The seed of an authenticator app must be read again to check a code, so it can't be a hash; sealed,
a thief of the database alone has none. The key is apart from the one that wraps signing keys (HKDF,
RFC 5869, with a purpose of its own).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from credentials.encoding import b64url_decode, b64url_encode
from credentials.errors import CredentialError
from registry.common.errors import DomainError, Kind
from registry.common.master_key import MasterKeyUnusable, master_key

_PREFIX = "sealed1."
_NONCE = 12


class SecretUnavailable(DomainError):
    """The secret can't be opened with the master key this process has."""

    kind = Kind.UNAVAILABLE
    code = "secret_unavailable"


def _key() -> AESGCM:
    try:
        master = master_key()
    except MasterKeyUnusable as error:
        raise SecretUnavailable(str(error)) from error
    purpose = b"registry: secrets of sign-in"
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master))


def seal(text: str) -> str:
    """The text, sealed. Raises ``SecretUnavailable``."""
    nonce = secrets.token_bytes(_NONCE)
    return _PREFIX + b64url_encode(nonce + _key().encrypt(nonce, text.encode(), None))


def unseal(sealed: str) -> str:
    """The text of a seal. Raises ``SecretUnavailable``."""
    if not sealed.startswith(_PREFIX):
        raise SecretUnavailable("This isn't a sealed secret.")
    try:
        raw = b64url_decode(sealed.removeprefix(_PREFIX))
        return _key().decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
    except (CredentialError, InvalidTag, ValueError) as error:
        raise SecretUnavailable("The secret doesn't open.") from error
