"""Tokens made to get past a verifier. None of them may be VALID, and none may raise.

The cases are those of the known failures of this field: CVE-2015-9235 (none), CVE-2016-5431 and
CVE-2026-48526 (public key as shared secret), CVE-2018-0114 and CVE-2026-27962 (key in the header),
CVE-2022-21449 (signature of zeros), CVE-2025-59420 and CVE-2026-32597 (crit), CVE-2026-48990 (b64),
CVE-2026-102946 (no signature in the list), GHSA-mvf2-f6gm-w987 (white space), RFC 8725 section 3.11
(one token for another).
"""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credentials.encoding import b64url_decode, b64url_encode
from credentials.identifiers import VerificationMethod, did_key
from credentials.keys import ALGORITHMS, Algorithm, PrivateKey
from credentials.verify import Verdict
from tests.credentials.envelopes.forge import (
    RSA_KEY,
    Tokens,
    codes,
    enveloped,
    forge,
    hmac_with,
    jws_of,
    part,
)
from tests.credentials.test_keys import certificate
from tests.credentials.world import AT, Issuer

TOKENS = {
    "Ed25519": Tokens(),
    "P-256": Tokens(algorithm=Algorithm.P256),
    "P-384": Tokens(algorithm=Algorithm.P384),
    "badge RSA": Tokens("ob3+jwt", Algorithm.RSA),
    "badge P-256": Tokens("ob3+jwt", Algorithm.P256),
}
EACH = pytest.mark.parametrize("tokens", TOKENS.values(), ids=TOKENS)
THIEF = PrivateKey.generate()
THIEF_DID = did_key(THIEF.public)
THIEF_METHOD = f"{THIEF_DID}#{THIEF.public.multibase}"


def refused(tokens, raw, *expected, verdict=Verdict.INVALID):
    report = tokens.verdict(raw)
    assert report.verdict is verdict, report.findings
    assert report.credential is None
    assert not expected or codes(report) & set(expected), codes(report)


@EACH
def test_the_control_is_valid(tokens):
    assert tokens.verdict(tokens.raw).verdict is Verdict.VALID
    assert tokens.verdict(tokens.changed()).verdict is Verdict.VALID


# --- Algorithms ---------------------------------------------------------------------------------

NONES = ["none", "None", "NONE", "nOnE", "", " none", "none ", "null"]


@EACH
@pytest.mark.parametrize("alg", NONES)
@pytest.mark.parametrize("signature", [b"", b"x"])
def test_no_algorithm(tokens, alg, signature):
    refused(tokens, tokens.changed(header={"alg": alg}, sign=lambda signed: signature))


@EACH
@pytest.mark.parametrize("alg", [None, 0, True, [], ["EdDSA"], {}, ["none"]])
def test_an_algorithm_that_is_no_text(tokens, alg):
    refused(tokens, tokens.changed(header={"alg": alg}), "envelope.malformed_token")


@EACH
def test_no_alg_at_all(tokens):
    refused(tokens, tokens.changed(drop=["alg"]), "envelope.malformed_token")


def secrets_of(key):
    """What libraries have been made to take a public key's text for."""
    loaded = key._loaded
    forms = [key.data, json.dumps(key.jwk()).encode(), key.thumbprint().encode()]
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        raw = loaded.public_bytes(encoding, form)
        forms += [raw, raw.strip()]
    return forms


@EACH
@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_no_shared_secret(tokens, alg):
    digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}[alg]
    for secret in secrets_of(tokens.issuer.key.public):
        raw = tokens.changed(header={"alg": alg}, sign=hmac_with(secret, digest))
        refused(tokens, raw, "proof.algorithm_mismatch")


ALGS = [*sorted({kind.jws for kind in ALGORITHMS.values()}), "RS384", "RS512", "PS256", "ES256K"]
ALGS += ["eddsa", "es256", "Es256", "EdDSA ", " EdDSA", "Ed448", "HS256", "dir", "RSA-OAEP"]


