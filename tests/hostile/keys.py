"""Curves, and whose key it is: SECURITY, "Failure classes"."""

from __future__ import annotations

import json
from dataclasses import replace

from credentials.encoding import b64url_encode, canonicalize, multibase_decode, multibase_encode
from credentials.identifiers import VerificationMethod, did_jwk
from credentials.keys import Algorithm, PrivateKey
from credentials.keys.algorithms import CURVES
from credentials.proofs import add_proof
from credentials.signers import MemorySigner
from credentials.verify import PUBLIC, AccreditationAnswer, SimulatedSources
from tests.credentials.envelopes.forge import forge
from tests.credentials.forms import SelfIssuer
from tests.hostile.world import AT, V2, Book, World, changed, iso

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
# RFC 7748 and "Taming the many EdDSAs" (2020), table of the points of small order.
_Y8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL = {
    "1": 1, "0": 0, "p-1": P - 1, "order 8": _Y8, "order 8, the other": P - _Y8,
    "0 and its sign": 1 << 255, "1 and its sign": (1 << 255) | 1, "p-1 and its sign": (1 << 255) | (P - 1),
    "order 8 and its sign": (1 << 255) | _Y8, "order 8, the other, and its sign": (1 << 255) | (P - _Y8),
}  # fmt: skip
NOT_CANONICAL = {f"p+{n}": P + n for n in (0, 1, 3, 4, 5, 6, 9, 10, 13, 14, 15, 16, 18)}


def curves(world: World) -> Book:
    """Keys that anybody can sign for, and signatures that aren't in their one form."""
    book = Book("curves", SimulatedSources())
    good = SelfIssuer()
    book.control("did:key", good.issue())
    book.control("did:jwk", _by_did(good.key, did_jwk(good.key.public), "#0"))
    p256 = SelfIssuer(Algorithm.P256)
    book.control("did:key P-256", p256.issue("ecdsa-rdfc-2019"))
    book.control("did:jwk P-256", _by_did(p256.key, did_jwk(p256.key.public), "#0"))
    for family in (SMALL, NOT_CANONICAL):
        for name, number in family.items():
            encoded = number.to_bytes(32, "little")
            multibase = multibase_encode(b"\xed\x01" + encoded)
            did = f"did:key:{multibase}"
            # R is the neutral point and S is 0: right for every message under a key of order 1.
            forged = (1).to_bytes(32, "little") + bytes(32)
            for signature in (forged, encoded + bytes(32)):
                label = ", R is 1" if signature is forged else ", R is the key"
                book.hostile(
                    f"did:key {name}{label}", _shown(did, f"#{multibase}", signature), "key"
                )
            jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64url_encode(encoded)}
            did = f"did:jwk:{b64url_encode(canonicalize(jwk))}"
            book.hostile(f"did:jwk {name}", _shown(did, "#0", forged), "key")
    _scalars(book, good, p256)
    _points(book)
    return book


def _document(did):
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": did,
        "credentialSubject": {"id": "did:example:alice"},
    }


def _shown(did, fragment, signature, suite="eddsa-jcs-2022"):
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "verificationMethod": did + fragment,
        "proofPurpose": "assertionMethod",
        "proofValue": multibase_encode(signature),
    }
    return {**_document(did), "proof": proof}


def _by_did(key, did, fragment):
    suite = "eddsa-jcs-2022" if key.public.algorithm is Algorithm.ED25519 else "ecdsa-jcs-2019"
    return add_proof(
        _document(did), suite=suite, signer=MemorySigner(key, did + fragment), created=AT
    )


