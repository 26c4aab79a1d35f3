"""Keys and DIDs: the standards' own vectors, one form for each key, and what must be refused."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from credentials.encoding import b64url_decode, b64url_encode, multibase_encode
from credentials.errors import CredentialError, InvalidProof, KeyNotUsable, Malformed, Unsupported
from credentials.identifiers import (
    VerificationMethod,
    did_document,
    did_jwk,
    did_key,
    issuer_metadata_url,
    parse_did_document,
    parse_issuer_metadata,
    parse_jwks,
    resolve_did_jwk,
    resolve_did_key,
    resolve_locally,
    speaks_for,
    split_method,
)
from credentials.keys import ALGORITHMS, Algorithm, PrivateKey, PublicKey, Use, read_x5c
from tests.conftest import ROOT

VECTORS = ROOT / "fixtures" / "vectors"
KEYS = {algorithm: PrivateKey.generate(algorithm) for algorithm in Algorithm}
EACH = pytest.mark.parametrize("algorithm", Algorithm)
MULTIKEYS = [algorithm for algorithm in Algorithm if ALGORITHMS[algorithm].prefix]


def private_jwk(key):
    """The private JWK of a key that isn't RSA."""
    return {**key.public.jwk(), "d": b64url_encode(key.to_bytes())}


# --- Round trips --------------------------------------------------------------------------------


@EACH
def test_keys_round_trip_and_hide_their_secret(algorithm):
    key = KEYS[algorithm]
    assert PrivateKey.from_bytes(algorithm, key.to_bytes()).public == key.public
    assert PublicKey.from_jwk(key.public.jwk()) == key.public
    assert PublicKey(algorithm, key.public.data) == key.public
    for secret in (key.to_bytes().hex(), b64url_encode(key.to_bytes())):
        assert secret not in repr(key)
    signature = key.sign(b"x")
    assert len(signature) == key.public.signature_bytes
    key.public.verify(signature, b"x")
    with pytest.raises(InvalidProof):
        key.public.verify(signature, b"y")
    (method,) = resolve_did_jwk(did_jwk(key.public))
    assert (method.public_key, method.id) == (key.public, f"{did_jwk(key.public)}#0")


@pytest.mark.parametrize("algorithm", MULTIKEYS)
def test_multikeys_round_trip(algorithm):
    key = KEYS[algorithm].public
    assert PublicKey.from_multibase(key.multibase) == key
    (method,) = resolve_did_key(did_key(key))
    assert (method.public_key, method.id) == (key, f"{did_key(key)}#{key.multibase}")
    assert PrivateKey.from_jwk(private_jwk(KEYS[algorithm])).public == key


def test_an_rsa_key_is_no_multikey():
    with pytest.raises(Unsupported) as refusal:
        _ = KEYS[Algorithm.RSA].public.multibase
    assert refusal.value.code == "key.no_multikey"


@EACH
@given(data=st.data())
def test_any_flipped_bit_of_a_signature_fails(algorithm, data):
    key = KEYS[algorithm]
    signature = bytearray(key.sign(b"message"))
    bit = data.draw(st.integers(0, 8 * len(signature) - 1))
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidProof):
        key.public.verify(bytes(signature), b"message")


@EACH
@pytest.mark.parametrize("other", Algorithm)
def test_no_key_verifies_anothers_signature(algorithm, other):
    stranger = PrivateKey.generate(other) if other is algorithm else KEYS[other]
    with pytest.raises(InvalidProof):
        stranger.public.verify(KEYS[algorithm].sign(b"x"), b"x")


@EACH
@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_signatures_of_nothing_are_refused(algorithm, fill):
    """CVE-2022-21449: r and s of zero."""
    public = KEYS[algorithm].public
    for size in (0, public.signature_bytes - 1, public.signature_bytes, public.signature_bytes + 1):
        with pytest.raises(InvalidProof):
            public.verify(fill * size, b"x")