@EACH
@pytest.mark.parametrize("alg", ALGS)
def test_the_header_doesnt_choose_the_algorithm(tokens, alg):
    """The issuer's own key signs, and the header says something else: not even then."""
    own = tokens.issuer.key.public
    if alg in (own.jws, "Ed25519"):
        return
    refused(tokens, tokens.changed(header={"alg": alg}), "proof.algorithm_mismatch")


KINDS = [*Algorithm]


@pytest.mark.parametrize("published", KINDS)
@pytest.mark.parametrize("signs", KINDS)
@pytest.mark.parametrize("named", KINDS)
@pytest.mark.parametrize("suite", ["vc+jwt", "ob3+jwt"])
def test_key_and_algorithm_confusion(suite, published, signs, named):
    """The key that is published, the key that signs and the name in the header: all one kind."""
    tokens = TOKENS["badge RSA" if suite == "ob3+jwt" else "Ed25519"]
    keys = MATRIX
    row = VerificationMethod(tokens.issuer.method, tokens.issuer.did, keys[published].public)
    before = tokens.issuer.sources.methods[tokens.issuer.method]
    tokens.issuer.sources.methods[tokens.issuer.method] = row
    try:
        report = tokens.verdict(tokens.changed(header={"alg": jws_of(named)}, sign=keys[signs]))
    finally:
        tokens.issuer.sources.methods[tokens.issuer.method] = before
    uses = {"vc+jwt": set(KINDS) - {Algorithm.RSA}, "ob3+jwt": set(KINDS) - {Algorithm.P521}}
    right = published is signs is named and published in uses[suite]
    assert (report.verdict is Verdict.VALID) == right
    if published not in uses[suite]:
        assert "key.not_for_use" in codes(report)


MATRIX = {a: RSA_KEY if a is Algorithm.RSA else PrivateKey.generate(a) for a in KINDS}


# --- Extensions ---------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize(
    "header",
    [
        {"crit": []},
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": False},
        {"crit": ["b64"], "b64": True},
        {"crit": ["typ"]},
        {"crit": ["urn:x:unknown"], "urn:x:unknown": 1},
        {"crit": "exp"},
        {"crit": None},
        {"crit": {}},
        {"b64": False},
        {"b64": True},
        {"b64": "false"},
    ],
    ids=json.dumps,
)
def test_what_must_be_understood_isnt(tokens, header):
    refused(
        tokens, tokens.changed(header=header), "envelope.malformed_token", "proof.critical_header"
    )


def test_an_unencoded_payload_isnt_read():
    tokens = TOKENS["Ed25519"]
    head = part({**tokens.header, "b64": False, "crit": ["b64"]})
    body = json.dumps(tokens.payload).replace(".", "")
    signed = f"{head}.{body}".encode()
    raw = signed + b"." + b64url_encode(tokens.issuer.key.sign(signed)).encode()
    refused(tokens, raw)


# --- Whose key ----------------------------------------------------------------------------------


@EACH
def test_a_key_in_the_header_isnt_believed(tokens):
    jwk = {"jwk": THIEF.public.jwk(), "alg": "EdDSA"}
    for drop in ([], ["kid"]):
        refused(tokens, tokens.changed(header=jwk, sign=THIEF, drop=drop))
    private = {**jwk["jwk"], "d": b64url_encode(THIEF.to_bytes())}
    for value in (private, "x", [], None, {}):
        for drop in ([], ["kid"]):
            refused(tokens, tokens.changed(header={"jwk": value}, drop=drop))
    # The issuer's own key beside the name of it: nothing to believe, and no harm.
    own = {"jwk": tokens.issuer.key.public.jwk()}
    assert tokens.verdict(tokens.changed(header=own)).verdict is Verdict.VALID


@pytest.mark.parametrize("name", ["Ed25519", "P-256"])
@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_addresses_in_the_header_arent_looked_at(name, member):
    tokens = TOKENS[name]
    header = {member: "https://thief.example/keys"}
    assert tokens.verdict(tokens.changed(header=header)).verdict is Verdict.VALID
    refused(tokens, tokens.changed(header={**header, "alg": "EdDSA"}, sign=THIEF))
    refused(tokens, tokens.changed(header=header, drop=["kid"]), "key.not_named")


