"""An issuer and a holder of ecdsa-sd-2023, for tests: the verifier's other side.

Mandatory statements are given by a test of their text; the holder shows a document of her own
choice, whose statements must be among those signed.
"""

from __future__ import annotations

import copy
import secrets

from credentials.encoding import b64url_decode, multibase_decode, multibase_encode, sha256
from credentials.keys import Algorithm, PrivateKey
from credentials.linked_data import canonical_nquads, to_quads
from credentials.linked_data.canonical import canonical_labels
from credentials.proofs import ecdsa_sd


def head(major, number):
    for length, short in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << (8 * length):
            return bytes([major << 5 | short]) + number.to_bytes(length, "big")
    raise ValueError(number)


def cbor(value):
    """The deterministic CBOR of numbers, bytes, lists and dicts."""
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def multikey(key):
    return multibase_decode(key.public.multibase)


class Selective:
    """One signed document; ``show`` gives documents with derived proofs."""

    def __init__(self, document, key, configuration, mandatory):
        self.key, self.proof_key = key, PrivateKey.generate(Algorithm.P256)
        self.configuration = configuration | {"@context": document["@context"]}
        quads = to_quads(document)
        labels = canonical_labels(quads)
        self.labels = {
            name: f"_:{multibase_encode(secrets.token_bytes(32), base='u')}"
            for name in labels.values()
        }
        lines = ecdsa_sd.labelled(quads, self.labels)
        self.mandatory = [line for line in lines if mandatory(line)]
        self.signatures = {
            line: self.proof_key.sign(line.encode()) for line in lines if not mandatory(line)
        }
        configured = canonical_nquads(to_quads(self.configuration)).encode()
        self.base = key.sign(
            sha256(configured) + multikey(self.proof_key) + sha256("".join(self.mandatory).encode())
        )

    def parts(self, document):
        """The five parts of the derived proof over ``document``; it has no blank nodes, or those
        of the whole."""
        quads = to_quads(document)
        labels = {name: self.labels[name] for name in canonical_labels(quads).values()}
        lines = ecdsa_sd.labelled(quads, labels)
        numbers = {int(n.removeprefix("_:c14n")): b64url_decode(t[3:]) for n, t in labels.items()}
        shown = [self.signatures[line] for line in lines if line not in self.mandatory]
        indexes = [n for n, line in enumerate(lines) if line in self.mandatory]
        return [self.base, multikey(self.proof_key), shown, numbers, indexes]

    def show(self, document, *, change=lambda parts: None):
        parts = self.parts(document)
        change(parts)
        return self.secured(document, b"\xd9\x5d\x01" + cbor(parts))

    def secured(self, document, value):
        proof = {k: v for k, v in self.configuration.items() if k != "@context"}
        return {
            **copy.deepcopy(document),
            "proof": {**proof, "proofValue": multibase_encode(value, base="u")},
        }