@EACH
def test_each_kind_of_key_has_its_places(algorithm):
    public = KEYS[algorithm].public
    for use in Use:
        if use in ALGORITHMS[algorithm].uses:
            public.require(use)
        else:
            with pytest.raises(KeyNotUsable) as refusal:
                public.require(use)
            assert refusal.value.code == "key.not_for_use"
    assert ALGORITHMS[Algorithm.RSA].uses == {Use.BADGE_JWT, Use.SEAL}


# --- Keys for which anybody could sign ----------------------------------------------------------

WEAK_ED25519 = [
    "00" * 32,
    "01" + "00" * 31,
    "00" * 31 + "80",
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 30 + "ff",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
    "ff" * 31 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


@pytest.mark.parametrize("encoded", WEAK_ED25519)
def test_ed25519_keys_of_small_order_or_another_form_are_refused_in_every_dress(encoded):
    data = bytes.fromhex(encoded)
    text = multibase_encode(b"\xed\x01" + data)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(data)}
    for act in (
        lambda: PublicKey(Algorithm.ED25519, data),
        lambda: PublicKey.from_multibase(text),
        lambda: PublicKey.from_jwk(jwk),
        lambda: resolve_did_key(f"did:key:{text}"),
        lambda: resolve_did_jwk(f"did:jwk:{b64url_encode(json.dumps(jwk).encode())}"),
    ):
        with pytest.raises(Malformed) as refusal:
            act()
        assert refusal.value.code in {"key.small_order", "key.not_canonical"}


P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


def ec_jwk(x, y, crv="P-256", size=32):
    x, y = (b64url_encode(n.to_bytes(size, "big")) for n in (x, y))
    return {"kty": "EC", "crv": crv, "x": x, "y": y}


def test_points_that_are_none():
    numbers = ec.derive_private_key(7, ec.SECP256R1()).public_key().public_numbers()
    x, y = numbers.x, numbers.y
    PublicKey.from_jwk(ec_jwk(x, y))
    off_the_curve = [(x, y + 1), (x, 0), (0, 0), (x, P256_PRIME), (P256_PRIME + 1, y), (x, x)]
    for point in off_the_curve:
        with pytest.raises(Malformed):
            PublicKey.from_jwk(ec_jwk(*point))
    for data in (b"\0", b"\x04" + bytes(64), b"\x02" + b"\xff" * 32, b"\x06" + bytes(64)):
        with pytest.raises(Malformed):
            PublicKey(Algorithm.P256, data)
    # Its mirror is on the curve, and another key: a verifier that drops y takes one for the other.
    assert PublicKey.from_jwk(ec_jwk(x, P256_PRIME - y)) != PublicKey.from_jwk(ec_jwk(x, y))


@pytest.mark.parametrize(
    ("bits", "exponent", "code"),
    [(1024, 65537, "key.weak"), (2047, 65537, "key.weak"), (2048, 3, "key.weak")],
)
def test_weak_rsa_keys(bits, exponent, code):
    numbers = rsa.generate_private_key(exponent, bits).public_key().public_numbers()
    n = b64url_encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big"))
    jwk = {"kty": "RSA", "n": n, "e": "AQAB" if exponent == 65537 else "Aw"}
    with pytest.raises(Malformed) as refusal:
        PublicKey.from_jwk(jwk)
    assert refusal.value.code == code


def test_other_rsa_keys_that_are_none():
    good = KEYS[Algorithm.RSA].public.jwk()
    even = bytearray(b64url_decode(good["n"]))
    even[-1] &= 0xFE
    huge = b64url_encode(b"\x80" + b"\1" * 1100)
    leading = b64url_encode(b"\0" + b64url_decode(good["n"]))
    for change in (
        {"n": b64url_encode(bytes(even))},
        {"n": huge},
        {"n": leading},
        {"n": good["n"] + "="},
        {"e": "AAEAAQ"},
        {"e": "AQ"},
        {"e": ""},
        {"e": b64url_encode(b"\1" + bytes(8) + b"\1")},
        {"e": None},
        {"n": 5},
    ):
        with pytest.raises(Malformed):
            PublicKey.from_jwk(good | change)
    for data in (b"", b"\x30\x00", KEYS[Algorithm.RSA].public.data + b"\0"):
        with pytest.raises(Malformed):
            PublicKey(Algorithm.RSA, data)