@pytest.mark.parametrize("member", ["jku", "x5u", "x5c", "x5t", "cty", "zip", "iss"])
def test_the_badges_profile_has_four_headers(member):
    for name in ("badge RSA", "badge P-256"):
        raw = TOKENS[name].changed(header={member: "x"})
        refused(TOKENS[name], raw, "envelope.unknown_header")


def test_certificates_are_as_good_as_their_chain():
    tokens = Tokens(algorithm=Algorithm.P256)
    secret = ec.derive_private_key(
        int.from_bytes(tokens.issuer.key.to_bytes(), "big"), ec.SECP256R1()
    )
    der = certificate(secret)
    header = {"x5c": [base64.b64encode(der).decode()]}
    raw = tokens.changed(header=header, drop=["kid"])
    refused(tokens, raw, "key.not_certified")
    tokens.issuer.sources.holders[der] = "did:web:other.example"
    refused(tokens, raw, "key.not_certified")
    tokens.issuer.sources.holders[der] = tokens.issuer.did
    assert tokens.verdict(raw).verdict is Verdict.VALID
    tokens.issuer.sources.down = True
    refused(tokens, raw, "key.chain_not_checked", verdict=Verdict.INDETERMINATE)
    for wrong in ([], ["x"], "x", None, [base64.b64encode(der[:-1]).decode()]):
        refused(tokens, tokens.changed(header={"x5c": wrong}, drop=["kid"]))


@EACH
@pytest.mark.parametrize(
    "kid",
    [
        THIEF_METHOD,
        THIEF.public.multibase,
        f"#{THIEF.public.multibase}",
        "",
        " ",
        5,
        None,
        ["a"],
        "did:web:registry.example:institutions:kalda",
        "did:web:registry.example:institutions:kalda#",
        "did:web:evil.example#key",
        "did:unheard:of#key",
        "http://registry.example/key",
        "https://user@registry.example/key#1",
        "../../../etc/passwd",
        "file:///dev/null",
        "' OR 1=1 --",
        "https://registry.example/key\n#1",
        "x" * 5000,
        "did:key:z6Mk",
        "did:jwk:e30#0",
    ],
    ids=lambda kid: repr(kid)[:30],
)
def test_names_of_keys(tokens, kid):
    """Signed by a thief under any name, and by the issuer under names that aren't its keys'."""
    refused(tokens, tokens.changed(header={"kid": kid, "alg": "EdDSA"}, sign=THIEF))
    refused(tokens, tokens.changed(header={"kid": kid}))


@EACH
def test_author_and_key_are_one(tokens):
    """iss, issuer, the DID in kid and the key: any of them another's, and it is refused."""
    other = Issuer("did:web:other.example")
    tokens.issuer.sources.methods[other.method] = other.sources.methods[other.method]
    theirs = {"kid": other.method, "alg": "EdDSA"}
    named = {**tokens.payload["issuer"], "id": other.did}
    cases = [
        ({"iss": other.did}, {}, None, "structure.claims_disagree"),
        ({"issuer": named}, {}, None, "structure.claims_disagree"),
        ({"issuer": named, "iss": other.did}, {}, None, "key.not_issuers"),
        ({}, theirs, other.key, "key.not_issuers"),
        ({"iss": other.did}, theirs, other.key, "structure.claims_disagree"),
        ({"iss": THIEF_DID, "issuer": {**named, "id": THIEF_DID}}, {}, None, "key.not_issuers"),
        ({"jti": "urn:uuid:other"}, {}, None, "structure.claims_disagree"),
        ({"sub": "did:example:other"}, {}, None, "structure.claims_disagree"),
    ]
    for payload, header, key, code in cases:
        refused(tokens, tokens.changed(payload=payload, header=header, sign=key), code)
    del tokens.issuer.sources.methods[other.method]


@EACH
def test_keys_that_may_not_assert_or_arent_known(tokens):
    sources, method = tokens.issuer.sources, tokens.issuer.method
    row = sources.methods[method]
    sources.methods[method] = VerificationMethod(
        method, row.controller, row.public_key, assertion=False
    )
    refused(tokens, tokens.raw, "key.not_for_assertion")
    sources.methods[method] = VerificationMethod(method, "did:web:other.example", row.public_key)
    refused(tokens, tokens.raw, "key.not_found")
    del sources.methods[method]
    refused(tokens, tokens.raw, "key.not_found")
    sources.methods[method] = row
    sources.down = True
    refused(tokens, tokens.raw, "key.unreachable", verdict=Verdict.INDETERMINATE)
    sources.down = False
    assert tokens.verdict(tokens.raw).verdict is Verdict.VALID


