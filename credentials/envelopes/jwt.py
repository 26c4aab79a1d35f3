"""Credentials and presentations in a JWT: VC-JOSE-COSE, the Open Badges 3.0 profile, VC 1.1.

- ``vc+jwt`` and ``vp+jwt`` (VC-JOSE-COSE 1.0, section 3.1): the payload is the credential; the
  claims ``vc`` and ``vp`` are forbidden.
- ``typ`` JWT or none: the Open Badges 3.0 profile ("JSON Web Token Proof Format"), whose claims are
  required and equal the credential's members; or, with a ``vc`` or ``vp`` claim, the form of VCDM
  1.1, section 6.3.1, which the badges profile and the W3C's tests still have.

Which form it is, is said by ``typ``, or by the media type of a ``data:`` URL where there is no
``typ``; a token can't be read by the rules of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from credentials.encoding import parse_json
from credentials.envelopes.base import Envelope, Keys, Letter, Wire
from credentials.envelopes.claims import (
    Claims,
    check_agreement,
    check_badge,
    check_dates,
    read_claims,
    without_claims,
)
from credentials.envelopes.embedded import check_terms, seals_of
from credentials.errors import InvalidProof, Malformed, NotFound
from credentials.identifiers import VerificationMethod
from credentials.keys import PublicKey, Use, read_x5c
from credentials.linked_data import to_quads
from credentials.profiles.vcdm import (
    check_credential,
    check_presentation,
    has_type,
    holder_of,
    is_v1,
    issuer_of,
    period_of,
)
from credentials.proofs import secured_without_proof
from credentials.proofs.jose import Token, verify_token

BADGES: Final = frozenset(
    {"OpenBadgeCredential", "AchievementCredential", "EndorsementCredential", "ClrCredential"}
)
_BADGE_HEADER: Final = frozenset({"alg", "kid", "jwk", "typ"})
_ABSOLUTE: Final = ("did:", "https://")
PRESENTATION_WRAPPER: Final = "EnvelopedVerifiablePresentation"


@dataclass(frozen=True, slots=True)
class TokenSeal:
    """The signature of a JWT."""

    token: Token
    author: str
    claims: Claims
    use: Use = Use.JWT

    @property
    def made_at(self) -> datetime | None:
        """``iat``."""
        return self.claims.signed_at

    @property
    def expires_at(self) -> datetime | None:
        """``exp``: the end of the signature (VC-JOSE-COSE section 3.1.3)."""
        return self.claims.expires_at

    @property
    def challenge(self) -> str | None:
        """``nonce``."""
        return self.claims.nonce

    @property
    def domains(self) -> tuple[str, ...]:
        """``aud``."""
        return self.claims.audience

    def method(self, keys: Keys) -> VerificationMethod:
        """The key that ``kid`` names under the author's name.

        A key or certificate in the header is never believed (RFC 7515 sections 4.1.2 to 4.1.6):
        ``jwk`` must be one that the author publishes, ``x5c`` a chain that the sources trust;
        ``jku`` and ``x5u`` are addresses that the sender chose, and not looked at.
        """
        method = find_method(self.token, self.author, keys)
        if "jwk" in self.token.header and _header_key(self.token) != method.public_key:
            message = "The key in the header isn't the one that the author publishes."
            raise InvalidProof("key.not_issuers", message)
        method.public_key.require(self.use)
        return method

    def check(self, method: VerificationMethod, purpose: str) -> None:
        """The signature. What is shown is read from the very bytes that it is over."""
        verify_token(self.token, method.public_key, self.use)


def find_method(token: Token, author: str, keys: Keys) -> VerificationMethod:
    """The method that a token's header names, under ``author``. Raises ``CredentialError``."""
    kid = token.text("kid")
    if kid is not None and kid.startswith(_ABSOLUTE):
        return keys.named(kid)
    if kid is not None and kid.startswith("#"):
        return keys.named(f"{author}{kid}")
    if kid is None and "x5c" in token.header:
        return keys.certified(read_x5c(token.header["x5c"]), author)
    if kid is None and "jwk" not in token.header:
        raise Malformed("key.not_named", "The token doesn't say which key it was made with.")
    wanted = _header_key(token) if kid is None else None
    for method in keys.of(author):
        by_name = method.id == f"{author}#{kid}" or method.public_key.thumbprint() == kid
        if method.public_key == wanted if kid is None else by_name:
            return method
    raise NotFound("key.not_found", "The author publishes no such key.")


