"""What may be done with a document is its type.

``Prepared`` was built and linted, and is the only thing that can be signed. ``Secured`` is signed
and was read back. ``Verified`` came through the verifier's door, and is the only thing that checks
and pages see; before it, there is only ``envelopes.Letter``, of which nothing is believed or shown.
They can be built by one module each: a mistake in the order is an error at once, not a
credential nobody checked.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from credentials.encoding import sha256


def _only(module: str) -> None:
    # Frame 0 is here, 1 the __post_init__, 2 the generated __init__, 3 the caller.
    caller = sys._getframe(3).f_globals["__name__"]  # noqa: SLF001 - the guard's whole point
    if caller != module:
        raise TypeError(f"Only {module} may build this; {caller} can't.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was built and linted, without a proof. Made by ``credentials.issue``."""

    document: Mapping[str, Any]
    raw: bytes
    """The document in RFC 8785 form: what will be signed, and what is stored before signing."""

    def __post_init__(self) -> None:
        _only("credentials.issue")

    @property
    def digest(self) -> bytes:
        """SHA-256 of ``raw``, 32 bytes."""
        return sha256(self.raw)


@dataclass(frozen=True, slots=True)
class Secured:
    """A signed document that was read back with the public key. Made by ``credentials.issue``."""

    raw: bytes
    media_type: str = "application/vc"
    """What ``raw`` is: a JSON document, or a token in ASCII (``application/vc+jwt``)."""

    def __post_init__(self) -> None:
        _only("credentials.issue")

    @property
    def digest(self) -> bytes:
        """SHA-256 of ``raw``, 32 bytes."""
        return sha256(self.raw)


@dataclass(frozen=True, slots=True)
class Verified:
    """A document that came through the door. Made by ``credentials.verify.opening``."""

    document: Mapping[str, Any]
    """What was signed: the document without its proofs."""
    issuer: str
    methods: tuple[str, ...]
    """The verification methods whose proofs were checked, each of them right."""
    format: str = "vc+ld+json"
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    """The credential's own period, both ends within it."""
    signed_until: datetime | None = None
    """The end that the signature sets itself (a proof's ``expires``, a token's ``exp``)."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What its envelope knows beside the document."""
    provable_until: datetime | None = None
    """After this moment the signature's own word on its time proves nothing."""
    distrusted_from: datetime | None = None
    """The earliest moment from which one of the keys is disowned (it was stolen)."""
    digests: tuple[bytes, ...] = ()
    """SHA-256 of the bytes as they came, and of JSON in RFC 8785 form: what a log may hold."""

    def __post_init__(self) -> None:
        _only("credentials.verify.opening")