# --- Form ---------------------------------------------------------------------------------------


def loose(text):
    """Other spellings of the same bytes in base64."""
    data = b64url_decode(text)
    yield text + "="
    yield text + "=="
    yield base64.b64encode(data).decode() + "\n"
    yield text[:-1] + "+"
    yield text[: len(text) // 2] + "\n" + text[len(text) // 2 :]
    yield text[: len(text) // 2] + " " + text[len(text) // 2 :]
    if len(data) % 3:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        yield text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


@EACH
@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_part_has_one_spelling(tokens, place):
    parts = tokens.raw.decode().split(".")
    for spelling in loose(parts[place]):
        changed = [*parts]
        changed[place] = spelling
        refused(tokens, ".".join(changed).encode())
        # Signed in that spelling by the issuer: two readers could still read two things.
        signed = ".".join(changed[:2])
        again = f"{signed}.{b64url_encode(tokens.issuer.key.sign(signed.encode()))}"
        if place < 2:
            refused(tokens, again.encode())


@EACH
def test_forms_that_arent_compact(tokens):
    head, body, tail = tokens.raw.decode().split(".")
    flat = {"protected": head, "payload": body, "signature": tail}
    signature = {"protected": head, "signature": tail}
    for value in (
        flat,
        {"payload": body, "signatures": [signature]},
        {"payload": body, "signatures": []},
        {"payload": body, "signatures": [signature, {}]},
        {"payload": body},
        [tokens.raw.decode()],
        tokens.raw.decode(),
    ):
        refused(tokens, json.dumps(value).encode())
    for raw in (
        f"{head}.{body}",
        f"{head}.{body}.",
        f"{head}..{tail}",
        f".{body}.{tail}",
        f"{head}.{body}.{tail}.",
        f"{head}.{body}.{tail}.{tail}",
        f"{head}.{body}.{tail}~",
        f"{head}.{body}.{tail}~x~",
        f"{head}.{body}.{tail} {head}.{body}.{tail}",
        f"Bearer {head}.{body}.{tail}",
        f"\ufeff{head}.{body}.{tail}",
        f"{head}.{body}.{tail}\0",
        f"{head}\n.{body}.{tail}",
        f'"{head}.{body}.{tail}"',
    ):
        refused(tokens, raw.encode())


@EACH
@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"none","alg":"%s"}',
        '{"alg":"%s","alg":"none"}',
        "[]",
        "null",
        "",
        '"%s"',
        "{",
        "\xff",
    ],
)
def test_headers_read_strictly(tokens, header):
    text = header.replace("%s", tokens.header["alg"])
    expected = "envelope.malformed_token" if header else "envelope.unreadable"
    refused(tokens, forge(text, tokens.payload, tokens.issuer.key), expected)


def test_a_token_that_was_cut_is_told_so():
    tokens = TOKENS["Ed25519"]
    for raw in (
        tokens.raw[:50],
        tokens.raw.rpartition(b".")[0],
        tokens.raw[:99] + b"\n" + tokens.raw[99:],
    ):
        refused(tokens, raw, "envelope.malformed_token")


@EACH
def test_names_that_stand_twice(tokens):
    for name, value in (("issuer", '"did:web:evil.example"'), ("exp", "99999999999")):
        text = json.dumps(tokens.payload)[:-1] + f',"{name}":{value},"{name}":{value}}}'
        refused(tokens, forge(tokens.header, text, tokens.issuer.key))


