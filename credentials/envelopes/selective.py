"""Making SD-JWTs of credentials and presentations, and reading back what was made.

VC-JOSE-COSE 1.0, section 3.2 (``vc+sd-jwt``, ``vp+sd-jwt``); IETF SD-JWT VC (``dc+sd-jwt``). The
holder gets every disclosure and chooses among them later: ``credentials.proofs.sd_jwt``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from credentials.envelopes.claims import (
    REGISTERED,
    check_agreement,
    read_claims,
    without_claims,
)
from credentials.envelopes.sd_jwt import CRITICAL_CLAIMS, CRITICAL_MEMBERS
from credentials.errors import Malformed
from credentials.identifiers import split_method
from credentials.keys import PublicKey
from credentials.profiles import sd_jwt_vc
from credentials.profiles.vcdm import issuer_of
from credentials.proofs import sd_jwt
from credentials.proofs.disclosures import Frame, Step
from credentials.signers import Signer

_CRITICAL: Final[Mapping[str, frozenset[str]]] = {
    "vc+sd-jwt": CRITICAL_CLAIMS | CRITICAL_MEMBERS,
    "vp+sd-jwt": CRITICAL_CLAIMS,
    "dc+sd-jwt": sd_jwt_vc.NEVER_HIDDEN,
}
_SHOWN: Final = frozenset({"id", "type", "achievement"})


def default_frame(document: Mapping[str, Any]) -> Frame:
    """What is hidden where nobody says otherwise: of each subject all but what was achieved."""
    subject = document.get("credentialSubject")
    if isinstance(subject, dict):
        return Frame(inside={"credentialSubject": _person(subject)})
    if not isinstance(subject, list):
        return Frame()
    inside: dict[Step, Frame] = {
        number: _person(row) for number, row in enumerate(subject) if isinstance(row, dict)
    }
    return Frame(inside={"credentialSubject": Frame(inside=inside)})


def _person(subject: Mapping[str, Any]) -> Frame:
    return Frame(hidden=[name for name in subject if name not in _SHOWN])


def vc_sd_jwt(
    document: Mapping[str, Any], signer: Signer, at: datetime, *, frame: Frame | None = None
) -> bytes:
    """A W3C credential with parts of it behind digests; ``iat`` is when it was signed."""
    claims = _with(document, iss=issuer_of(document), iat=int(at.timestamp()))
    return _made("vc+sd-jwt", "vc", claims, signer, frame or default_frame(document))


def vp_sd_jwt(
    document: Mapping[str, Any],
    signer: Signer,
    at: datetime,
    *,
    frame: Frame | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> bytes:
    """A W3C presentation that its holder signs, parts of it behind digests."""
    controller, _ = split_method(signer.verification_method)
    claims = _with(document, iss=controller, iat=int(at.timestamp()), nonce=challenge, aud=domain)
    raw = _made("vp+sd-jwt", "vp", claims, signer, frame or Frame())
    sd_jwt.verify(sd_jwt.read(raw.decode("ascii")), signer.public_key)
    return raw


def dc_sd_jwt(
    claims: Mapping[str, Any], signer: Signer, at: datetime, *, frame: Frame | None = None
) -> bytes:
    """An SD-JWT VC of claims that are whole already, their times among them."""
    hidden = [name for name in sd_jwt_vc.HIDDEN if name in claims]
    return _made("dc+sd-jwt", None, claims, signer, frame or Frame(hidden))


SELECTIVE: Final = {"vc+sd-jwt": vc_sd_jwt, "dc+sd-jwt": dc_sd_jwt}


def _with(document: Mapping[str, Any], **claims: Any) -> dict[str, Any]:
    taken = REGISTERED & document.keys()
    if taken:
        message = f"The document has a member {min(taken)}, which in a token is a claim."
        raise Malformed("prepare.claim", message, pointer=f"/{min(taken)}")
    return {**document, **{name: value for name, value in claims.items() if value is not None}}


def _made(
    typ: str, cty: str | None, claims: Mapping[str, Any], signer: Signer, frame: Frame
) -> bytes:
    kept = _CRITICAL[typ] & {
        *frame.hidden,
        *(name for name, part in frame.inside.items() if part != Frame()),
    }
    if kept:
        message = f"{min(map(str, kept))} can't be the holder's to show or not."
        raise Malformed("prepare.frame", message, pointer=f"/{min(map(str, kept))}")
    header = {"typ": typ, "cty": cty, "kid": signer.verification_method}
    header = {name: value for name, value in header.items() if value is not None}
    try:
        return sd_jwt.issue(claims, frame, signer=signer, header=header).encode("ascii")
    except ValueError as error:
        raise Malformed("prepare.frame", f"What is to be hidden: {error}.") from error


def reread_vc(raw: bytes, key: PublicKey) -> tuple[Mapping[str, Any], str]:
    """The credential with everything shown, and the method it names. Raises."""
    claims, kid = _reread(raw, key)
    document = without_claims(claims)
    check_agreement(read_claims(claims), document, issuer_of(document))
    return document, kid


def reread_dc(raw: bytes, key: PublicKey) -> tuple[Mapping[str, Any], str]:
    """The claims with everything shown, and the method it names. Raises."""
    claims, kid = _reread(raw, key)
    sd_jwt_vc.check_claims(claims)
    return claims, kid


def _reread(raw: bytes, key: PublicKey) -> tuple[Mapping[str, Any], str]:
    parsed = sd_jwt.read(raw.decode("ascii"))
    return sd_jwt.verify(parsed, key).claims, parsed.token.text("kid") or ""
