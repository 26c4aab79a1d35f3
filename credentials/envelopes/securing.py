"""The forms a prepared credential can leave in, and how each is read back.

``reread`` takes only bytes and a key: what was just made is looked at as a stranger would.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from credentials.encoding import canonicalize, parse_json
from credentials.envelopes.claims import (
    REGISTERED,
    check_agreement,
    check_badge,
    read_claims,
    subject_id,
    without_claims,
)
from credentials.envelopes.embedded import check_terms
from credentials.envelopes.jwt import BADGES
from credentials.envelopes.selective import dc_sd_jwt, reread_dc, reread_vc, vc_sd_jwt, vp_sd_jwt
from credentials.errors import KeyNotUsable, Malformed, SigningFailed
from credentials.identifiers import split_method
from credentials.keys import Algorithm, PublicKey, Use
from credentials.profiles.vcdm import (
    CONTEXT,
    check_presentation,
    has_type,
    holder_of,
    issuer_of,
    period_of,
)
from credentials.proofs import (
    SUITES,
    add_proof,
    create_proof,
    proofs_of,
    secured_without_proof,
    verify_proof,
)
from credentials.proofs.cose import read_sign1, sign1
from credentials.proofs.disclosures import Frame
from credentials.proofs.jose import read_compact, sign_compact, verify_token
from credentials.signers import Signer

Document = Mapping[str, Any]
Secure = Callable[[Document, Signer, datetime], bytes]
Reread = Callable[[bytes, PublicKey], tuple[Document, str]]


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its media type, how it is made, and how it is read back."""

    name: str
    media_type: str
    secure: Secure
    reread: Reread
    """(bytes, key) → the document that they secure, and the method they name. Raises."""
    flat: bool = False
    """Whether it takes the claims of an SD-JWT VC, and not a W3C credential."""


# --- JSON with a proof --------------------------------------------------------------------------


def _with_proof(suite: str, document: Document, signer: Signer, at: datetime) -> bytes:
    proof = create_proof(document, suite=suite, signer=signer, created=at)
    # A list, also of one: the strict Open Badges schema asks for it, and a set may grow.
    return canonicalize({**document, "proof": [proof]})


def _reread_proof(raw: bytes, key: PublicKey) -> tuple[Document, str]:
    fresh = parse_json(raw)
    (proof,) = proofs_of(fresh)
    verify_proof(fresh, proof, key)
    return secured_without_proof(fresh), str(proof["verificationMethod"])


# --- A token ------------------------------------------------------------------------------------


def _payload(document: Document, **claims: Any) -> bytes:
    taken = REGISTERED & document.keys()
    if taken:
        message = f"The credential has a member {min(taken)}, which in a token is a claim."
        raise Malformed("prepare.claim", message, pointer=f"/{min(taken)}")
    return canonicalize({**document, **{k: v for k, v in claims.items() if v is not None}})


def _vc_jwt(document: Document, signer: Signer, at: datetime) -> bytes:
    """VC-JOSE-COSE 1.0, section 3.1.1; ``iat`` is when it was signed, ``iss`` the issuer again."""
    payload = _payload(document, iss=issuer_of(document), iat=int(at.timestamp()))
    header = {"typ": "vc+jwt", "cty": "vc", "kid": signer.verification_method}
    return sign_compact(header, payload, signer, Use.JWT).encode("ascii")


def _badge_jwt(document: Document, signer: Signer, at: datetime) -> bytes:
    """Open Badges 3.0, "Create the JOSE Header" and "JWT Payload Format".

    Only with the algorithms that the 1EdTech validator takes: RS256 and ES256.
    """
    if signer.public_key.algorithm not in (Algorithm.RSA, Algorithm.P256):
        raise KeyNotUsable("key.not_for_use", "Badges are signed with RS256 or ES256.")
    if not any(has_type(document, name) for name in BADGES):
        raise Malformed("prepare.not_a_badge", "This isn't an Open Badges credential.")
    start, end = period_of(document)
    payload = _payload(
        document,
        iss=issuer_of(document),
        sub=subject_id(document),
        jti=document.get("id"),
        nbf=_seconds(start),
        exp=_seconds(end),
    )
    value = parse_json(payload)
    check_badge(read_claims(value), without_claims(value))
    header = {"typ": "JWT", "kid": signer.verification_method}
    return sign_compact(header, payload, signer, Use.BADGE_JWT).encode("ascii")


def _vc_cose(document: Document, signer: Signer, at: datetime) -> bytes:
    """VC-JOSE-COSE 1.0, section 3.3.1."""
    header = {"typ": "application/vc+cose", "cty": "application/vc"}
    header["kid"] = signer.verification_method
    return sign1(header, _payload(document), signer, Use.JWT)


