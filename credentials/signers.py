"""Signers: who holds a private key, by URI. A deployment changes a string, not code.

``env:NAME`` and ``file:PATH`` hold 32 secret bytes in base64url, with the algorithm in front:
``Ed25519:…`` or ``P-256:…``. New stores (kms:, pkcs11:) are a class and a row in ``SIGNERS``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from credentials.encoding import b64url_decode
from credentials.errors import CredentialError, SigningFailed
from credentials.keys import Algorithm, PrivateKey, PublicKey


class Signer(Protocol):
    """What issuing needs of a key, wherever it lives."""

    @property
    def public_key(self) -> PublicKey:
        """The key that will verify."""

    @property
    def verification_method(self) -> str:
        """The DID URL under which that key is published."""

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data``, 64 bytes. Raises ``SigningFailed``."""


@dataclass(frozen=True, slots=True)
class MemorySigner:
    """A key in this process's memory."""

    key: PrivateKey
    verification_method: str

    @property
    def public_key(self) -> PublicKey:
        """The key that will verify."""
        return self.key.public

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data``, 64 bytes."""
        return self.key.sign(data)


def _parse(text: str, where: str) -> PrivateKey:
    name, _, secret = text.strip().partition(":")
    try:
        return PrivateKey.from_bytes(Algorithm(name), b64url_decode(secret))
    except (ValueError, CredentialError):
        # The cause is left out on purpose: it could quote the secret.
        message = f"{where} doesn't hold a key; write Ed25519:<32 bytes in base64url>."
        raise SigningFailed("signer.unreadable", message) from None


def _from_environment(name: str) -> PrivateKey:
    text = os.environ.get(name)
    if not text:
        raise SigningFailed("signer.not_found", f"The environment has no {name}.")
    return _parse(text, f"The variable {name}")


def _from_file(name: str) -> PrivateKey:
    path = Path(name)
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"{path} can be read by others than its owner; chmod 600 it."
            raise SigningFailed("signer.exposed", message)
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SigningFailed("signer.not_found", f"{path} can't be read.") from error
    return _parse(text, str(path))


SIGNERS: Mapping[str, Callable[[str], PrivateKey]] = {
    "env": _from_environment,
    "file": _from_file,
}


def open_signer(uri: str, *, verification_method: str) -> Signer:
    """The signer a URI names. Raises ``SigningFailed`` when there is none or it can't be read."""
    scheme, _, rest = uri.partition(":")
    if scheme not in SIGNERS:
        known = ", ".join(f"{name}:" for name in SIGNERS)
        raise SigningFailed("signer.unknown_scheme", f"A signer starts with one of {known}")
    return MemorySigner(SIGNERS[scheme](rest), verification_method)