def _scalars(book, good, p256):
    secured = _by_did(good.key, good.did, f"#{good.key.public.multibase}")
    book.control("signed by hand", secured)
    value = multibase_decode(secured["proof"]["proofValue"])
    s = int.from_bytes(value[32:], "little")
    for times in (1, 2, 7):
        bad = value[:32] + (s + times * L).to_bytes(33, "little")[:32]
        book.hostile(f"S + {times} L", _with(secured, bad), "proof")
    book.hostile("S is 0", _with(secured, value[:32] + bytes(32)), "proof")
    book.hostile(
        "R is not canonical", _with(secured, P.to_bytes(32, "little") + value[32:]), "proof"
    )
    for length in (0, 32, 63, 65, 96, 128):
        book.hostile(f"{length} bytes of signature", _with(secured, (value * 2)[:length]), "proof")
    secured = _by_did(p256.key, p256.did, f"#{p256.key.public.multibase}")
    value = multibase_decode(secured["proof"]["proofValue"])
    n = CURVES[Algorithm.P256].order
    r, s = value[:32], value[32:]
    rows = {
        "r is 0": bytes(32) + s, "s is 0": r + bytes(32), "r and s are 0": bytes(64),
        "r is n": n.to_bytes(32, "big") + s, "s is n": r + n.to_bytes(32, "big"),
        "r + n": _plus(r, n) + s, "s + n": r + _plus(s, n), "r and s the other way round": s + r,
        "all ones": b"\xff" * 64, "r is 1, s is 1": (bytes(31) + b"\1") * 2,
        "cut": value[:-1], "longer": value + b"\0",
    }  # fmt: skip
    for name, bad in rows.items():
        book.hostile(f"P-256: {name}", _with(secured, bad), "proof")


def _plus(part, n):
    return ((int.from_bytes(part, "big") + n) % (1 << 256)).to_bytes(32, "big")


def _with(secured, signature):
    return {**secured, "proof": {**secured["proof"], "proofValue": multibase_encode(signature)}}


def _points(book):
    """Points that lie on no curve, or are written in no known form."""
    p256 = (b"\x80\x24", 33)
    forms = {
        "P-256, x of no point": b"\x02" + b"\xff" * 32,
        "P-256, infinity": bytes(33),
        "P-256, sign 4": b"\x04" + bytes(32),
        "P-256, sign 5": b"\x05" + b"\x01" * 32,
        "P-256, 32 bytes": b"\x02" + b"\x01" * 31,
        "P-256, 34 bytes": b"\x02" + b"\x01" * 33,
    }
    for name, data in forms.items():
        multibase = multibase_encode(p256[0] + data)
        did = f"did:key:{multibase}"
        book.hostile(name, _shown(did, f"#{multibase}", bytes(64), "ecdsa-jcs-2019"), "key")
    for name, prefix in {
        "secp256k1": b"\xe7\x01", "X25519": b"\xec\x01", "BLS": b"\xeb\x01", "RSA": b"\x85\x24",
        "a private key": b"\x80\x26", "nothing known": b"\x00", "a long varint": b"\xed\x81\x00",
    }.items():  # fmt: skip
        multibase = multibase_encode(prefix + b"\x02" * 33)
        did = f"did:key:{multibase}"
        book.hostile(f"a key of {name}", _shown(did, f"#{multibase}", bytes(64)), "key")
    key = PrivateKey.generate(Algorithm.P256)
    good = key.public.jwk()
    for name, jwk in {
        "with its secret": good | {"d": b64url_encode(key.to_bytes())},
        "for encryption": good | {"use": "enc"},
        "for another algorithm": good | {"alg": "ES384"},
        "on another curve": good | {"crv": "P-384"},
        "without y": {k: v for k, v in good.items() if k != "y"},
        "a shared secret": {"kty": "oct", "k": b64url_encode(b"x" * 32)},
        "y of another point": good | {"y": good["x"]},
        "padded": good | {"x": good["x"] + "="},
        "short": good | {"x": good["x"][:-4]},
    }.items():
        did = f"did:jwk:{b64url_encode(canonicalize(jwk))}"
        book.hostile(f"a JWK {name}", _shown(did, "#0", bytes(64), "ecdsa-jcs-2019"), "key")


