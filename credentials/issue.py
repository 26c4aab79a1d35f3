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
from credentials.errors import CredentialError, Malformed, SigningFailed
from credentials.identifiers import split_did_url
from credentials.linked_data import to_quads
from credentials.profiles import PROFILES, AwardFacts
from credentials.profiles.vcdm import (
    check_credential,
    check_described_once,
    issuer_of,
    period_of,
)
from credentials.proofs import create_proof, proofs_of, verify_proof
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
    """Lint a ready VC 2.0 document. Raises ``Malformed``, with the place."""
    if "proof" in document:
        raise Malformed("prepare.proof", "The document already has a proof.", pointer="/proof")
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


def resume(raw: bytes, *, at: datetime) -> Prepared:
    """The ``Prepared`` of bytes that were stored before signing, linted again."""
    return prepare_document(parse_json(raw), at=at)


def sign(
    prepared: Prepared, *, signer: Signer, at: datetime, suite: str = DEFAULT_SUITE
) -> Secured:
    """Sign, read back, and give the final bytes (RFC 8785 form, UTF-8).

    ``at`` is the proof's ``created``. Raises ``SigningFailed`` when the signer gives none or a
    wrong signature, ``Unsupported`` for an unknown suite.
    """
    document = prepared.document
    did, _ = split_did_url(signer.verification_method)
    if did != issuer_of(document):
        message = f"{signer.verification_method} isn't a key of the issuer."
        raise SigningFailed("signer.not_issuers", message)
    proof = create_proof(document, suite=suite, signer=signer, created=at)
    # A list, also of one: the strict Open Badges schema asks for it, and a set may grow.
    raw = canonicalize({**document, "proof": [proof]})
    _read_back(raw, prepared, signer)
    return Secured(raw)


def _read_back(raw: bytes, prepared: Prepared, signer: Signer) -> None:
    try:
        fresh = parse_json(raw)
        (proof,) = proofs_of(fresh)
        verify_proof(fresh, proof, signer.public_key)
        unsigned = {name: value for name, value in fresh.items() if name != "proof"}
        same = canonicalize(unsigned) == prepared.raw
    except (CredentialError, ValueError) as error:
        message = "The fresh signature doesn't verify; nothing was issued."
        raise SigningFailed("signer.bad_signature", message) from error
    if not same or proof["verificationMethod"] != signer.verification_method:
        raise SigningFailed("signer.bad_signature", "What was signed isn't what was prepared.")
