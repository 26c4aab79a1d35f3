"""ecdsa-sd-2023 issued and derived, for the suite alone: the registry reads such proofs only.

W3C Data Integrity ECDSA Cryptosuites 1.0, sections 3.6.1 (Create Base Proof) and 3.6.6 (Add Derived
Proof); the functions' numbers below are its own. Checked against the standard's two examples.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conformance.pointers import select
from credentials.encoding import (
    b64url_decode,
    b64url_encode,
    multibase_decode,
    multibase_encode,
    sha256,
)
from credentials.errors import Malformed, SigningFailed
from credentials.identifiers import split_method
from credentials.issue import prepare_document
from credentials.keys import Algorithm, PrivateKey
from credentials.linked_data import Quad, canonical_nquads, to_quads
from credentials.linked_data.canonical import canonical_labels
from credentials.profiles.vcdm import issuer_of
from credentials.proofs import proofs_of, secured_without_proof
from credentials.proofs.ecdsa_sd import NAME
from credentials.proofs.suites import PROOF_TYPE
from credentials.signers import Signer

Document = Mapping[str, Any]
Extra = Mapping[str, Mapping[str, Any]]
DEFAULT_MANDATORY = ("/issuer",)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BASE, _DERIVED = bytes.fromhex("d95d00"), bytes.fromhex("d95d01")
_BLANK = "urn:bnid:"
_SKOLEM = re.compile(r"<urn:bnid:([A-Za-z0-9]+)>")


# --- Datasets that keep their blank nodes' names (sections 3.4.6 to 3.4.9) ------------------------


def skolemized(value: Any, counter: list[int] | None = None) -> Any:
    """The document with a name for each node that has none."""
    counter = counter if counter is not None else [0]
    if isinstance(value, list):
        return [skolemized(item, counter) for item in value]
    if not isinstance(value, dict) or "@value" in value:
        return value
    inner = {
        name: item if name == "@context" else skolemized(item, counter)
        for name, item in value.items()
    }
    if "id" not in inner:
        inner["id"] = f"{_BLANK}b{counter[0]}"
        counter[0] += 1
    elif str(inner["id"]).startswith("_:"):
        raise Malformed("request.blank_node", "Blank nodes aren't named in a credential.")
    return inner


def quads_of(document: Document, extra: Extra | None = None) -> list[Quad]:
    """The dataset of a skolemized document, its blank nodes blank again."""
    found = to_quads(document, extra_contexts=extra)
    return [tuple(_SKOLEM.sub(r"_:\1", term) for term in quad) for quad in found]  # type: ignore[misc]


def lines_of(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[str]:
    """N-Quads with other labels, sorted (section 3.4.2, relabelBlankNodes)."""
    rows = []
    for quad in dict.fromkeys(quads):
        s, p, o, g = (labels[term] if term.startswith("_:") else term for term in quad)
        rows.append(f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n")
    return sorted(rows)


def labels_of(quads: list[Quad], secret: bytes) -> dict[str, str]:
    """The label of each blank node by the secret (section 3.5.2, createHmacIdLabelMapFunction)."""
    found = {}
    for name, label in canonical_labels(list(dict.fromkeys(quads))).items():
        text = label.removeprefix("_:").encode()
        digest = hmac.new(secret, text, hashlib.sha256).digest()
        found[name] = f"_:u{b64url_encode(digest)}"
    return found


# --- Base proofs ---------------------------------------------------------------------------------


def issue(
    document: Document, *, signer: Signer, at: datetime, pointers: Iterable[str] | None = None
) -> dict[str, Any]:
    """The credential with a base proof, for the holder alone. Raises ``CredentialError``."""
    prepared = prepare_document(document, at=_EPOCH).document
    if split_method(signer.verification_method)[0] != issuer_of(prepared):
        raise SigningFailed("signer.not_issuers", "The key isn't the issuer's.")
    mandatory = list(DEFAULT_MANDATORY if pointers is None else pointers)
    proof = {
        "type": PROOF_TYPE,
        "cryptosuite": NAME,
        "created": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    proof_key, secret = PrivateKey.generate(Algorithm.P256), secrets.token_bytes(32)
    named = skolemized(prepared)
    quads = quads_of(named)
    labels = labels_of(quads, secret)
    lines = lines_of(quads, labels)
    first = set(_lines_at(named, mandatory, labels, None))
    configured = canonical_nquads(to_quads({**proof, "@context": prepared["@context"]}))
    public = multibase_decode(proof_key.public.multibase)
    shown = "".join(line for line in lines if line in first)
    base = signer.sign(sha256(configured.encode()) + public + sha256(shown.encode()))
    rest = [proof_key.sign(line.encode()) for line in lines if line not in first]
    value = _BASE + cbor([base, public, secret, rest, mandatory])
    return {**prepared, "proof": {**proof, "proofValue": multibase_encode(value, base="u")}}


def _lines_at(
    named: Document, pointers: Iterable[str], labels: Mapping[str, str], extra: Extra | None
) -> list[str]:
    part = select(named, pointers)
    return [] if part is None else lines_of(quads_of(part, extra), labels)


# --- Derived proofs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Base:
    """The parts of a base proof value (section 3.5.4, parseBaseProofValue)."""

    signature: bytes
    public_key: bytes
    secret: bytes
    signatures: list[bytes]
    pointers: list[str]


def read_base(value: str) -> Base:
    """Raises ``Malformed``."""
    raw = multibase_decode(value) if value[:1] == "u" else b""
    if not raw.startswith(_BASE):
        raise Malformed("proof.malformed", "This isn't a base proof.")
    parts, end = _item(raw, len(_BASE))
    if end != len(raw) or not isinstance(parts, list) or len(parts) != 5:
        raise Malformed("proof.malformed", "A base proof has five parts.")
    return Base(*parts)


def derive(
    secured: Document, pointers: Iterable[str], *, extra: Extra | None = None
) -> dict[str, Any]:
    """What a holder shows: the mandatory parts and those selected. Raises ``CredentialError``."""
    (proof,) = proofs_of(secured)
    document = secured_without_proof(secured)
    base = read_base(str(proof.get("proofValue")))
    combined = [*base.pointers, *pointers]
    shown = select(document, combined)
    if shown is None:
        raise Malformed("request.pointer", "Nothing would be shown.")
    named = skolemized(document)
    quads = quads_of(named, extra)
    labels = labels_of(quads, base.secret)
    lines = lines_of(quads, labels)
    first = set(_lines_at(named, base.pointers, labels, extra))
    chosen = set(_lines_at(named, pointers, labels, extra))
    part = quads_of(select(named, combined) or {}, extra)
    indexes = [n for n, line in enumerate(lines_of(part, labels)) if line in first]
    others = [line for line in lines if line not in first]
    signatures = [s for s, line in zip(base.signatures, others, strict=True) if line in chosen]
    numbers = {
        int(label.removeprefix("_:c14n")): b64url_decode(labels[name].removeprefix("_:u"))
        for name, label in canonical_labels(list(dict.fromkeys(part))).items()
    }
    value = _DERIVED + cbor([base.signature, base.public_key, signatures, numbers, indexes])
    return {**shown, "proof": {**proof, "proofValue": multibase_encode(value, base="u")}}


# --- The CBOR of proof values --------------------------------------------------------------------


def cbor(value: Any) -> bytes:
    """Numbers, bytes, texts, lists and maps in the deterministic form (RFC 8949, 4.2.1)."""
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    rows = b"".join(cbor(name) + cbor(item) for name, item in sorted(value.items()))
    return _head(5, len(value)) + rows


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for length, short in ((1, 24), (2, 25), (4, 26)):
        if number < 1 << (8 * length):
            return bytes([major << 5 | short]) + number.to_bytes(length, "big")
    raise Malformed("encoding.cbor", "A number is larger than a proof has any.")


def _item(raw: bytes, at: int) -> tuple[Any, int]:
    """The item at a place, and where the next begins: bytes, texts and lists of such."""
    try:
        major, short = raw[at] >> 5, raw[at] & 31
        at += 1
        if short >= 24:
            length = 1 << (short - 24)
            short, at = int.from_bytes(raw[at : at + length], "big"), at + length
        if major == 4:
            rows = []
            for _ in range(short):
                row, at = _item(raw, at)
                rows.append(row)
            return rows, at
        if major not in (2, 3) or at + short > len(raw):
            raise Malformed("proof.malformed", "The proof value can't be read.")
        part = raw[at : at + short]
        return part if major == 2 else part.decode(), at + short
    except (IndexError, ValueError) as error:
        raise Malformed("proof.malformed", "The proof value can't be read.") from error
