"""ecdsa-sd-2023: derived proofs, verified; what the holder left out stays out.

W3C Data Integrity ECDSA Cryptosuites 1.0, sections 3.5 (functions) and 3.6.7 (Verify Derived
Proof). The issuer's key signs the statements that must be shown, together with a key made for
this one proof; that key signs each other statement. Base proofs carry the secret with which a
holder derives: they are for holders, never shown to a verifier, and refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from credentials.encoding import b64url_encode, multibase_encode, sha256
from credentials.errors import InvalidProof, Malformed, Unsupported
from credentials.keys import Algorithm, PublicKey
from credentials.linked_data import to_quads
from credentials.linked_data.canonical import canonical_labels, canonical_nquads
from credentials.linked_data.nquads import Quad
from credentials.proofs import cbor

NAME: Final = "ecdsa-sd-2023"
MAX_PROOF_VALUE: Final = 64 * 1024
"""Bytes. Some 1,000 statements, a signature each."""
_BASE: Final = bytes.fromhex("d95d00")
_DERIVED: Final = bytes.fromhex("d95d01")
_SIGNATURE_BYTES: Final = 64
# The table in the standard says 36; a P-256 Multikey is two bytes of prefix and 33 of key.
_KEY_BYTES: Final = 35
_LABEL_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """The parts of a derived proof value (section 3.5.8)."""

    base_signature: bytes
    public_key: bytes
    """The key of this one proof, as a Multikey's bytes."""
    signatures: tuple[bytes, ...]
    labels: Mapping[str, str]
    """Canonical label → the label the issuer signed; both written ``_:label``."""
    mandatory: frozenset[int]


def parse_proof_value(value: bytes) -> DerivedProof:
    """Section 3.5.8, parseDerivedProofValue, after its multibase is gone.

    Raises ``Malformed``, or ``Unsupported`` for a base proof.
    """
    if value.startswith(_BASE):
        message = "This is a base proof: it is the holder's alone; show a derived one."
        raise Unsupported("proof.base_proof", message)
    if not value.startswith(_DERIVED) or len(value) > MAX_PROOF_VALUE:
        raise _malformed("This isn't a derived proof.")
    try:
        parts = cbor.decode(value[len(_DERIVED) :])
    except Malformed as error:
        raise _malformed(error.message) from error
    if not isinstance(parts, list) or len(parts) != 5:
        raise _malformed("A derived proof has five parts.")
    base_signature, public_key, signatures, labels, mandatory = parts
    if not isinstance(signatures, list) or not isinstance(mandatory, list):
        raise _malformed("Signatures and mandatory indexes are arrays.")
    indexes = [index for index in mandatory if isinstance(index, int)]
    if len(indexes) != len(mandatory) or len(set(indexes)) != len(indexes):
        raise _malformed("Mandatory indexes are different numbers.")
    return DerivedProof(
        _exactly(base_signature, _SIGNATURE_BYTES, "base signature"),
        _exactly(public_key, _KEY_BYTES, "key"),
        tuple(_exactly(one, _SIGNATURE_BYTES, "signature") for one in signatures),
        _labels(labels),
        frozenset(indexes),
    )


def _exactly(value: Any, length: int, what: str) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise _malformed(f"A {what} of a derived proof has {length} bytes.")
    return value


def _labels(value: Any) -> dict[str, str]:
    """Section 3.5.6, decompressLabelMap."""
    if not isinstance(value, dict) or not all(isinstance(key, int) for key in value):
        raise _malformed("The label map goes from numbers to bytes.")
    rows = {
        f"_:c14n{number}": f"_:u{b64url_encode(_exactly(label, _LABEL_BYTES, 'label'))}"
        for number, label in value.items()
    }
    if len(set(rows.values())) != len(rows):
        # Two nodes under one label would be one node: what is said of one, said of the other.
        raise _malformed("Two nodes have one label.")
    return rows


def labelled(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[str]:
    """Section 3.4.1: canonical N-Quads with the issuer's labels, sorted, each with its newline.

    Raises ``InvalidProof`` if ``labels`` aren't those of the very nodes there are.
    """
    dataset = list(dict.fromkeys(quads))
    canonical = canonical_labels(dataset)
    if set(canonical.values()) != labels.keys():
        message = "The proof's labels aren't those of the nodes that are shown."
        raise InvalidProof("proof.invalid_signature", message)

    def term(text: str) -> str:
        return labels[canonical[text]] if text[:1] == "_" else text

    lines = []
    for subject, predicate, value, graph in dataset:
        tail = f" {term(graph)} ." if graph else " ."
        lines.append(f"{term(subject)} {predicate} {term(value)}{tail}\n")
    return sorted(lines)


def check(
    document: Mapping[str, Any],
    configuration: Mapping[str, Any],
    proof: Mapping[str, Any],
    value: bytes,
    public_key: PublicKey,
    *,
    extra_contexts: Mapping[str, Mapping[str, Any]] | None = None,
) -> Mapping[str, Any]:
    """Return ``document`` if its derived proof is right; the steps are section 3.6.7's.

    ``document`` is without its proof, ``configuration`` the proof without its value and with the
    document's context, ``value`` the decoded proof value. Raises ``Malformed``, ``Unsupported``,
    ``InvalidProof``.
    """
    # 1 and 2. The proof's parts; the statements in order, those that must be shown apart.
    parts = parse_proof_value(value)
    quads = labelled(to_quads(document, extra_contexts=extra_contexts), parts.labels)
    if parts.mandatory and max(parts.mandatory) >= len(quads):
        raise _malformed("A mandatory index lies beyond the statements.")
    mandatory = "".join(quads[index] for index in sorted(parts.mandatory))
    others = [quad for index, quad in enumerate(quads) if index not in parts.mandatory]
    # 3. One signature for each other statement.
    if len(parts.signatures) != len(others):
        message = "The number of signatures isn't that of the statements."
        raise InvalidProof("proof.invalid_signature", message)
    # 4. to 7. The issuer's key over configuration, proof key and mandatory statements.
    configured = canonical_nquads(to_quads(configuration, extra_contexts=extra_contexts))
    signed = sha256(configured.encode()) + parts.public_key + sha256(mandatory.encode())
    public_key.verify(parts.base_signature, signed)
    # 8. The proof's own key over each other statement.
    proof_key = _proof_key(parts.public_key)
    for quad, signature in zip(others, parts.signatures, strict=True):
        proof_key.verify(signature, quad.encode())
    return document


def _proof_key(data: bytes) -> PublicKey:
    try:
        key = PublicKey.from_multibase(multibase_encode(data))
    except (Malformed, Unsupported) as error:
        raise _malformed(error.message) from error
    if key.algorithm is not Algorithm.P256:
        raise _malformed("The proof's own key isn't a P-256 key.")
    return key


def _malformed(message: str) -> Malformed:
    return Malformed("proof.malformed", message, pointer="/proofValue")
