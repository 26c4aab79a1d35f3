"""Data Integrity proofs: created, and verified one at a time.

W3C Verifiable Credential Data Integrity 1.0, sections 2.1 (what a proof holds), 2.1.1 and 2.1.2
(sets and chains) and 4 (algorithms). Whether the key is the issuer's, and whether purpose,
challenge, domain and time are the ones expected, is for the caller to ask: a signature can't say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from credentials.encoding import multibase_decode, multibase_encode
from credentials.errors import InvalidProof, Malformed, Unsupported
from credentials.keys import PublicKey, Use
from credentials.linked_data.nquads import Quad, is_iri
from credentials.proofs.suites import PROOF_TYPE, SUITES, Suite, suite_of
from credentials.signers import Signer

MAX_PROOFS: Final = 8

# XML Schema 1.1 part 2, section 3.4.28 (dateTimeStamp), for years of four digits.
_STAMP: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,12})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII
)
_TEXTS: Final = ("challenge", "nonce")


def create_proof(
    document: Mapping[str, Any],
    *,
    suite: str,
    signer: Signer,
    created: datetime | None,
    purpose: str = "assertionMethod",
    challenge: str | None = None,
    domain: str | None = None,
    proof_id: str | None = None,
    previous: str | list[str] | None = None,
) -> dict[str, Any]:
    """The proof over ``document``; proofs already in it are left aside, but those in ``previous``.

    ``created`` is aware and written in whole seconds of UTC. Raises ``Malformed`` for a document
    the suite can't cover whole, ``Unsupported`` for an unknown suite or a key that isn't its,
    ``InvalidProof`` when ``previous`` names a proof that isn't there, ``SigningFailed``.
    """
    chosen = _signing(suite)
    hash_name = _hash_name(chosen, signer.public_key)
    members = {
        "type": PROOF_TYPE,
        "id": proof_id,
        "cryptosuite": suite,
        "created": None if created is None else _stamp(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
        "previousProof": previous,
        "challenge": challenge,
        "domain": domain,
        "@context": document.get("@context") if chosen.keeps_context else None,
    }
    proof = {name: value for name, value in members.items() if value is not None}
    covered = _covered(document, proof, chosen)
    data = chosen.hash_data(covered, _configuration(covered, proof, chosen), hash_name)
    signature = signer.sign(data)
    return {**proof, "proofValue": multibase_encode(signature)}


def add_proof(
    document: Mapping[str, Any],
    *,
    suite: str,
    signer: Signer,
    created: datetime | None,
    purpose: str = "assertionMethod",
    challenge: str | None = None,
    domain: str | None = None,
    proof_id: str | None = None,
    previous: str | list[str] | None = None,
) -> dict[str, Any]:
    """A copy of ``document`` with one proof more: a single object, or the last of a set.

    Raises as ``create_proof``, and ``Malformed`` when it would be the ninth.
    """
    there = _all_proofs(document)
    if len(there) >= MAX_PROOFS:
        raise Malformed("proof.too_many", f"A document has at most {MAX_PROOFS} proofs.")
    proof = create_proof(
        document,
        suite=suite,
        signer=signer,
        created=created,
        purpose=purpose,
        challenge=challenge,
        domain=domain,
        proof_id=proof_id,
        previous=previous,
    )
    return {**secured_without_proof(document), "proof": [*there, proof] if there else proof}


def verify_proof(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: PublicKey,
    *,
    quads: Iterable[Quad] | None = None,
) -> dict[str, Any]:
    """Return the document that ``proof`` covers if its signature is ``public_key``'s, else raise.

    ``document`` is the whole secured document: a proof with ``previousProof`` covers those proofs
    too, and each of them is to be verified by a call of its own. What is returned is what was
    signed; show nothing else (for eddsa-jcs-2022 the ``@context`` may be shorter than the
    document's). ``quads`` are the dataset of the document without its proofs, where the caller has
    made it already: making it is the larger part of the work.

    Raises ``Malformed``, ``Unsupported`` or ``InvalidProof``.
    """
    # 1. The proof holds what a proof must, of a kind this software knows.
    where = _place(document, proof)
    try:
        suite, value = _read(proof)
    except Malformed as error:
        error.pointer = f"{where}{error.pointer or ''}"
        raise
    hash_name = _hash_name(suite, public_key)
    # 2. The document without its proofs, or with the previous ones alone.
    covered = _covered(document, proof, suite)
    # 3. The configuration: the proof without its value, read in the document's context.
    configuration = _configuration(covered, proof, suite)
    if suite.check is not None:
        return dict(suite.check(covered, configuration, proof, value, public_key))
    if len(value) != public_key.signature_bytes:
        message = f"A signature has {public_key.signature_bytes} bytes."
        raise Malformed("proof.malformed", message, pointer=f"{where}/proofValue")
    # 4. Both in canonical form and hashed. The document goes first: if its contexts can't be
    #    read, that is where the fault is, and not in the proof.
    made = None if "previousProof" in proof else quads
    document_hash = suite.digest(covered, hash_name, quads=made)
    try:
        configuration_hash = suite.digest(configuration, hash_name)
    except Malformed as error:
        error.pointer = f"{where}{error.pointer or ''}"
        raise
    # 5. The signature.
    public_key.verify(value, configuration_hash + document_hash)
    return covered


def proofs_of(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The proofs of a document, one to eight objects.

    Raises ``Malformed``: ``proof.missing``, ``proof.too_many``, ``proof.malformed``.
    """
    proofs = _all_proofs(document)
    if not proofs:
        raise Malformed("proof.missing", "The document has no proof.", pointer="/proof")
    return proofs


def check_chains(proofs: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``InvalidProof`` where proofs come before one another in a circle, or before none.

    Section 4, Verify Proof Sets and Chains. Each signature of a circle would cover the others, so
    none could have been first; it's refused by its form, before anything is hashed.
    """
    before = {id(proof): _named(proof) for proof in proofs}
    there = {proof["id"]: id(proof) for proof in proofs if isinstance(proof.get("id"), str)}
    for names in before.values():
        for name in names:
            if name not in there:
                message = "A previous proof isn't there."
                raise InvalidProof("proof.previous_not_found", message, pointer="/proof")
    while before:
        first = [key for key, names in before.items() if not any(there[n] in before for n in names)]
        if not first:
            message = "Proofs come before one another in a circle."
            raise InvalidProof("proof.previous_cycle", message, pointer="/proof")
        for key in first:
            del before[key]


def _named(proof: Mapping[str, Any]) -> list[str]:
    if "previousProof" not in proof:
        return []
    named = proof["previousProof"]
    if not _is_text_or_texts(named):
        raise Malformed(
            "proof.malformed", "Previous proofs are named by their ids.", pointer="/previousProof"
        )
    return list(named) if isinstance(named, list) else [named]


def secured_without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document without its proofs; what stands inside it is shared."""
    return {name: value for name, value in document.items() if name != "proof"}


def _all_proofs(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    found = document.get("proof", [])
    proofs = found if isinstance(found, list) else [found]
    if len(proofs) > MAX_PROOFS:
        message = f"A document has at most {MAX_PROOFS} proofs."
        raise Malformed("proof.too_many", message, pointer="/proof")
    if not all(isinstance(proof, Mapping) for proof in proofs):
        raise Malformed("proof.malformed", "A proof is an object.", pointer="/proof")
    return tuple(proofs)


def _place(document: Mapping[str, Any], proof: Mapping[str, Any]) -> str:
    """The JSON pointer of ``proof``, for error messages."""
    found = document.get("proof")
    if isinstance(found, list) and proof in found:
        return f"/proof/{found.index(proof)}"
    return "/proof"


def _signing(name: str) -> Suite:
    suite = SUITES.get(name)
    if suite is None or not suite.signs:
        known = ", ".join(name for name, row in SUITES.items() if row.signs)
        raise Unsupported("proof.unsupported_suite", f"The cryptosuite isn't one of {known}.")
    return suite


def _hash_name(suite: Suite, key: PublicKey) -> str:
    name = suite.hash_name(key)
    key.require(Use.DATA_INTEGRITY)
    return name


def _read(proof: Mapping[str, Any]) -> tuple[Suite, bytes]:
    """The suite and the value of a proof whose members are as section 2.1 wants them."""
    if not isinstance(proof.get("type"), str):
        raise _malformed("type", "A proof has one type.")
    if proof["type"] == PROOF_TYPE and not isinstance(proof.get("cryptosuite"), str):
        raise _malformed("cryptosuite", "The name of the cryptosuite is missing.")
    suite = suite_of(proof)
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not is_iri(method):
        raise _malformed("verificationMethod", "The verification method is a URL.")
    if not isinstance(proof.get("proofPurpose"), str) or not proof["proofPurpose"]:
        raise _malformed("proofPurpose", "The purpose is text, such as assertionMethod.")
    for name in ("created", "expires"):
        if name in proof and not _is_stamp(proof[name]):
            raise _malformed(name, "A time is written like 2026-03-01T09:00:00Z.")
    for name in _TEXTS:
        if name in proof and not isinstance(proof[name], str):
            raise _malformed(name, "This is text.")
    if "domain" in proof and not _is_text_or_texts(proof["domain"]):
        raise _malformed("domain", "A domain is text, or an array of texts.")
    if "id" in proof and not (isinstance(proof["id"], str) and is_iri(proof["id"])):
        raise _malformed("id", "The id of a proof is a URL.")
    if "previousProof" in proof and not _is_text_or_texts(proof["previousProof"]):
        raise _malformed("previousProof", "Previous proofs are named by their ids.")
    return suite, _decoded(proof.get("proofValue"), suite.bases)


def _decoded(value: object, bases: str) -> bytes:
    """``proofValue``: bytes in multibase, base58btc for all suites but the selective ones."""
    if not isinstance(value, str) or len(value) < 2 or value[0] not in bases:
        message = f"A proof value is in multibase: {' or '.join(bases)} and letters."
        raise _malformed("proofValue", message)
    try:
        return multibase_decode(value)
    except Malformed as error:
        raise _malformed("proofValue", error.message) from error


def _malformed(member: str, message: str) -> Malformed:
    return Malformed("proof.malformed", message, pointer=f"/{member}")


def _is_text_or_texts(value: object) -> bool:
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(text, str) and text for text in texts)


def _is_stamp(value: object) -> bool:
    match = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    try:
        datetime.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def _stamp(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("created needs a time zone")
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _covered(document: Mapping[str, Any], proof: Mapping[str, Any], suite: Suite) -> dict[str, Any]:
    """What ``proof`` covers (section 4, Verify Proof Sets and Chains; suites, section 3.3.2)."""
    covered = secured_without_proof(document)
    if "previousProof" in proof:
        covered["proof"] = _previous(document, proof)
    if "@context" not in proof:
        return covered
    ours, its = _listed(document.get("@context")), _listed(proof["@context"])
    if not suite.keeps_context:
        # Only the document's own context is signed here; another one would mislead a reader.
        if ours != its:
            raise Malformed("proof.context_differs", "The proof has a context of its own.")
    elif ours[: len(its)] != its:
        message = "The document's context doesn't start with the proof's."
        raise InvalidProof("proof.context_differs", message)
    else:
        covered["@context"] = proof["@context"]
    return covered


def _listed(context: Any) -> list[Any]:
    return context if isinstance(context, list) else [context]


def _previous(document: Mapping[str, Any], proof: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Section 4, as above: the proofs that ``previousProof`` names, each there exactly once."""
    named = proof["previousProof"]
    wanted = set(named) if isinstance(named, list) else {named}
    proofs = _all_proofs(document)
    matching = [other for other in proofs if any(other.get("id") == name for name in wanted)]
    if len(matching) != len(wanted) or any(
        sum(other["id"] == name for other in matching) != 1 for name in wanted
    ):
        raise InvalidProof("proof.previous_not_found", "A previous proof isn't there, or twice.")
    if proof.get("id") in wanted:
        raise InvalidProof("proof.previous_not_found", "A proof can't come before itself.")
    return matching


def _configuration(
    covered: Mapping[str, Any], proof: Mapping[str, Any], suite: Suite
) -> dict[str, Any]:
    """Proof Configuration (suites, sections 3.2.5 and 3.3.5)."""
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in covered and not suite.keeps_context:
        configuration["@context"] = covered["@context"]
    return configuration