# --- JWK ----------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_jwk_is_never_a_public_one(algorithm, member):
    with pytest.raises(Malformed) as refusal:
        PublicKey.from_jwk(KEYS[algorithm].public.jwk() | {member: "AA"})
    assert refusal.value.code == "key.private"


@EACH
@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"use": None},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "PS256"},
        {"alg": ["EdDSA"]},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"key_ops": []},
    ],
)
def test_a_jwk_meant_for_something_else(algorithm, change):
    with pytest.raises(Malformed):
        PublicKey.from_jwk(KEYS[algorithm].public.jwk() | change)


@EACH
def test_a_jwk_may_say_that_it_is_for_this(algorithm):
    key = KEYS[algorithm].public
    more = {"use": "sig", "alg": key.jws, "key_ops": ["verify"], "kid": "a", "future": [1]}
    assert PublicKey.from_jwk(key.jwk() | more) == key


@pytest.mark.parametrize("algorithm", [a for a in Algorithm if a is not Algorithm.RSA])
def test_coordinates_have_one_form(algorithm):
    jwk = KEYS[algorithm].public.jwk()
    raw = b64url_decode(jwk["x"])
    last = jwk["x"][-1]
    for wrong in (
        jwk["x"] + "=",
        jwk["x"] + "A",
        jwk["x"][:-1],
        " " + jwk["x"],
        jwk["x"] + "\n",
        b64url_encode(b"\0" + raw),
        b64url_encode(raw[1:]),
        "",
        None,
        7,
        *([jwk["x"][:-1] + chr(ord(last) + 1)] if len(raw) % 3 else []),
    ):
        with pytest.raises(Malformed):
            PublicKey.from_jwk(jwk | {"x": wrong})


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "x": "AA"},
        {"kty": "OKP", "crv": "X25519", "x": "A" * 43},
        {"kty": "OKP", "crv": "Ed448", "x": "A" * 76},
        {"kty": "EC", "crv": "secp256k1", "x": "A" * 43, "y": "A" * 43},
        {"kty": "ec", "crv": "P-256"},
        {"kty": ["EC"], "crv": "P-256"},
        {"kty": "EC", "crv": ["P-256"]},
        {"kty": "EC", "crv": "Ed25519", "x": "A" * 43},
    ],
)
def test_kinds_we_dont_know(jwk):
    with pytest.raises(Unsupported):
        PublicKey.from_jwk(jwk)


def test_the_thumbprint_of_rfc_7638():
    """Section 3.1 has an RSA key, RFC 8037 appendix A.3 one of Ed25519."""
    okp = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    expected = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert PublicKey.from_jwk(okp).thumbprint() == expected


def test_private_jwks_are_whole():
    for algorithm in MULTIKEYS:
        jwk, other = private_jwk(KEYS[algorithm]), PrivateKey.generate(algorithm)
        for change in (
            {"d": b64url_encode(other.to_bytes())},
            {"d": b64url_encode(KEYS[algorithm].to_bytes()[1:])},
            {"d": b64url_encode(bytes(len(other.to_bytes())))},
            {"d": None},
        ):
            with pytest.raises(Malformed):
                PrivateKey.from_jwk(jwk | change)


def test_a_private_rsa_jwk():
    key = serialization.load_der_private_key(KEYS[Algorithm.RSA].to_bytes(), None)
    numbers = key.private_numbers()
    rows = {"d": numbers.d, "p": numbers.p, "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1}
    rows["qi"] = numbers.iqmp
    jwk = dict(KEYS[Algorithm.RSA].public.jwk())
    for name, number in rows.items():
        jwk[name] = b64url_encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))
    assert PrivateKey.from_jwk(jwk).public == KEYS[Algorithm.RSA].public
    for name in rows:
        with pytest.raises(Malformed) as refusal:
            PrivateKey.from_jwk(jwk | {name: "AQ"})
        assert jwk["d"] not in str(refusal.value)


# --- did:key, did:jwk ---------------------------------------------------------------------------


