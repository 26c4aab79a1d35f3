"""Signing keys at rest: AES-256-GCM under the master key, bound to their row.

Envelope: version (1 byte) ‖ master key id (4) ‖ nonce (12) ‖ ciphertext with tag. The row's id and
the institution are the associated data: an envelope moved to another row doesn't open. The key id
in front says which master key wraps it, so that it can be changed without a stop.
"""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from credentials.keys import Algorithm, PrivateKey
from registry.common.errors import DomainError, Kind
from registry.common.master_key import MasterKeyUnusable, master_key

VERSION = 1
_NONCE = 12


class KeyUnavailable(DomainError):
    """The key can't be unwrapped with the master key this process has."""

    kind = Kind.UNAVAILABLE
    code = "key_unavailable"


def _master_key() -> bytes:
    try:
        return master_key()
    except MasterKeyUnusable as error:
        raise KeyUnavailable(str(error)) from error


def wrap(key: PrivateKey, *, bound_to: str) -> bytes:
    """The envelope of a private key. Raises ``KeyUnavailable``."""
    master, nonce = _master_key(), secrets.token_bytes(_NONCE)
    sealed = AESGCM(master).encrypt(nonce, key.to_bytes(), bound_to.encode())
    return bytes([VERSION]) + _key_id(master) + nonce + sealed


def unwrap(envelope: bytes, algorithm: str, *, bound_to: str) -> PrivateKey:
    """The private key of an envelope. Raises ``KeyUnavailable``."""
    master = _master_key()
    if envelope[:1] != bytes([VERSION]) or envelope[1:5] != _key_id(master):
        raise KeyUnavailable("The signing key is wrapped with another master key.")
    nonce, sealed = envelope[5 : 5 + _NONCE], envelope[5 + _NONCE :]
    try:
        data = AESGCM(master).decrypt(nonce, sealed, bound_to.encode())
    except InvalidTag as error:
        raise KeyUnavailable("The signing key's envelope doesn't open.") from error
    return PrivateKey.from_bytes(Algorithm(algorithm), data)


def _key_id(master: bytes) -> bytes:
    return hashlib.sha256(b"registry master key id" + master).digest()[:4]
