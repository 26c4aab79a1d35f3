"""What an envelope is to the verifier's door: it is recognised, opened, and its seals are checked.

A new envelope is one module with an ``Envelope`` and one row in ``credentials/envelopes``. It
says where the credential stands in what came in and which seals are on it; it fetches nothing and
trusts nobody. Whose key it was, and whether that key may speak for the issuer, the door asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from credentials.identifiers import VerificationMethod
from credentials.keys import CertificateChain
from credentials.proofs.jose import Token


@dataclass(frozen=True, slots=True)
class Wire:
    """What came in, taken apart so far that its envelope can be told. Believe nothing in it."""

    raw: bytes
    value: Mapping[str, Any] | None = None
    """If it is one JSON object: its value, read strictly."""
    token: Token | None = None
    """If it begins with a compact JWS."""
    tail: str | None = None
    """What stands behind the token's first ``~`` (SD-JWT), without that character."""
    media_type: str | None = None
    """What a ``data:`` URL says it is, in lower case."""
    wrapped: str | None = None
    """The type of the enveloped object round it."""

    @property
    def typ(self) -> str | None:
        """The token's ``typ`` in lower case, without ``application/`` (RFC 7515 section 4.1.9)."""
        found = self.token.text("typ") if self.token is not None else None
        return None if found is None else found.lower().removeprefix("application/")


class Keys(Protocol):
    """Where an envelope's seal finds its key. Each raises ``NotFound``, ``SourceUnavailable``."""

    def named(self, method_id: str) -> VerificationMethod:
        """The method of that URL (a DID URL, or https)."""

    def of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """All methods that a controller publishes."""

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """The leaf's key, if the chain is trusted and its holder speaks for ``controller``."""


class Seal(Protocol):
    """One signature on an envelope."""

    @property
    def made_at(self) -> datetime | None:
        """When it was made, if it says so: the key must have been in use then."""

    @property
    def expires_at(self) -> datetime | None:
        """Until when it is good, if it says so."""

    @property
    def challenge(self) -> str | None:
        """For whom it was made: the verifier's challenge or nonce."""

    @property
    def domains(self) -> tuple[str, ...]:
        """For whom it was made: the verifier's domain or client id."""

    def method(self, keys: Keys) -> VerificationMethod:
        """The key that it says it was made with. Raises ``CredentialError``."""

    def check(self, method: VerificationMethod, purpose: str) -> None:
        """Return if it is that key's, made for ``purpose``, over all that is shown; else raise."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An opened envelope, its seals not yet checked."""

    format: str
    """What the report calls it."""
    document: Mapping[str, Any]
    """What it says: the credential or presentation without proofs and claims of the envelope."""
    author: str | None
    """The issuer, or the holder if a presentation names one."""
    seals: tuple[Seal, ...]
    """At least one; every one must be right."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What the envelope knows beside the document, for checks that know it: the holder's key."""
    provable_until: datetime | None = None
    """After this moment the seal's own word on its time proves nothing."""
    remarks: tuple[str, ...] = ()
    """What was seen of the seals and not checked, in words."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One row: how it is told from others, and opened."""

    name: str
    media_types: frozenset[str]
    """Those that a ``data:`` URL may give it."""
    recognises: Callable[[Wire], bool]
    open: Callable[[Wire], Letter]
    """Raises ``CredentialError``; the code's first word (``envelope``, ``structure``, ``proof``)
    says which of the door's questions it answers."""
    wrapper: str = "EnvelopedVerifiableCredential"
    """The type of an enveloped object that may hold it."""


def speaks(wire: Wire, envelope: Envelope) -> bool:
    """Whether a wire is of that envelope, by its form and by what a ``data:`` URL says."""
    said = wire.media_type
    dressed = (said is None or said in envelope.media_types) and (
        wire.wrapped is None or wire.wrapped == envelope.wrapper
    )
    return dressed and envelope.recognises(wire)
