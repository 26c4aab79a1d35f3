"""Issue a credential: prepare → sign → read back. The only place where signing is decided.

1. ``prepare``: built from facts, **linted** (data model, profile schema, no term undefined, each
   node described once). Only this makes a ``Prepared``.
2. ``sign``: takes only a ``Prepared``; the signer's method must lie under the issuer's DID.
3. The final bytes are parsed anew and verified with the public key before anybody gets them; a
   signer that returns garbage produces an error, never a credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credentials.document import Prepared, Secured
from credentials.encoding import canonicalize, parse_json
from credentials.envelopes.claims import read_claims
from credentials.envelopes.securing import FORMS, Form
from credentials.envelopes.selective import SELECTIVE
from credentials.errors import CredentialError, Malformed, SigningFailed, Unsupported
from credentials.identifiers import split_method
from credentials.linked_data import to_quads
from credentials.profiles import PROFILES, AwardFacts
from credentials.profiles.sd_jwt_vc import check_claims
from credentials.profiles.vcdm import (
    DATA_INTEGRITY_CONTEXT,
    check_credential,
    check_described_once,
    is_v1,
    issuer_of,
    period_of,
)
from credentials.proofs.disclosures import Frame
from credentials.signers import Signer
from schemas.validation import validate

DEFAULT_SUITE = "eddsa-rdfc-2022"


def prepare(facts: AwardFacts, *, at: datetime, profile: str = "open-badges-3.0") -> Prepared:
    """Build and lint the credential of an award. Raises ``Malformed``, with the place."""
    document = PROFILES[profile](facts)
    schemas = document.get("credentialSchema", [])
    for row in schemas:
        violations = validate(document, row["id"])
        if violations:
            first = violations[0]
            raise Malformed("prepare.schema", first.message, pointer=first.pointer)
    return prepare_document(document, at=at)


def prepare_document(document: Mapping[str, Any], *, at: datetime) -> Prepared:
    """Lint a ready document of VC 2.0 or 1.1. Raises ``Malformed``, with the place.

    The context of VC 1.1 doesn't know Data Integrity; that context is put behind the others.
    """
    if "proof" in document:
        raise Malformed("prepare.proof", "The document already has a proof.", pointer="/proof")
    if is_v1(document) and DATA_INTEGRITY_CONTEXT not in document["@context"]:
        document = {**document, "@context": [*document["@context"], DATA_INTEGRITY_CONTEXT]}
    raw = canonicalize(document)
    # Parsed anew: what is linted and signed is what the bytes say, and nobody else holds it.
    fresh = parse_json(raw)
    check_credential(fresh)
    check_described_once(fresh)
    to_quads(fresh)
    _, end = period_of(fresh)
    if end is not None and end <= at:
        message = "The credential would have expired before it is issued."
        raise Malformed("prepare.expired", message, pointer="/validUntil")
    return Prepared(fresh, raw)


def prepare_claims(claims: Mapping[str, Any], *, at: datetime) -> Prepared:
    """Lint the claims of an SD-JWT VC (``profiles.sd_jwt_vc.build``), for suite ``dc+sd-jwt``.

    Raises ``Malformed``, with the place.
    """
    raw = canonicalize(claims)
    fresh = parse_json(raw)
    check_claims(fresh)
    read = read_claims(fresh)
    if read.issuer is None:
        raise Malformed("prepare.claim", "iss says who issues it.", pointer="/iss")
    start, end = read.not_before, read.expires_at
    if end is not None and (end <= at or (start is not None and end < start)):
        message = "The credential would have expired before it is issued."
        raise Malformed("prepare.expired", message, pointer="/exp")
    return Prepared(fresh, raw)


def resume(raw: bytes, *, at: datetime) -> Prepared:
    """The ``Prepared`` of bytes that were stored before signing, linted again."""
    value = parse_json(raw)
    return prepare_claims(value, at=at) if _is_flat(value) else prepare_document(value, at=at)


def _is_flat(document: Mapping[str, Any]) -> bool:
    return "vct" in document and "@context" not in document


def sign(
    prepared: Prepared,
    *,
    signer: Signer,
    at: datetime,
    suite: str = DEFAULT_SUITE,
    frame: Frame | None = None,
) -> Secured:
    """Sign, read back, and give the final bytes.

    ``suite`` is one of ``credentials.envelopes.securing.FORMS``: a cryptosuite (the bytes are JSON
    in RFC 8785 form), ``vc+jwt`` or ``ob3+jwt`` (a token in ASCII), ``vc+sd-jwt`` or, for claims,
    ``dc+sd-jwt`` (a token and its disclosures, for the holder; ``frame`` says what is hidden,
    without it that is what is said of the person). ``at`` is when it was signed.

    Raises ``SigningFailed`` when the signer gives none or a wrong signature, ``Unsupported`` for
    an unknown suite or a key that isn't its, ``KeyNotUsable``, ``Malformed`` for what a token
    can't carry or mustn't hide.
    """
    document = prepared.document
    did, _ = split_method(signer.verification_method)
    flat = _is_flat(document)
    if did != (document["iss"] if flat else issuer_of(document)):
        message = f"{signer.verification_method} isn't a key of the issuer."
        raise SigningFailed("signer.not_issuers", message)
    form = FORMS.get(suite)
    if form is None:
        known = ", ".join(FORMS)
        raise Unsupported("proof.unsupported_suite", f"The suite isn't one of {known}.")
    if form.flat is not flat:
        raise Unsupported("proof.unsupported_suite", f"{suite} doesn't take this kind of document.")
    if frame is None:
        raw = form.secure(document, signer, at)
    elif suite in SELECTIVE:
        raw = SELECTIVE[suite](document, signer, at, frame=frame)
    else:
        raise Unsupported("proof.unsupported_suite", f"{suite} can't hide anything.")
    _read_back(raw, form, prepared, signer)
    return Secured(raw, form.media_type)


def _read_back(raw: bytes, form: Form, prepared: Prepared, signer: Signer) -> None:
    try:
        document, method = form.reread(raw, signer.public_key)
        same = canonicalize(document) == prepared.raw
    except (CredentialError, ValueError) as error:
        message = "The fresh signature doesn't verify; nothing was issued."
        raise SigningFailed("signer.bad_signature", message) from error
    if not same or method != signer.verification_method:
        raise SigningFailed("signer.bad_signature", "What was signed isn't what was prepared.")
