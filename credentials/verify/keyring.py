"""Where the seals of an envelope find their keys: in the identifier itself, or by the sources.

What a source gives is held against what was asked: another key under another name is none.
"""

from __future__ import annotations

from credentials.errors import NotFound
from credentials.identifiers import VerificationMethod, resolve_locally, split_method
from credentials.keys import CertificateChain
from credentials.verify.sources import Sources


class Keyring:
    """``envelopes.Keys`` over the verifier's sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def named(self, method_id: str) -> VerificationMethod:
        """The method of that URL. Raises ``CredentialError``."""
        controller, _ = split_method(method_id)
        local = resolve_locally(controller)
        if local is None:
            method = self._sources.verification_method(method_id)
        else:
            found = [row for row in local if row.id == method_id]
            if not found:
                raise NotFound("key.not_found", "The DID has no such key.")
            method = found[0]
        if method.id != method_id or method.controller != controller:
            raise NotFound("key.not_found", "The source gave another key than was asked for.")
        return method

    def of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """All methods of a controller. Raises ``CredentialError``."""
        local = resolve_locally(controller)
        rows = self._sources.methods_of(controller) if local is None else local
        return tuple(row for row in rows if row.controller == controller)

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """The leaf's key. Raises ``CredentialError``."""
        method = self._sources.certified(chain, controller)
        if method.public_key != chain.public_key or method.controller != controller:
            raise NotFound("key.not_found", "The source gave another key than was asked for.")
        return method
