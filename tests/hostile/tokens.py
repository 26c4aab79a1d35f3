"""JOSE: SECURITY, "Failure classes", first bullets. Whose key it is, for tokens."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credentials.encoding import b64url_decode, b64url_encode
from credentials.envelopes.securing import enveloped
from credentials.identifiers import did_key
from credentials.keys import PrivateKey
from tests.credentials.envelopes.forge import forge, hmac_with, part, taken_apart
from tests.hostile.world import AT, V2, Book, World


def tokens(world: World) -> Book:
    """Every case by each of four issuers: three of ``vc+jwt``, and two of Open Badges."""
    book = Book("JOSE", world.sources)
    rows = [
        (world.ed, "vc+jwt"), (world.p256, "vc+jwt"), (world.p384, "vc+jwt"),
        (world.p256, "ob3+jwt"), (world.rsa, "ob3+jwt"),
    ]  # fmt: skip
    for issuer, suite in rows:
        _of_one(book, world, issuer, suite, f"{suite} {issuer.key.public.algorithm}: ")
    _forms(book, world)
    return book


def _of_one(book, world, issuer, suite, label):
    raw = issuer.issue(suite)
    header, payload, signature = taken_apart(raw)
    key, public = issuer.key, issuer.key.public

    def forged(head=(), body=(), sign=None, drop=()):
        first = {k: v for k, v in {**header, **dict(head)}.items() if k not in drop}
        second = {k: v for k, v in {**payload, **dict(body)}.items() if k not in drop}
        return forge(first, second, sign or key)

    def bad(name, raw, *where):
        book.hostile(label + name, raw, *where)

    book.control(label + "as issued", raw)
    book.control(label + "forged anew with the issuer's own key", forged())
    for alg in ("none", "None", "NONE", "nOnE", "", "none "):
        bad(f"alg {alg!r}, no signature", forged({"alg": alg}, sign=lambda _: b""))
    bad("alg none with the signature", forged({"alg": "none"}, sign=lambda _: signature))
    spki = public._loaded.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secrets = {"PEM": spki, "PEM without its end": spki.strip(), "raw": public.data}
    secrets["JWK"] = json.dumps(public.jwk()).encode()
    for name, secret in secrets.items():
        bad(
            f"HS256 with the public key as {name}", forged({"alg": "HS256"}, sign=hmac_with(secret))
        )
    for alg in ("RS256", "ES256", "ES384", "EdDSA", "PS256", "Ed448"):
        if alg != public.jws:
            bad(f"the header says {alg}", forged({"alg": alg}))
    bad("crit with nothing in it", forged({"crit": []}))
    bad("crit with b64", forged({"crit": ["b64"], "b64": True}))
    bad("crit with an invented extension", forged({"crit": ["x"], "x": 1}))
    bad("b64 false", forged({"b64": False}))
    bad("b64 false and critical", forged({"b64": False, "crit": ["b64"]}))
    thief = PrivateKey.generate()
    bad("the thief's key in jwk", forged({"jwk": thief.public.jwk()}, sign=thief, drop=("kid",)))
    bad("the thief's key in jwk, the issuer's kid", forged({"jwk": thief.public.jwk()}, sign=thief))
    did = did_key(thief.public)
    bad(
        "the thief's did:key in kid", forged({"kid": f"{did}#{thief.public.multibase}"}, sign=thief)
    )
    for name in ("jku", "x5u"):
        bad(f"{name} of the thief", forged({name: "https://thief.example/keys"}, sign=thief))
    bad("x5c of nobody", forged({"x5c": [base64.b64encode(b"no").decode()]}, sign=thief))
    bad("another institution's key", forged({"kid": world.other.method}, sign=world.other.key))
    bad("another's signature under the issuer's kid", forged(sign=world.other.key))
    bad("a kid that nobody publishes", forged({"kid": f"{issuer.did}#nothing"}))
    bad("iss is another", forged(body={"iss": world.other.did}))
    bad("issuer is another", forged(body={"issuer": world.other.did}))
    bad("no signature", forged(sign=lambda _: b""))
    bad("a signature of zeros", forged(sign=lambda _: bytes(len(signature))))
    bad("a signature of ones", forged(sign=lambda _: b"\xff" * len(signature)))
    bad("a signature cut by a byte", forged(sign=lambda d: key.sign(d)[:-1]))
    bad("a signature with a byte more", forged(sign=lambda d: key.sign(d) + b"\0"))
    if public.jws.startswith("ES"):
        half = len(signature) // 2

        def der(data):
            made = key.sign(data)
            return encode_dss_signature(
                int.from_bytes(made[:half], "big"), int.from_bytes(made[half:], "big")
            )

        bad("the signature in DER", forged(sign=der))
        bad("r is zero", forged(sign=lambda d: bytes(half) + key.sign(d)[half:]))
        bad("s is zero", forged(sign=lambda d: key.sign(d)[:half] + bytes(half)))
    text = raw.decode()
    head, body, tail = text.split(".")
    bad("padding", f"{head}=.{body}.{tail}")
    bad("other letters of base64", f"{head}.{body}.{tail[:-2]}+/")
    last = b64url_alphabet_next(tail)
    if last is not None:
        bad("bits left over", f"{head}.{body}.{tail[:-1]}{last}")
    bad("four parts", f"{text}.{tail}")
    bad("five parts", f"{head}.{body}.{tail}.{body}.{tail}")
    bad("two parts", f"{head}.{body}")
    bad("a line break inside", f"{head}.{body}.\n{tail}")
    bad("a word in front", f"Bearer {text}")
    bad("a byte order mark in front", "\ufeff" + text)
    doubled = f'{{"alg":"{header["alg"]}","alg":"none","kid":"{header["kid"]}"}}'
    bad("alg twice", forge_text(doubled, payload, key))
    twice = json.dumps(payload, ensure_ascii=False)[:-1] + f',"issuer":"{world.other.did}"}}'
    bad("issuer twice", forge_text(json.dumps(header), twice, key))
    for typ in (
        "kb+jwt",
        "statuslist+jwt",
        "at+jwt",
        "vp+jwt",
        "dc+sd-jwt",
        "openid4vci-proof+jwt",
    ):
        bad(f"typ {typ}", forged({"typ": typ}))
    bad("cty of another token", forged({"cty": "JWT"}))
    bad("exp in the past", forged(body={"exp": int(AT.timestamp()) - 60}), "validity", "structure")
    bad(
        "nbf in the future",
        forged(body={"nbf": int(AT.timestamp()) + 86400 * 9000}),
        "validity",
        "structure",
    )
    for name, value in (
        ("exp", "soon"),
        ("exp", -1),
        ("nbf", True),
        ("iat", "2026"),
        ("exp", 1e300),
    ):
        bad(f"{name} is {value!r}", forged(body={name: value}))
    bad("vc beside the credential", forged(body={"vc": {"issuer": world.other.did}}))
    bad("sub is another", forged(body={"sub": "did:example:mallory"}))
    bad("jti is another", forged(body={"jti": "urn:uuid:mallory"}))
    bad("a member that no context defines", forged(body={"salary": 1}))
    flipped = bytearray(b64url_decode(body))
    flipped[flipped.index(b"Data")] ^= 1
    bad("one letter of the name", f"{head}.{b64url_encode(bytes(flipped))}.{tail}")


def b64url_alphabet_next(part_):
    """The last letter with one of its spare bits set; ``None`` where no bit is spare."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = {0: 0, 2: 4, 3: 2}[len(part_) % 4]
    if not spare:
        return None
    number = letters.index(part_[-1])
    return letters[number ^ 1]


