"""Project Wycheproof: signatures and tokens made to get past verifiers.

Every verdict is the project's own. Of the tokens, some are valid under algorithms that aren't taken
here (shared secrets, RSASSA-PSS, SHA-384 and SHA-512 with RSA): those are refused as they come, and
counted, so that none of them slips in among what is accepted.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from credentials.errors import CredentialError
from credentials.identifiers import parse_jwks
from credentials.keys import ALGORITHMS, Algorithm, PublicKey, Use
from credentials.proofs.jose import read_compact, verify_token

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "vectors" / "wycheproof"
SIGNATURES = {
    "ed25519_test.json": (Algorithm.ED25519, 151),
    "ecdsa_secp256r1_sha256_p1363_test.json": (Algorithm.P256, 262),
    "ecdsa_secp384r1_sha384_p1363_test.json": (Algorithm.P384, 280),
}


def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def cases(name):
    for group in load(name)["testGroups"]:
        for test in group["tests"]:
            yield group, test


def key_of(group, algorithm):
    public = group["publicKey"]
    if algorithm is Algorithm.ED25519:
        return PublicKey(algorithm, bytes.fromhex(public["pk"]))
    return PublicKey(algorithm, bytes.fromhex(public["uncompressed"]))


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_sets_are_whole(name):
    assert len([*cases(name)]) == SIGNATURES[name][1] == load(name)["numberOfTests"]


@pytest.mark.parametrize(
    ("algorithm", "group", "test"),
    [
        pytest.param(algorithm, group, test, id=f"{algorithm}-{test['tcId']}")
        for name, (algorithm, _) in SIGNATURES.items()
        for group, test in cases(name)
    ],
)
def test_signatures(algorithm, group, test):
    try:
        key_of(group, algorithm).verify(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
        result = "valid"
    except CredentialError:
        result = "invalid"
    assert result == test["result"]


# --- Tokens -------------------------------------------------------------------------------------

TOKENS = [*cases("json_web_signature_test.json")]
# RFC 7520's example key is published here with an "alg" that no registry has; the key is good.
UNREGISTERED = {"ES521"}


def token_key(group):
    """The key of a group, ``None`` for a shared secret."""
    jwk = group.get("public")
    if jwk is None:
        return None
    if jwk.get("alg") in UNREGISTERED:
        jwk = {name: value for name, value in jwk.items() if name != "alg"}
    return PublicKey.from_jwk(jwk)


def accepted(group, test):
    try:
        token, key = read_compact(test["jws"]), token_key(group)
        if key is None:
            return False
        use = Use.BADGE_JWT if key.algorithm is Algorithm.RSA else Use.JWT
        verify_token(token, key, use)
    except CredentialError:
        return False
    return True


def ours(group):
    jwk = group.get("public", {})
    names = {kind.jws for kind in ALGORITHMS.values()} | UNREGISTERED
    return jwk.get("kty") in ("EC", "OKP", "RSA") and jwk.get("alg") in names


def test_the_tokens_are_whole():
    assert len(TOKENS) == 401


@pytest.mark.parametrize(
    ("group", "test"),
    [pytest.param(group, test, id=f"jws-{test['tcId']}") for group, test in TOKENS],
)
def test_tokens(group, test):
    if ours(group):
        assert accepted(group, test) == (test["result"] == "valid"), test["comment"]
    else:
        assert not accepted(group, test)


def test_how_many_tokens_are_judged_by_their_own_algorithm():
    judged = [case for case in TOKENS if ours(case[0])]
    valid = [test for _, test in judged if test["result"] == "valid"]
    assert (len(judged), len(valid)) == (274, sum(accepted(*case) for case in TOKENS))
    assert len(valid) > 10


# --- Sets of keys -------------------------------------------------------------------------------

KEY_SETS = [*cases("json_web_key_test.json")]


def chosen(group, test):
    """Whether a token is accepted with a published set of keys, its kid naming one of them."""
    issuer = "https://issuer.example"
    try:
        token = read_compact(test["jws"])
        methods = parse_jwks(group.get("public") or group["private"], issuer)
        kid = token.text("kid")
        for method in methods:
            if method.id == f"{issuer}#{kid}":
                rsa = method.public_key.algorithm is Algorithm.RSA
                verify_token(token, method.public_key, Use.BADGE_JWT if rsa else Use.JWT)
                return True
    except CredentialError:
        return False
    return False


@pytest.mark.parametrize(
    ("group", "test"),
    [pytest.param(group, test, id=f"jwk-{test['tcId']}") for group, test in KEY_SETS],
)
def test_key_sets(group, test):
    rows = (group.get("public") or group["private"])["keys"]
    shared = all(row["kty"] == "oct" for row in rows)
    # A set of shared secrets may be honest, and is none of ours.
    assert chosen(group, test) == (test["result"] == "valid" and not shared), test["comment"]


def test_the_key_sets_are_whole():
    assert len(KEY_SETS) == 26
