"""What a leaf of the log holds: kind, times and a salted digest, and no more.

A leaf is a JSON object in RFC 8785 form, so that a stranger can read it:
``{"act":"award","at":"…Z","digest":"<base64url>","entered":"…Z"}``. ``at`` is the act's own time,
``entered`` the time at which the log took it in; only the second is proven by the checkpoints.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from credentials.encoding import b64url_decode, b64url_encode, canonicalize, parse_json
from credentials.errors import CredentialError, Malformed
from credentials.merkle.tree import leaf_hash

_MEMBERS = {"act", "at", "digest", "entered"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf. ``digest`` is SHA-256(salt ‖ digest of the act's facts), 32 bytes."""

    act: str
    at: datetime
    digest: bytes
    entered: datetime

    def __bytes__(self) -> bytes:
        value = {
            "act": self.act,
            "at": _written(self.at),
            "digest": b64url_encode(self.digest),
            "entered": _written(self.entered),
        }
        return canonicalize(value)

    @property
    def hash(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return leaf_hash(bytes(self))

    def proof_extra(self, salt: bytes) -> bytes:
        """What a proof file holds beside the path: all of the leaf that the act doesn't give.

        ``{"act":"award","at":"…Z","entered":"…Z","salt":"<base64url>"}`` in RFC 8785 form.
        """
        value = {"act": self.act, "at": _written(self.at), "entered": _written(self.entered)}
        return canonicalize({**value, "salt": b64url_encode(salt)})

    @classmethod
    def from_extra(cls, extra: bytes, payload_digest: bytes) -> Leaf:
        """The leaf that an act's digest (SHA-256, 32 bytes) and ``extra`` make.

        Raises ``Malformed`` for what ``extra`` of no leaf has written.
        """
        try:
            value = parse_json(extra)
            salt = b64url_decode(value["salt"])
            times = [datetime.fromisoformat(value[name]) for name in ("at", "entered")]
            leaf = cls(value["act"], times[0], salted(salt, payload_digest), times[1])
            if leaf.proof_extra(salt) != extra:
                raise Malformed("ledger.leaf", "It isn't written in its one form.")
        except (CredentialError, KeyError, TypeError, ValueError, AttributeError) as error:
            message = "The proof doesn't say how the log's entry is put together."
            raise Malformed("ledger.leaf", message) from error
        return leaf

    @classmethod
    def parse(cls, raw: bytes) -> Leaf:
        """Read a leaf, written in the one way it can be. Raises ``Malformed``."""
        try:
            value = parse_json(raw)
            if not isinstance(value, dict) or set(value) != _MEMBERS:
                raise Malformed("ledger.leaf", "A leaf has act, at, digest and entered.")
            times = [datetime.fromisoformat(value[name]) for name in ("at", "entered")]
            leaf = cls(value["act"], times[0], b64url_decode(value["digest"]), times[1])
            if bytes(leaf) != raw:
                raise Malformed("ledger.leaf", "The leaf isn't written in its one form.")
        except (CredentialError, TypeError, ValueError, AttributeError) as error:
            raise Malformed("ledger.leaf", "This isn't a leaf of the registry's log.") from error
        return leaf


def salted(salt: bytes, payload_digest: bytes) -> bytes:
    """The digest that is entered: without the salt nobody can tell what it stands for."""
    return hashlib.sha256(salt + payload_digest).digest()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
