"""A status list in a JWT of its own: ``statuslist+jwt``.

IETF Token Status List, "Status List Token in JWT Format": read at the door, and made. Mostly it
doesn't say who made it: the draft leaves that to the ecosystem, and here it is the issuer of the
credential it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credentials.encoding import canonicalize, parse_json
from credentials.envelopes.base import Envelope, Letter, Wire
from credentials.envelopes.claims import read_claims
from credentials.envelopes.jwt import TokenSeal
from credentials.errors import CredentialError, Malformed, SigningFailed
from credentials.keys import Use
from credentials.proofs.jose import read_compact, sign_compact, verify_token
from credentials.signers import Signer
from credentials.status import token


def status_list_token(issuer: str) -> Envelope:
    """The envelope of a list that ``issuer`` must have signed."""

    def opened(wire: Wire) -> Letter:
        assert wire.token is not None  # noqa: S101 - only recognised wires are opened
        try:
            value = parse_json(wire.token.payload)
        except Malformed as error:
            raise Malformed("envelope.unreadable", f"The list's payload: {error}") from error
        if not isinstance(value, dict):
            raise Malformed("envelope.unknown_format", "The list's payload is one JSON object.")
        claims = read_claims(value)
        if claims.subject is None or claims.signed_at is None:
            message = "A status list token says which list it is (sub), and since when (iat)."
            raise Malformed("structure.missing_claim", message, pointer="/sub")
        author = claims.issuer or issuer
        starts = max(claims.signed_at, claims.not_before or claims.signed_at)
        seal = TokenSeal(wire.token, author, claims)
        return Letter(token.TYP, value, author, (seal,), starts, claims.expires_at)

    return Envelope(
        token.TYP,
        frozenset({token.MEDIA_TYPE}),
        lambda wire: wire.tail is None and wire.typ == token.TYP,
        opened,
    )


def status_list_jwt(claims: Mapping[str, Any], signer: Signer) -> bytes:
    """A signed list of ``claims`` (``status.token.list_claims``), read back with the public key.

    Raises ``SigningFailed`` when the signer gives no signature or a wrong one, ``KeyNotUsable``.
    """
    header = {"typ": token.TYP, "kid": signer.verification_method}
    payload = canonicalize(claims)
    made = sign_compact(header, payload, signer, Use.JWT)
    try:
        again = read_compact(made)
        verify_token(again, signer.public_key, Use.JWT)
        same = again.payload == payload
    except CredentialError as error:
        message = "The fresh signature doesn't verify; nothing was published."
        raise SigningFailed("signer.bad_signature", message) from error
    if not same:
        raise SigningFailed("signer.bad_signature", "What was signed isn't what was prepared.")
    return made.encode("ascii")