def _reread_cose(raw: bytes, key: PublicKey) -> tuple[Document, str]:
    token = read_sign1(raw)
    verify_token(token, key, Use.JWT)
    return parse_json(token.payload), token.text("kid") or ""


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _reread_token(use: Use, raw: bytes, key: PublicKey) -> tuple[Document, str]:
    token = read_compact(raw.decode("ascii"))
    verify_token(token, key, use)
    value = parse_json(token.payload)
    document = without_claims(value)
    check_agreement(read_claims(value), document, issuer_of(document))
    return document, token.text("kid") or ""


FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (
        *(
            Form(name, "application/vc", partial(_with_proof, name), _reread_proof)
            for name, suite in SUITES.items()
            if suite.signs
        ),
        Form("vc+jwt", "application/vc+jwt", _vc_jwt, partial(_reread_token, Use.JWT)),
        Form("ob3+jwt", "application/jwt", _badge_jwt, partial(_reread_token, Use.BADGE_JWT)),
        Form("vc+cose", "application/vc+cose", _vc_cose, _reread_cose),
        Form("vc+sd-jwt", "application/vc+sd-jwt", vc_sd_jwt, reread_vc),
        Form("dc+sd-jwt", "application/dc+sd-jwt", dc_sd_jwt, reread_dc, flat=True),
    )
}
"""By suite or envelope; ``suite`` of ``credentials.sign`` is one of these."""


# --- Presentations ------------------------------------------------------------------------------


def enveloped(secured: bytes, media_type: str) -> Document:
    """A secured credential as it stands in a presentation: JSON as it is, a token enveloped.

    VCDM 2.0 section 4.13.1; VC-JOSE-COSE 1.0 section 3.1.2.
    """
    if media_type == "application/vc":
        value: Document = parse_json(secured)
        return value
    if media_type == "application/vc+cose":
        data = ";base64," + base64.b64encode(secured).decode("ascii")
    else:
        data = "," + secured.decode("ascii")
    return {
        "@context": CONTEXT,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:{media_type}{data}",
    }


def presentation(holder: str, credentials: Iterable[Document]) -> dict[str, Any]:
    """An unsigned presentation of secured credentials (see ``enveloped``). Raises ``Malformed``."""
    document: dict[str, Any] = {
        "@context": [CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": holder,
    }
    rows = list(credentials)
    if rows:
        document["verifiableCredential"] = rows
    check_presentation(document)
    return document


def present(
    document: Document,
    *,
    signer: Signer,
    at: datetime,
    suite: str,
    challenge: str | None = None,
    domain: str | None = None,
    frame: Frame | None = None,
) -> bytes:
    """Sign a presentation for a verifier's challenge and domain; read it back.

    ``suite`` is a cryptosuite (JSON comes out), ``vp+jwt`` (a token with ``nonce`` and ``aud``) or
    ``vp+cose`` (bytes, made for nobody in particular).
    Raises ``Malformed``, ``Unsupported``, ``KeyNotUsable``, ``SigningFailed``.
    """
    check_presentation(document)
    check_terms(document)
    holder, (controller, _) = holder_of(document), split_method(signer.verification_method)
    if holder is not None and holder != controller:
        message = f"{signer.verification_method} isn't a key of the holder."
        raise SigningFailed("signer.not_issuers", message)
    if suite == "vp+cose":
        if challenge is not None or domain is not None:
            raise Malformed("prepare.claim", "A vp+cose can't say for whom it is made.")
        header = {"typ": "application/vp+cose", "cty": "application/vp"}
        header["kid"] = signer.verification_method
        raw = sign1(header, _payload(document), signer, Use.JWT)
        verify_token(read_sign1(raw), signer.public_key, Use.JWT)
        return raw
    if suite == "vp+sd-jwt":
        return vp_sd_jwt(document, signer, at, frame=frame, challenge=challenge, domain=domain)
    if suite == "vp+jwt":
        payload = _payload(
            document, iss=controller, iat=int(at.timestamp()), nonce=challenge, aud=domain
        )
        header = {"typ": "vp+jwt", "cty": "vp", "kid": signer.verification_method}
        raw = sign_compact(header, payload, signer, Use.JWT).encode("ascii")
        verify_token(read_compact(raw.decode("ascii")), signer.public_key, Use.JWT)
        return raw
    signed = add_proof(
        document,
        suite=suite,
        signer=signer,
        created=at,
        purpose="authentication",
        challenge=challenge,
        domain=domain,
    )
    verify_proof(signed, proofs_of(signed)[-1], signer.public_key)
    return canonicalize(signed)
