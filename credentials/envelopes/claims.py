"""JWT claims beside a credential, and whether they say the same as it does.

RFC 7519 section 4; VC-JOSE-COSE sections 3.1.3 and 4.1; Open Badges 3.0, "JWT Payload Format" and
"Verify a Credential VC-JWT Signature"; VCDM 1.1 section 6.3.1. Two readers, one of claims and one
of the credential, must learn the same of one token: where both speak, they have to agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from credentials.errors import Malformed
from credentials.keys.jwk import PRIVATE_MEMBERS
from credentials.profiles.vcdm import parse_moment, period_of

REGISTERED: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf"})
"""Claims that stand beside a credential's own members and are none of them."""
_YEAR_10000: Final = 253402300800


@dataclass(frozen=True, slots=True)
class Claims:
    """The registered claims of a token, read."""

    issuer: str | None
    subject: str | None
    id: str | None
    nonce: str | None
    audience: tuple[str, ...]
    signed_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None
    confirmation: Mapping[str, Any] | None


def read_claims(payload: Mapping[str, Any]) -> Claims:
    """The registered claims. Raises ``Malformed`` (``structure.malformed_claim``)."""
    audience = payload.get("aud", [])
    rows = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(row, str) for row in rows):
        raise _fault("aud", "aud is text, or a list of texts.")
    confirmation = payload.get("cnf")
    if "cnf" in payload and not (isinstance(confirmation, dict) and confirmation):
        raise _fault("cnf", "cnf is an object that says which key is the holder's.")
    if confirmation is not None and "jwk" in confirmation:
        jwk = confirmation["jwk"]
        if not isinstance(jwk, dict) or PRIVATE_MEMBERS & jwk.keys():
            raise _fault("cnf", "cnf holds a public key, and nobody's secret.")
    return Claims(
        _text(payload, "iss"),
        _text(payload, "sub"),
        _text(payload, "jti"),
        _text(payload, "nonce"),
        tuple(rows),
        _signed_at(payload.get("iat")),
        _date(payload, "nbf"),
        _date(payload, "exp"),
        confirmation,
    )


def without_claims(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload without the registered claims."""
    return {name: value for name, value in payload.items() if name not in REGISTERED}


def check_agreement(claims: Claims, document: Mapping[str, Any], author: str | None) -> None:
    """Raise ``Malformed`` (``structure.claims_disagree``) where claim and credential differ.

    VC-JOSE-COSE section 3.1.3: iss MUST match the issuer; the others SHOULD NOT conflict.
    """
    _same("iss", claims.issuer, author)
    _same("jti", claims.id, document.get("id"))
    _same("sub", claims.subject, subject_id(document))


def check_badge(claims: Claims, document: Mapping[str, Any]) -> None:
    """The Open Badges profile: the claims are there, and the dates are the credential's."""
    needed = (
        ("iss", claims.issuer),
        ("sub", claims.subject),
        ("jti", claims.id),
        ("nbf", claims.not_before),
    )
    for name, value in needed:
        if value is None:
            raise Malformed(
                "structure.missing_claim",
                f"The Open Badges profile asks for {name}.",
                pointer=f"/{name}",
            )
    if "id" not in document or subject_id(document) is None:
        message = "The Open Badges profile asks for the ids of credential and subject."
        raise Malformed("structure.missing_claim", message, pointer="/id")
    start, end = period_of(document)
    check_dates(claims, start, end)
    if end is not None and claims.expires_at is None:
        message = "The credential has an end, and the token no exp."
        raise Malformed("structure.missing_claim", message, pointer="/exp")


def check_dates(claims: Claims, start: datetime | None, end: datetime | None) -> None:
    """nbf and exp, where they are, say the credential's own period, to the second."""
    for name, claim, own in (("nbf", claims.not_before, start), ("exp", claims.expires_at, end)):
        if claim is not None and own is not None and abs(claim - own) >= timedelta(seconds=1):
            message = f"{name} and the credential's own date differ."
            raise Malformed("structure.claims_disagree", message, pointer=f"/{name}")


def subject_id(document: Mapping[str, Any]) -> str | None:
    """The id of the one subject, if there is one and it has one."""
    subject = document.get("credentialSubject")
    rows = subject if isinstance(subject, list) else [subject]
    found = rows[0].get("id") if len(rows) == 1 and isinstance(rows[0], dict) else None
    return found if isinstance(found, str) else None


def _same(name: str, claim: str | None, own: Any) -> None:
    if claim is not None and own is not None and claim != own:
        message = f"{name} and the credential's own value differ."
        raise Malformed("structure.claims_disagree", message, pointer=f"/{name}")


def _fault(name: str, message: str) -> Malformed:
    return Malformed("structure.malformed_claim", message, pointer=f"/{name}")


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    if name in payload and (not isinstance(value, str) or not value):
        raise _fault(name, f"{name} is text.")
    return value


def _date(payload: Mapping[str, Any], name: str) -> datetime | None:
    """A NumericDate (RFC 7519 section 2): seconds, perhaps with a fraction."""
    if name not in payload:
        return None
    value = payload[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < _YEAR_10000:
        raise _fault(name, f"{name} is a number of seconds since 1970.")
    return datetime.fromtimestamp(value, UTC)


def _signed_at(value: Any) -> datetime | None:
    """``iat``; the W3C test suite's own tokens have it as a dateTimeStamp, so that is read too."""
    if isinstance(value, str):
        moment = parse_moment(value)
        if moment is None:
            raise _fault("iat", "iat is a number of seconds since 1970.")
        return moment
    return None if value is None else _date({"iat": value}, "iat")