@EACH
def test_signatures_of_another_form(tokens):
    size = tokens.issuer.key.public.signature_bytes
    for signature in (b"", bytes(size), b"\xff" * size, bytes(size - 1) + b"\1", bytes(size + 1)):
        refused(tokens, tokens.changed(sign=lambda _, s=signature: s))
    refused(tokens, tokens.changed(sign=lambda signed: tokens.issuer.key.sign(signed) + b"\0"))
    refused(tokens, tokens.changed(sign=lambda signed: tokens.issuer.key.sign(signed)[:-1]))
    if tokens.issuer.key.public.algorithm is Algorithm.P256:
        secret = int.from_bytes(tokens.issuer.key.to_bytes(), "big")
        key = ec.derive_private_key(secret, ec.SECP256R1())
        refused(tokens, tokens.changed(sign=lambda b: key.sign(b, ec.ECDSA(hashes.SHA256()))))


def test_another_hash_is_another_signature():
    tokens = TOKENS["badge RSA"]
    key = serialization.load_der_private_key(tokens.issuer.key.to_bytes(), None)
    from cryptography.hazmat.primitives.asymmetric import padding

    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for pad, digest in (
        (padding.PKCS1v15(), hashes.SHA384()),
        (padding.PKCS1v15(), hashes.SHA512()),
        (pss, hashes.SHA256()),
    ):
        refused(tokens, tokens.changed(sign=lambda b, p=pad, d=digest: key.sign(b, p, d)))


def test_a_prehashed_signature_is_another():
    tokens = TOKENS["Ed25519"]
    secret = ed25519.Ed25519PrivateKey.from_private_bytes(tokens.issuer.key.to_bytes())
    from credentials.encoding import sha256

    refused(tokens, tokens.changed(sign=lambda signed: secret.sign(sha256(signed))))


# --- One token for another ----------------------------------------------------------------------

TYPES = ["at+jwt", "dc+sd-jwt", "vc+sd-jwt", "kb+jwt", "statuslist+jwt", "vp+jwt", "jose+json"]
TYPES += ["openid4vci-proof+jwt", "VC+JWT ", "vc", "jwt+vc", "application/json", "vc+jwt;x=1"]


@EACH
@pytest.mark.parametrize("typ", TYPES)
def test_other_kinds_of_token(tokens, typ):
    refused(tokens, tokens.changed(header={"typ": typ}), "envelope.unknown_format")


@EACH
@pytest.mark.parametrize("name", ["typ", "cty"])
@pytest.mark.parametrize("value", [None, 5, "", [], ["vc+jwt"]])
def test_types_are_text(tokens, name, value):
    report = tokens.verdict(tokens.changed(header={name: value}))
    if value is not None:
        assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("cty", ["vp", "json", "bad+cty", "application/json", "credential-claims"])
def test_the_content_is_what_it_says(cty):
    tokens = TOKENS["Ed25519"]
    refused(tokens, tokens.changed(header={"cty": cty}), "envelope.wrong_type")


@pytest.mark.parametrize("claim", ["vc", "vp"])
@pytest.mark.parametrize("value", [{}, None, "oops", {"id": "urn:x:y"}])
def test_no_second_credential_inside(claim, value):
    tokens = TOKENS["Ed25519"]
    refused(tokens, tokens.changed(payload={claim: value}), "structure.forbidden_claim")


def test_a_badge_lives_by_its_profile():
    for name in ("badge RSA", "badge P-256"):
        tokens = TOKENS[name]
        for claim in ("iss", "sub", "jti", "nbf", "exp"):
            refused(tokens, tokens.changed(drop=[claim]), "structure.missing_claim")
        now = int(AT.timestamp())
        for claim, value in (("nbf", now - 2), ("nbf", now + 2), ("exp", now + 5)):
            raw = tokens.changed(payload={claim: value})
            refused(tokens, raw, "structure.claims_disagree")


@EACH
@pytest.mark.parametrize("claim", ["exp", "nbf"])
@pytest.mark.parametrize(
    "value", ["1", "2030-01-01T00:00:00Z", True, None, [], {}, -1, 1e300, 253402300800]
)
def test_times_that_are_no_number(tokens, claim, value):
    refused(tokens, tokens.changed(payload={claim: value}), "structure.malformed_claim")


