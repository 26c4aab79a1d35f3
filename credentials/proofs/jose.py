"""JSON Web Signatures, compact form only: read strictly, verified by the key's own algorithm.

RFC 7515 (JWS), RFC 7518 section 3 and RFC 8037 (algorithms), RFC 8725 (best current practices).
What makes libraries of this field accept what they must refuse isn't built: no ``none``, no shared
secrets, no choice of algorithm by the header, no ``crit``, no ``b64``, no key from the header, no
JSON serialisation whose list of signatures could be empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from credentials.encoding import (
    LIMITS,
    Limits,
    b64url_decode,
    b64url_encode,
    canonicalize,
    parse_json,
)
from credentials.errors import InvalidProof, Malformed, Unsupported
from credentials.keys import Algorithm, PublicKey, Use
from credentials.signers import Signer

HEADER_LIMITS: Final = Limits(size=64 * 1024, depth=8, members=256)
"""Of a header; certificates in ``x5c`` are what makes it long."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z")
# RFC 9864 gives Ed25519 a name of its own; both are in use, and both are this key's alone.
_NAMES: Final[Mapping[Algorithm, tuple[str, ...]]] = {Algorithm.ED25519: ("EdDSA", "Ed25519")}


@dataclass(frozen=True, slots=True)
class Token:
    """A compact JWS that was read. Nothing about it was verified."""

    header: Mapping[str, Any]
    payload: bytes
    signature: bytes
    signed: bytes
    """The bytes that the signature is over (RFC 7515 section 5.1)."""

    def text(self, name: str) -> str | None:
        """A header parameter that is text, ``None`` if there is none. Raises ``Malformed``."""
        value = self.header.get(name)
        if value is not None and (not isinstance(value, str) or not value):
            raise Malformed("envelope.malformed_token", f"{name} in the header is text.")
        return value


def looks_compact(text: str) -> bool:
    """Whether a text has the form of a compact JWS: three parts in base64url."""
    return _TOKEN.match(text) is not None


def read_compact(text: str) -> Token:
    """A compact JWS, taken apart. Raises ``Malformed`` (``envelope.malformed_token``).

    Three parts in canonical base64url, a header that is strict JSON with an ``alg``, neither
    ``crit`` nor ``b64``: extensions that must be understood are none that we understand.
    """
    if len(text) > 2 * LIMITS.size:
        raise Malformed(
            "envelope.too_large", f"The token is larger than {2 * LIMITS.size:,} bytes."
        )
    if not looks_compact(text):
        raise Malformed("envelope.malformed_token", "A token is three parts in base64url.")
    head, body, tail = text.split(".")
    try:
        header = parse_json(b64url_decode(head), limits=HEADER_LIMITS)
        payload, signature = b64url_decode(body), b64url_decode(tail)
    except Malformed as error:
        raise Malformed("envelope.malformed_token", f"The token: {error}") from error
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise Malformed("envelope.malformed_token", "A token's header is an object with an alg.")
    if "crit" in header or "b64" in header:
        message = "The token asks for an extension (crit) that isn't known here."
        raise Unsupported("proof.critical_header", message)
    return Token(header, payload, signature, f"{head}.{body}".encode("ascii"))


def verify_token(token: Token, key: PublicKey, use: Use) -> None:
    """Return if the token was signed with ``key``, by the one algorithm that is the key's.

    Raises ``KeyNotUsable`` for a kind of key that isn't taken for ``use``, ``InvalidProof`` when
    the header names another algorithm or the signature is wrong.
    """
    key.require(use)
    if token.header["alg"] not in _NAMES.get(key.algorithm, (key.jws,)):
        message = f"The header's algorithm isn't {key.jws}, that of the issuer's key."
        raise InvalidProof("proof.algorithm_mismatch", message)
    key.verify(token.signature, token.signed)


def sign_compact(header: Mapping[str, Any], payload: bytes, signer: Signer, use: Use) -> str:
    """A compact JWS over ``payload``; ``alg`` comes from the key.

    Raises ``KeyNotUsable``, ``SigningFailed``.
    """
    signer.public_key.require(use)
    head = canonicalize({**header, "alg": signer.public_key.jws})
    signed = f"{b64url_encode(head)}.{b64url_encode(payload)}"
    return f"{signed}.{b64url_encode(signer.sign(signed.encode('ascii')))}"
