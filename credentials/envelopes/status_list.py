"""A status list in a JWT of its own: ``statuslist+jwt``.

IETF Token Status List, "Status List Token in JWT Format". Mostly it doesn't say who made it: the
draft leaves that to the ecosystem, and here it is the issuer of the credential it speaks of.
"""

from __future__ import annotations

from credentials.encoding import parse_json
from credentials.envelopes.base import Envelope, Letter, Wire
from credentials.envelopes.claims import read_claims
from credentials.envelopes.jwt import TokenSeal
from credentials.errors import Malformed
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