@EACH
@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", 5),
        ("iss", ""),
        ("iss", None),
        ("sub", {}),
        ("jti", []),
        ("aud", 5),
        ("cnf", "x"),
        ("aud", [5]),
        ("iat", True),
        ("iat", "yesterday"),
        ("iat", []),
        ("nonce", 7),
    ],
)
def test_claims_that_cant_be_read(tokens, claim, value):
    refused(tokens, tokens.changed(payload={claim: value}), "structure.malformed_claim")


@EACH
@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("made_up", 1, "structure.undefined_term"),
        ("https://www.w3.org/2018/credentials#validUntil", "2030-01-01T00:00:00Z", None),
        ("@graph", [], None),
        ("@included", [{"id": "urn:x:1"}], None),
        ("@context", ["https://www.w3.org/ns/credentials/v2", "https://evil.example/c"], None),
        ("@context", [], "structure.context"),
        ("type", ["OpenBadgeCredential"], None),
        ("issuer", "kalda", None),
        ("credentialSubject", [], None),
        ("validFrom", "2026-03-02", None),
        ("proof", [], None),
        ("proof", {"type": "DataIntegrityProof"}, None),
        ("proof", None, None),
    ],
)
def test_the_data_model_is_kept_in_a_token_too(tokens, member, value, code):
    refused(tokens, tokens.changed(payload={member: value}), *([code] if code else []))


# --- data: URLs and enveloped objects -----------------------------------------------------------


@pytest.mark.parametrize(
    "members",
    [
        {"@context": []},
        {"@context": "https://www.w3.org/ns/credentials/examples/v2"},
        {"@context": None},
        {"type": "VerifiableCredential"},
        {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]},
        {"type": "EnvelopedVerifiablePresentation"},
        {"credentialSubject": {"id": "urn:x:evil"}},
        {"issuer": "did:web:evil.example"},
        {"proof": {}},
        {"id": None},
        {"id": ["data:application/vc+jwt,x"]},
    ],
    ids=json.dumps,
)
def test_enveloped_objects_hold_a_token_and_no_more(members):
    tokens = TOKENS["Ed25519"]
    if members.get("type") == "EnvelopedVerifiablePresentation":
        members = {**members, "id": "data:application/vp+jwt," + tokens.raw.decode()}
    refused(tokens, enveloped(tokens.raw, **members))


@pytest.mark.parametrize(
    "url",
    [
        "%s",
        "data:,%s",
        "data:application/vp+jwt,%s",
        "data:application/vc+sd-jwt,%s",
        "data:application/dc+sd-jwt,%s",
        "data:application/vc+cose,%s",
        "data:application/jwt,%s",
        "data:text/html,%s",
        "data:text/plain,%s",
        "data:application/vc+jwt;base64,%s",
        "data:application/vc+jwt;charset=utf-8,%s",
        "data:application/vc+jwt;foo=bar,%s",
        "data:application/vc+jwt,%s%%0A",
        "data:application/vc+jwt, %s",
        "data:application/vc+jwt,%s~",
        "data:application/vc+jwt,data:application/vc+jwt,%s",
        "DATA:application/vc+jwt,%s",
        "data:APPLICATION/VC+JWT,%s",
        "https://evil.example/?data:application/vc+jwt,%s",
        "javascript:%s",
    ],
)
def test_data_urls_have_one_form(url):
    tokens = TOKENS["Ed25519"]
    text = url.replace("%s", tokens.raw.decode()).replace("%%", "%")
    refused(tokens, enveloped(b"", id=text))
    if text.startswith(("data", "DATA")):
        refused(tokens, text.encode())


def test_an_envelope_in_an_envelope_isnt_opened():
    tokens = TOKENS["Ed25519"]
    inner = json.loads(enveloped(tokens.raw))
    raw = forge(tokens.header, inner, tokens.issuer.key)
    refused(tokens, raw)
    refused(tokens, enveloped(raw))


def test_long_tokens():
    tokens = TOKENS["Ed25519"]
    refused(tokens, b"A" * (1024 * 1024) + b".A.A", "envelope.too_large")
    raw = tokens.changed(header={"pad": "x" * 70_000})
    refused(tokens, raw, "envelope.malformed_token")
    deep = "[" * 60 + "]" * 60
    refused(tokens, forge('{"alg":"EdDSA","a":' + deep + "}", "{}", tokens.issuer.key))
