"""The cryptosuites: how a document and a proof's configuration become the bytes that are signed.

W3C Data Integrity EdDSA Cryptosuites 1.0, sections 3.2 (eddsa-rdfc-2022) and 3.3 (eddsa-jcs-2022);
Data Integrity ECDSA Cryptosuites 1.0, sections 3.2 (ecdsa-rdfc-2019) and 3.3 (ecdsa-jcs-2019). Only
read: section 3.6 there (ecdsa-sd-2023), and the older proof type Ed25519Signature2020. A new suite
is a row here; one whose check isn't "two hashes and a signature" brings its own, in a module of its
own. A suite without vectors in ``fixtures/vectors/`` fails the build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from credentials.encoding import canonicalize
from credentials.errors import Unsupported
from credentials.keys import Algorithm, PublicKey
from credentials.linked_data import Quad, rdfc, rdfc_of
from credentials.proofs import ecdsa_sd

Document = Mapping[str, Any]
PROOF_TYPE: Final = "DataIntegrityProof"


def _rdfc(document: Document, hash_name: str) -> bytes:
    return rdfc(document, hash_name=hash_name)


def _rdfc_of(quads: Iterable[Quad], hash_name: str) -> bytes:
    return rdfc_of(quads, hash_name=hash_name)


def _jcs(document: Document, hash_name: str) -> bytes:
    return canonicalize(document)


@dataclass(frozen=True, slots=True)
class Suite:
    """One cryptosuite."""

    name: str
    """The proof's ``cryptosuite``; for a proof type of its own, that type."""
    hashes: Mapping[Algorithm, str]
    """The kinds of key it takes, and the hash of document and configuration with each."""
    canonicalize: Callable[[Document, str], bytes]
    """A JSON object in the suite's canonical form; the hash's name is RDFC-1.0's parameter, too.
    Raises ``Malformed``."""
    canonicalize_quads: Callable[[Iterable[Quad], str], bytes] | None = None
    """``canonicalize`` from the dataset of the object, for suites that sign the dataset."""
    keeps_context: bool = False
    """Whether the proof carries a copy of the document's ``@context`` (EdDSA, section 3.3.1)."""
    proof_type: str = PROOF_TYPE
    signs: bool = True
    """Whether proofs are made with it, or only read."""
    bases: str = "z"
    """The multibase letters that ``proofValue`` may have."""
    check: Callable[[Document, Document, Document, bytes, PublicKey], Document] | None = None
    """Instead of "two hashes and a signature": (document without the proof but with the previous
    ones, proof configuration, proof, decoded proof value, key) → what is signed. Raises."""

    def hash_name(self, key: PublicKey) -> str:
        """The hash that goes with a key. Raises ``Unsupported`` for one of another kind."""
        try:
            return self.hashes[key.algorithm]
        except KeyError as error:
            message = f"{self.name} needs a key of type {' or '.join(self.hashes)}."
            raise Unsupported("proof.key_not_of_suite", message) from error

    def digest(
        self, document: Document, hash_name: str, *, quads: Iterable[Quad] | None = None
    ) -> bytes:
        """The hash of the canonical form.

        ``quads`` are the dataset of ``document`` where the caller has made it already; a suite that
        doesn't sign the dataset leaves them aside.
        """
        if quads is None or self.canonicalize_quads is None:
            canonical = self.canonicalize(document, hash_name)
        else:
            canonical = self.canonicalize_quads(quads, hash_name)
        return hashlib.new(hash_name, canonical).digest()

    def hash_data(self, document: Document, configuration: Document, hash_name: str) -> bytes:
        """The bytes to sign: digest of the proof configuration, then that of the document.

        Sections 3.2.4 and 3.3.4 (hashing): the configuration stands first.
        """
        # The document goes first: if its contexts can't be read, the fault is there, and not in
        # the proof.
        hashed = self.digest(document, hash_name)
        return self.digest(configuration, hash_name) + hashed


_EDDSA: Final = {Algorithm.ED25519: "sha256"}
_ECDSA: Final = {Algorithm.P256: "sha256", Algorithm.P384: "sha384"}

SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("eddsa-rdfc-2022", _EDDSA, _rdfc, _rdfc_of),
        Suite("eddsa-jcs-2022", _EDDSA, _jcs, keeps_context=True),
        Suite("ecdsa-rdfc-2019", _ECDSA, _rdfc, _rdfc_of),
        Suite("ecdsa-jcs-2019", _ECDSA, _jcs, keeps_context=True),
        Suite(
            ecdsa_sd.NAME,
            {Algorithm.P256: "sha256"},
            _rdfc,
            signs=False,
            bases="u",
            check=ecdsa_sd.check,
        ),
        # What came before eddsa-rdfc-2022: the same bytes signed, under a proof type of its own.
        Suite(
            "Ed25519Signature2020",
            _EDDSA,
            _rdfc,
            _rdfc_of,
            proof_type="Ed25519Signature2020",
            signs=False,
        ),
    )
}


def suite_of(proof: Document) -> Suite:
    """The suite of a proof. Raises ``Unsupported``."""
    kind, name = proof.get("type"), proof.get("cryptosuite")
    suite = SUITES.get(str(name if kind == PROOF_TYPE else kind))
    if suite is not None and suite.proof_type == kind:
        return suite
    if kind != PROOF_TYPE:
        raise Unsupported("proof.unsupported_type", f"The proof isn't a {PROOF_TYPE}.")
    known = ", ".join(SUITES)
    raise Unsupported("proof.unsupported_suite", f"The cryptosuite isn't one of {known}.")