def forge_text(header, payload, key):
    signed = f"{part(header)}.{part(payload)}".encode()
    return signed + b"." + b64url_encode(key.sign(signed)).encode()


def _forms(book, world):
    """Serialisations that could carry no signature at all, and envelopes with more in them."""
    raw = world.ed.issue("vc+jwt").decode()
    head, body, tail = raw.split(".")
    rows = {
        "general JSON": {"payload": body, "signatures": [{"protected": head, "signature": tail}]},
        "general JSON, no signatures": {"payload": body, "signatures": []},
        "general JSON, signatures are null": {"payload": body, "signatures": None},
        "flattened JSON": {"payload": body, "protected": head, "signature": tail},
        "flattened JSON, no signature": {"payload": body, "protected": head},
        "flattened JSON, unprotected alg": {"payload": body, "header": {"alg": "none"},
                                            "signature": ""},
        "an array of tokens": [raw],
        "a text": raw and json.loads(json.dumps(f"{raw} ")),
        "the token as a member": {"jwt": raw},
    }  # fmt: skip
    for name, value in rows.items():
        if name == "a text":
            value = json.dumps(value)
        book.hostile(name, value)
    good = enveloped(raw.encode(), "application/vc+jwt")
    book.control("enveloped", good)
    book.control("data: URL", good["id"])
    changes = {
        "a name beside it": {"name": "Doctor"},
        "a subject beside it": {"credentialSubject": {"id": "did:example:mallory"}},
        "an issuer beside it": {"issuer": world.other.did},
        "a proof beside it": {"proof": {}},
        "two types": {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]},
        "another context": {"@context": ["https://example.org/v1"]},
        "an https id": {"id": "https://thief.example/credential"},
        "another media type": {"id": f"data:application/jwt,{raw}"},
        "a presentation's type": {"type": "EnvelopedVerifiablePresentation"},
        "a parameter": {"id": f"data:application/vc+jwt;charset=utf-8,{raw}"},
        "base64 that isn't": {"id": f"data:application/vc+jwt;base64,{raw}"},
        "an envelope inside": {"id": f"data:application/vc,{json.dumps(good)}"},
        "a fragment": {"id": f"data:application/vc+jwt,{raw}#x"},
    }
    for name, change in changes.items():
        if name != "another media type":
            book.hostile(f"enveloped: {name}", good | change)
    book.hostile("no context", {k: v for k, v in good.items() if k != "@context"})
    assert good["@context"] == V2