def _header_key(token: Token) -> PublicKey:
    jwk = token.header["jwk"]
    if not isinstance(jwk, dict):
        raise Malformed("key.malformed", "jwk in the header is a JSON Web Key.")
    return PublicKey.from_jwk(jwk)


# --- vc+jwt, vp+jwt -----------------------------------------------------------------------------


def payload_of(token: Token) -> dict[str, Any]:
    """The payload, one JSON object read strictly. Raises ``Malformed``."""
    try:
        value = parse_json(token.payload)
    except Malformed as error:
        raise Malformed("envelope.unreadable", f"The token's payload: {error}") from error
    if not isinstance(value, dict):
        raise Malformed("envelope.unknown_format", "The token's payload is one JSON object.")
    return value


def _payload(token: Token | None) -> tuple[Token, dict[str, Any]]:
    assert token is not None  # noqa: S101 - only recognised wires are opened
    return token, payload_of(token)


def check_cty(token: Token, wanted: str) -> None:
    """Raise ``Malformed`` (``envelope.wrong_type``) if the content is said to be another."""
    found = token.text("cty")
    if found is not None and found.lower().removeprefix("application/") != wanted:
        raise Malformed("envelope.wrong_type", f"cty says {found[:40]}, and not {wanted}.")


def _bare(payload: Mapping[str, Any]) -> None:
    for name in ("vc", "vp"):
        if name in payload:
            message = f"The claim {name} must not stand in this kind of token."
            raise Malformed("structure.forbidden_claim", message, pointer=f"/{name}")


def _open_vc_jwt(wire: Wire) -> Letter:
    token, payload = _payload(wire.token)
    check_cty(token, "vc")
    _bare(payload)
    return credential_in("vc+jwt", token, without_claims(payload), read_claims(payload), Use.JWT)


def credential_in(
    name: str, token: Token, value: Mapping[str, Any], claims: Claims, use: Use
) -> Letter:
    """A credential in a token; embedded proofs inside must be right as well."""
    check_credential(value)
    document = secured_without_proof(value)
    quads = to_quads(document)
    issuer = issuer_of(document)
    check_agreement(claims, document, issuer)
    start, end = period_of(document)
    inner = seals_of(value, quads) if "proof" in value else ()
    seal = TokenSeal(token, issuer, claims, use)
    # Before nbf nothing may be accepted (RFC 7519 section 4.1.5), whatever validFrom says.
    begins = max((d for d in (start, claims.not_before) if d is not None), default=None)
    extra = {} if claims.confirmation is None else {"cnf": claims.confirmation}
    return Letter(name, document, issuer, (seal, *inner), begins, end, extra)


def _open_vp_jwt(wire: Wire) -> Letter:
    token, payload = _payload(wire.token)
    check_cty(token, "vp")
    _bare(payload)
    return presentation_in("vp+jwt", token, without_claims(payload), read_claims(payload))


def presentation_in(name: str, token: Token, value: Mapping[str, Any], claims: Claims) -> Letter:
    """A presentation in a token; embedded proofs inside must be right as well."""
    check_presentation(value)
    document = secured_without_proof(value)
    check_terms(document)
    holder = holder_of(document)
    if claims.issuer is not None and holder is not None and claims.issuer != holder:
        message = "iss isn't the holder."
        raise Malformed("structure.claims_disagree", message, pointer="/iss")
    author = claims.issuer or holder
    if author is None:
        kid = token.text("kid") or ""
        author = kid.partition("#")[0] if kid.startswith(_ABSOLUTE) else None
    if author is None:
        message = "Neither iss nor holder nor kid says who shows this."
        raise Malformed("structure.missing_claim", message, pointer="/iss")
    inner = seals_of(value) if "proof" in value else ()
    return Letter(
        name,
        document,
        author,
        (TokenSeal(token, author, claims), *inner),
        claims.not_before,
    )


