"""JSON with embedded proofs: Data Integrity, and the older types of proof that are read.

W3C VC Data Integrity 1.0, section 4.5 (verify proof sets and chains): every proof of the set must
be right. Presentations: VCDM 2.0 section 4.13; Data Integrity section 2.1 (challenge, domain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from credentials.envelopes.base import Envelope, Keys, Letter, Wire
from credentials.errors import InvalidProof, Malformed
from credentials.identifiers import VerificationMethod
from credentials.linked_data import Quad, inline_context, to_quads
from credentials.profiles.vcdm import (
    check_credential,
    check_presentation,
    credentials_in,
    has_type,
    holder_of,
    issuer_of,
    parse_moment,
    period_of,
)
from credentials.proofs import (
    SUITES,
    check_chains,
    proofs_of,
    secured_without_proof,
    verify_proof,
)

CREDENTIAL: Final = "VerifiableCredential"
PRESENTATION: Final = "VerifiablePresentation"


@dataclass(frozen=True, slots=True)
class ProofSeal:
    """One proof of a secured document."""

    value: Mapping[str, Any]
    """The whole secured document."""
    proof: Mapping[str, Any]
    quads: Sequence[Quad] | None = None
    """The dataset of the document without its proofs, made once for all of them."""

    @property
    def made_at(self) -> datetime | None:
        """``created``."""
        return parse_moment(self.proof.get("created"))

    @property
    def expires_at(self) -> datetime | None:
        """``expires``."""
        return parse_moment(self.proof.get("expires"))

    @property
    def challenge(self) -> str | None:
        """``challenge``."""
        value = self.proof.get("challenge")
        return value if isinstance(value, str) else None

    @property
    def domains(self) -> tuple[str, ...]:
        """``domain``."""
        value = self.proof.get("domain")
        rows = value if isinstance(value, list) else [value]
        return tuple(row for row in rows if isinstance(row, str))

    def method(self, keys: Keys) -> VerificationMethod:
        """The proof's ``verificationMethod``."""
        method_id = self.proof.get("verificationMethod")
        if not isinstance(method_id, str):
            raise Malformed("key.malformed_method", "A proof names its verification method.")
        return keys.named(method_id)

    def check(self, method: VerificationMethod, purpose: str) -> None:
        """The signature, and that it covers all that is shown."""
        if self.proof.get("proofPurpose") != purpose:
            raise InvalidProof("proof.wrong_purpose", f"The proof was not made as {purpose}.")
        covered = verify_proof(self.value, self.proof, method.public_key, quads=self.quads)
        if secured_without_proof(covered) != secured_without_proof(self.value):
            # The jcs suites let a context be appended: what is shown would not be signed.
            message = "Something was added to the document after it was signed."
            raise InvalidProof("proof.malformed", message)


def seals_of(
    value: Mapping[str, Any], quads: Sequence[Quad] | None = None
) -> tuple[ProofSeal, ...]:
    """A seal for each proof; ``quads`` are the dataset of the document without its proofs.

    Raises ``Malformed``, ``InvalidProof`` (``proof.*``).
    """
    proofs = proofs_of(value)
    check_chains(proofs)
    return tuple(ProofSeal(value, proof, quads) for proof in proofs)


def check_terms(presentation: Mapping[str, Any]) -> None:
    """Raise ``Malformed`` where a member of a presentation is defined by no context.

    What is enveloped in it is a ``data:`` URL, which the door opens by itself.
    """
    rows = [
        row
        for row in credentials_in(presentation)
        if not has_type(row, "EnvelopedVerifiableCredential")
    ]
    rest = {n: value for n, value in presentation.items() if n != "verifiableCredential"}
    to_quads(rest | ({"verifiableCredential": rows} if rows else {}))


def _open_credential(wire: Wire) -> Letter:
    value = wire.value or {}
    check_credential(value)
    if "proof" not in value:
        message = "The credential has no proof: anybody could have written it."
        raise Malformed("structure.missing_proof", message, pointer="/proof")
    document = secured_without_proof(value)
    # Whatever the suite signs over: a term nobody defines is a term nobody understands.
    quads = to_quads(document)
    start, end = period_of(value)
    seals = seals_of(value, quads)
    own = inline_context(document)
    extra = {} if own is None else {"ownContext": own, "contextSigned": _context_signed(seals)}
    return Letter("vc+ld+json", document, issuer_of(value), seals, start, end, extra)


def _context_signed(seals: Sequence[ProofSeal]) -> bool:
    """Whether a proof is over the document's contexts too, as those of the jcs suites are."""
    names = (str(seal.proof.get("cryptosuite")) for seal in seals)
    return any(name in SUITES and SUITES[name].keeps_context for name in names)


def _open_presentation(wire: Wire) -> Letter:
    value = wire.value or {}
    check_presentation(value)
    if "proof" not in value:
        message = "The presentation has no proof: nobody knows who shows it."
        raise InvalidProof("proof.missing", message)
    document = secured_without_proof(value)
    quads = to_quads(document)
    return Letter("vp+ld+json", document, holder_of(value), seals_of(value, quads))


def _is(name: str, wire: Wire) -> bool:
    return wire.value is not None and has_type(wire.value, name)


EMBEDDED_CREDENTIAL: Final = Envelope(
    "vc+ld+json", frozenset(), lambda wire: _is(CREDENTIAL, wire), _open_credential
)
EMBEDDED_PRESENTATION: Final = Envelope(
    "vp+ld+json", frozenset(), lambda wire: _is(PRESENTATION, wire), _open_presentation
)