def rows(name):
    return json.loads((VECTORS / "did-key" / name).read_text(encoding="utf-8"))["vectors"]


@pytest.mark.parametrize("row", rows("ed25519.json"), ids=lambda row: row["did"][-8:])
def test_did_key_of_ed25519(row):
    key = PrivateKey.from_bytes(Algorithm.ED25519, bytes.fromhex(row["seedHex"]))
    assert did_key(key.public) == row["did"]
    assert resolve_did_key(row["did"])[0].public_key == key.public


@pytest.mark.parametrize("row", rows("nist.json"), ids=lambda row: row["did"][-8:])
def test_did_key_of_the_nist_curves(row):
    key = PublicKey.from_jwk(row["publicKeyJwk"])
    assert did_key(key) == row["did"]
    (method,) = resolve_did_key(row["did"])
    assert method.public_key == key
    assert key.jwk() == {name: row["publicKeyJwk"][name] for name in ("kty", "crv", "x", "y")}


def test_the_specifications_document():
    document = json.loads((VECTORS / "did-key/spec-example-did-document.json").read_text())[
        "didDocument"
    ]
    (method,) = resolve_did_key(document["id"])
    published = {row["id"]: row for row in document["verificationMethod"]}
    assert method.public_key.multibase == published[method.id]["publicKeyMultibase"]


# The two examples of the did:jwk method specification.
DID_JWK = (
    "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTF"
    "QSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
)
DID_JWK_X25519 = (
    "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJYMjU1MTkiLCJ1c2UiOiJlbmMiLCJ4IjoiM3A3YmZYdDl3YlRUVzJIQzdPUTF"
    "Oei1EUThoYmVHZE5yZngtRkctSUswOCJ9"
)


def test_did_jwk_by_its_specification():
    (method,) = resolve_did_jwk(DID_JWK)
    assert method.id == f"{DID_JWK}#0"
    assert method.assertion
    assert method.authentication
    assert method.public_key.jwk() == {
        "crv": "P-256",
        "kty": "EC",
        "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
    }
    with pytest.raises(CredentialError):
        resolve_did_jwk(DID_JWK_X25519)


def jwk_did(value):
    return f"did:jwk:{b64url_encode(value)}"


@pytest.mark.parametrize(
    "did",
    [
        jwk_did(b"[]"),
        jwk_did(b"{"),
        jwk_did(b'{"kty":"EC","kty":"OKP"}'),
        jwk_did(json.dumps(private_jwk(KEYS[Algorithm.P256])).encode()),
        DID_JWK + "=",
        DID_JWK[:-1],
        "did:jwk:" + "A" * 5000,
    ],
)
def test_did_jwk_refuses(did):
    with pytest.raises(CredentialError):
        resolve_locally(did)


# --- Controllers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/1#k",
        "https://user@example.org/1#k",
        "https://user:pw@example.org/1#k",
        "https:///1#k",
        "https://exa mple.org/1#k",
        "https://example.org\\@evil.example/1#k",
        "https://example.org/1#",
        "https://example.org:999999/1#k",
        "https://example.org/1#k\n",
        "https://[::1]/1#k",
        "did:web:example.org",
        "key-1",
        "",
    ],
)
def test_what_isnt_the_url_of_a_method(url):
    with pytest.raises(Malformed):
        split_method(url)


def test_https_methods():
    assert split_method("https://example.org:8443/i/1#k") == ("https://example.org:8443/i/1", "#k")
    assert split_method("https://example.org/i/1/key") == ("https://example.org/i/1/key", "")


@pytest.mark.parametrize(
    ("controller", "issuer", "answer"),
    [
        ("did:web:a.example", "did:web:a.example", True),
        ("did:web:a.example:b", "did:web:a.example", False),
        ("https://a.example/i/1", "https://a.example/i/1", True),
        ("https://a.example/i/1/key", "https://a.example/i/1", True),
        ("https://a.example/i/1/key", "https://a.example/i/1/", True),
        ("https://a.example/i/10", "https://a.example/i/1", False),
        ("https://a.example/i/2/key", "https://a.example/i/1", False),
        ("https://a.example.evil/i/1", "https://a.example", False),
        ("https://a.example/i/1/k", "https://a.example/i/1?x", False),
        ("http://a.example/i/1/k", "http://a.example/i/1", False),
    ],
)
def test_who_speaks_for_whom(controller, issuer, answer):
    assert speaks_for(controller, issuer) is answer