# --- typ JWT: Open Badges 3.0, VC 1.1 -----------------------------------------------------------


def _open_plain(wire: Wire) -> Letter:
    token, payload = _payload(wire.token)
    claims = read_claims(payload)
    if "vc" in payload:
        return _open_legacy(token, payload, claims)
    if not has_type(payload, "VerifiableCredential"):
        message = "The token holds no verifiable credential in a form that is read here."
        raise Malformed("envelope.unknown_format", message)
    value = without_claims(payload)
    check_badge(claims, value)
    types = value.get("type")
    badge = isinstance(types, list) and not BADGES.isdisjoint(
        t for t in types if isinstance(t, str)
    )
    if badge and token.header.keys() - _BADGE_HEADER:
        names = ", ".join(sorted(token.header.keys() - _BADGE_HEADER))[:80]
        raise Malformed("envelope.unknown_header", f"The badges profile has no header {names}.")
    name, use = ("ob3+jwt", Use.BADGE_JWT) if badge else ("jwt", Use.JWT)
    return credential_in(name, token, value, claims, use)


def _open_legacy(token: Token, payload: Mapping[str, Any], claims: Claims) -> Letter:
    """VCDM 1.1, section 6.3.1: what the claims say, the credential in ``vc`` may leave out."""
    value = payload["vc"]
    if not isinstance(value, dict) or "vp" in payload:
        raise Malformed("structure.forbidden_claim", "vc is an object, and vp no member.")
    filled = dict(value)
    if claims.issuer is not None:
        filled.setdefault("issuer", claims.issuer)
    if claims.id is not None:
        filled.setdefault("id", claims.id)
    subject = filled.get("credentialSubject")
    if claims.subject is not None and isinstance(subject, dict):
        filled["credentialSubject"] = {"id": claims.subject, **subject}
    if claims.not_before is not None and is_v1(filled):
        filled.setdefault("issuanceDate", f"{claims.not_before:%Y-%m-%dT%H:%M:%SZ}")
    letter = credential_in("vc-1.1+jwt", token, filled, claims, _use(filled))
    check_dates(claims, *period_of(filled))
    return letter


def _use(document: Mapping[str, Any]) -> Use:
    return Use.BADGE_JWT if any(has_type(document, name) for name in BADGES) else Use.JWT


def _open_plain_presentation(wire: Wire) -> Letter:
    token, payload = _payload(wire.token)
    value = payload.get("vp")
    if not isinstance(value, dict) or "vc" in payload:
        message = "The token holds no verifiable presentation in a form that is read here."
        raise Malformed("envelope.unknown_format", message)
    return presentation_in("vp-1.1+jwt", token, value, read_claims(payload))


def _typed(wire: Wire, typ: str, media_type: str) -> bool:
    """A token without disclosures whose ``typ``, or else media type, is that one."""
    if wire.token is None or wire.tail is not None:
        return False
    return wire.typ == typ or (wire.typ is None and wire.media_type == media_type)


def _plain(wire: Wire) -> bool:
    return wire.token is not None and wire.tail is None and wire.typ in (None, "jwt")


VC_JWT: Final = Envelope(
    "vc+jwt",
    frozenset({"application/vc+jwt"}),
    lambda wire: _typed(wire, "vc+jwt", "application/vc+jwt"),
    _open_vc_jwt,
)
VP_JWT: Final = Envelope(
    "vp+jwt",
    frozenset({"application/vp+jwt"}),
    lambda wire: _typed(wire, "vp+jwt", "application/vp+jwt"),
    _open_vp_jwt,
    PRESENTATION_WRAPPER,
)
PLAIN_JWT: Final = Envelope("jwt", frozenset({"application/jwt"}), _plain, _open_plain)
PLAIN_PRESENTATION: Final = Envelope(
    "jwt", frozenset({"application/jwt"}), _plain, _open_plain_presentation, PRESENTATION_WRAPPER
)