def whose(world: World) -> Book:
    """Whose key: signatures that are right, by somebody else, or not for this, or not then."""
    book = Book("whose key", world.sources)
    issuer, other = world.ed, world.other
    document = issuer.small()
    for make in ("jcs", "rdf"):
        sign, thief = getattr(issuer, make), getattr(other, make)
        book.control(f"{make}: the issuer's", sign(document))
        book.hostile(f"{make}: another institution's key", thief(document), "key")
        name = {"verificationMethod": issuer.method}
        book.hostile(f"{make}: another's under this name", thief(document, **name), "proof")
        stranger = SelfIssuer()
        method = {"verificationMethod": stranger.method}
        book.hostile(f"{make}: a key that is its own name", sign(document, **method), "key")
        for method in (
            issuer.did, f"{issuer.did}#", f"{issuer.did}#nothing", "#key", "", "key-1",
            f"{issuer.did}?x#y", f"{issuer.did}/../other#x", issuer.method.upper(),
            f"{issuer.method}#x", f"{issuer.method} ", "https://registry.example/key",
            f"did:web:registry.example:institutions:kalda%2f..%2fother{issuer.method[-44:]}",
        ):  # fmt: skip
            book.hostile(f"{make}: method {method!r}", _method(sign(document), method))
    two = add_proof(
        json.loads(issuer.lawful(document)), suite="eddsa-jcs-2022", signer=other.signer, created=AT
    )
    book.control("a second proof by another", two)
    book.hostile("only another's proof", changed(two, lambda d: d["proof"].pop(0)), "key")
    bad = changed(two, lambda d: d["proof"][1].update(proofValue=d["proof"][0]["proofValue"]))
    book.hostile("of two proofs the second is wrong", bad, "proof")
    bad = changed(
        two, lambda d: d["proof"].insert(0, {**d["proof"][0], "proofValue": "z" + "2" * 86})
    )
    book.hostile("of three proofs the first is wrong", bad, "proof")
    _periods_of_keys(book, world)
    _accreditation(book, world)
    # By a token whose own header says whose key it is.
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": other.method}
    book.hostile("a token by another", forge(header, document, other.key), "key")
    book.hostile(
        "a token by another, iss agrees", forge(header, document | {"iss": other.did}, other.key)
    )
    return book


def _method(secured, method):
    return {**secured, "proof": {**secured["proof"], "verificationMethod": method}}


def _periods_of_keys(book, world):
    issuer = world.ed
    secured, row = issuer.jcs(issuer.small()), world.sources.methods[issuer.method]

    def sources(**changes):
        return SimulatedSources({issuer.method: replace(row, **changes)})

    book.control("a key in its period", secured, sources=sources(valid_from=iso(2026, 1, 1)))
    book.hostile("a key of later", secured, "key", sources=sources(valid_from=iso(2027)))
    book.hostile("a key of before", secured, "key", sources=sources(valid_until=iso(2026, 1, 1)))
    book.hostile(
        "a key for authentication",
        secured,
        "key",
        sources=sources(assertion=False, authentication=True),
    )
    impostor = VerificationMethod(issuer.method, world.other.did, issuer.key.public)
    book.hostile(
        "a source that gives another's key",
        secured,
        "key",
        sources=SimulatedSources({issuer.method: impostor}),
    )
    renamed = VerificationMethod(f"{issuer.did}#x", issuer.did, world.other.key.public)
    book.hostile(
        "a source that gives another key",
        secured,
        "key",
        sources=SimulatedSources({issuer.method: renamed}),
    )
    book.hostile(
        "a source that doesn't answer", secured, "key", sources=SimulatedSources(down=True)
    )
    book.hostile("a source that knows nobody", secured, "key", sources=SimulatedSources())


def _accreditation(book, world):
    issuer = world.ed
    raw = issuer.issue()
    for outcome in ("confirmed", "none", "ended", "not_covered", "not_registered", "suspended"):
        sources = SimulatedSources(
            dict(world.sources.methods), {issuer.did: AccreditationAnswer(outcome)}
        )
        if outcome == "confirmed":
            book.control("accredited", raw, sources=sources, policy=PUBLIC)
        else:
            book.hostile(
                f"accreditation: {outcome}", raw, "accreditation", sources=sources, policy=PUBLIC
            )