def test_documents_publish_keys_in_both_forms():
    did = "did:web:a.example"
    methods = [
        VerificationMethod(f"{did}#{a}", did, KEYS[a].public, form=form)
        for a in Algorithm
        for form in ["JsonWebKey" if a in (Algorithm.P384, Algorithm.RSA) else "Multikey"]
    ]
    document = did_document(did, methods)
    assert {row["type"] for row in document["verificationMethod"]} == {"Multikey", "JsonWebKey"}
    assert "https://w3id.org/security/jwk/v1" in document["@context"]
    read = {method.id: method.public_key for method in parse_did_document(document, did)}
    assert read == {method.id: method.public_key for method in methods}


ISSUER = "https://a.example/issuers/1"


def test_issuer_metadata():
    assert issuer_metadata_url(ISSUER) == "https://a.example/.well-known/jwt-vc-issuer/issuers/1"
    assert issuer_metadata_url("https://a.example") == "https://a.example/.well-known/jwt-vc-issuer"
    key = KEYS[Algorithm.P256].public
    keys = {"keys": [key.jwk() | {"kid": "k1"}, {"kty": "oct"}, KEYS[Algorithm.RSA].public.jwk()]}
    found = parse_issuer_metadata({"issuer": ISSUER, "jwks": keys}, ISSUER)
    assert [m.id for m in found] == [
        f"{ISSUER}#k1",
        f"{ISSUER}#{KEYS[Algorithm.RSA].public.thumbprint()}",
    ]
    uri = "https://a.example/keys"
    assert parse_issuer_metadata({"issuer": ISSUER, "jwks_uri": uri}, ISSUER) == uri
    for wrong in (
        {"issuer": ISSUER + "/", "jwks": keys},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks": keys, "jwks_uri": uri},
        {"issuer": ISSUER, "jwks_uri": "http://a.example/keys"},
        {"issuer": ISSUER, "jwks_uri": 5},
        {"issuer": ISSUER, "jwks": []},
        [],
    ):
        with pytest.raises(Malformed):
            parse_issuer_metadata(wrong, ISSUER)
    twice = {"keys": [key.jwk() | {"kid": "k"}, KEYS[Algorithm.P384].public.jwk() | {"kid": "k"}]}
    with pytest.raises(Malformed):
        parse_jwks(twice, ISSUER)


# --- Certificates -------------------------------------------------------------------------------


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_the_leaf_of_x5c():
    leaf, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ders = [certificate(leaf), certificate(other)]
    texts = [base64.b64encode(der).decode() for der in ders]
    chain = read_x5c(texts)
    assert chain.certificates == tuple(ders)
    numbers = leaf.public_key().public_numbers()
    assert chain.public_key == PublicKey.from_jwk(ec_jwk(numbers.x, numbers.y))
    big = rsa.generate_private_key(65537, 2048)
    assert read_x5c([base64.b64encode(certificate(big)).decode()]).public_key.jws == "RS256"
    for wrong in (
        [],
        texts[0],
        [texts[0] + "\n"],
        [texts[0].rstrip("=") + "===="],
        [base64.urlsafe_b64encode(b"\xff\xfe" * 30).decode()],
        [base64.b64encode(b"nothing").decode()],
        [base64.b64encode(ders[0] + b"\0").decode()],
        [5],
        texts * 5,
        ["A" * 30_000],
        None,
    ):
        with pytest.raises(Malformed):
            read_x5c(wrong)
    small = rsa.generate_private_key(65537, 1024)
    with pytest.raises(CredentialError):
        read_x5c([base64.b64encode(certificate(small)).decode()])
    weak = ec.generate_private_key(ec.SECP256K1())
    with pytest.raises(Unsupported):
        read_x5c([base64.b64encode(certificate(weak)).decode()])
