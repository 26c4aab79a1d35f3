"""JAdES seals of European Digital Credentials."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.asymmetric import ec

from credentials.encoding import b64url_encode
from credentials.verify import PROOF_ONLY
from tests.credentials.envelopes.seals import DOCUMENT, Authority, b64, der, raw
from tests.hostile.world import Book, World, changed


def seals(world: World) -> Book:
    """By a small authority that the verifier trusts."""
    authority = Authority()
    book = Book("JAdES", authority.trust())
    curve = Authority(key=ec.generate_private_key(ec.SECP256R1()))
    book.control("sealed", raw(authority.seal()), policy=PROOF_ONLY)
    book.control("sealed with ES256", raw(curve.seal()), sources=curve.trust(), policy=PROOF_ONLY)
    book.control("its payload encoded", raw(authority.seal(plain=False)), policy=PROOF_ONLY)
    sealed = authority.seal()

    def bad(name, value, *where, **more):
        more = {"policy": PROOF_ONLY} | more
        book.hostile(name, value if isinstance(value, bytes) else raw(value), *where, **more)

    def first(change):
        return changed(sealed, lambda d: change(d["signatures"]))

    other, holder = Authority(), Authority(holder="NTREE-99999999")
    bad("an authority that nobody trusts", other.seal(), "key")
    bad("another's certificate", authority.seal(x5c=[b64(der(other.leaf))]))
    bad("the root as leaf", authority.seal(x5c=[b64(der(authority.root))]))
    bad("no certificate", authority.seal(x5c=None))
    bad("a certificate that is none", authority.seal(x5c=["AAAA"]))
    bad("a digest of another certificate", authority.seal(**{"x5t#S256": b64url_encode(bytes(32))}))
    bad("no chain", authority.seal(pool=False), "key")
    bad("a holder that isn't the issuer", holder.seal(), sources=holder.trust())
    bad("no signatures", sealed | {"signatures": []})
    bad("signatures of null", sealed | {"signatures": None})
    bad("an empty signature", first(lambda rows: rows[0].update(signature="")))
    bad(
        "two signatures, one wrong", first(lambda rows: rows.append({**rows[0], "signature": "AA"}))
    )
    bad("a changed payload", sealed | {"payload": sealed["payload"].replace("Kalda", "Kolda")})
    bad("the payload as an object", sealed | {"payload": json.loads(sealed["payload"])})
    bad("a member beside it", sealed | {"credentialSubject": {}})
    for alg in ("none", "HS256", "PS256", "RS1", "ES256"):
        bad(f"alg {alg}", authority.seal(alg=alg))
    bad("an unknown crit", authority.seal(crit=["b64", "x"], x=1))
    bad("an empty crit", authority.seal(crit=[]))
    bad("b64 false without crit", authority.seal(crit=None))
    bad("no time", authority.seal(iat=None))
    bad("two times", authority.seal(sigT="2026-03-02T10:00:00Z"))
    bad("a jwk", authority.seal(jwk={"kty": "RSA", "n": "AQ", "e": "AQAB"}))
    without = {name: value for name, value in DOCUMENT.items() if name != "issuer"}
    bad("no issuer inside", authority.seal(document=without))
    bad("rubbish inside", authority.seal(document="{"))
    bad("a name twice inside", authority.seal(document='{"issuer":{},"issuer":{}}'))
    return book
