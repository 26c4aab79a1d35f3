"""Tokens with implementations that nobody here wrote: npm's jose, and joserfc in Python.

Each reads what we sign and signs what we read, with every algorithm that is taken; and each is
asked about a changed token, so that a stranger who says yes to everything would be found out.
"""

import json

import joserfc.jwk
import joserfc.jws
import pytest
from joserfc.errors import JoseError

from credentials.encoding import b64url_encode
from credentials.identifiers import VerificationMethod
from credentials.keys import ALGORITHMS, Algorithm, PrivateKey, PublicKey
from credentials.verify import PROOF_ONLY, Verdict, verify
from tests.credentials.envelopes.forge import Tokens, taken_apart
from tests.credentials.world import AT, Issuer
from tests.interop.node import asking

RUNS = [
    ("vc+jwt", Algorithm.ED25519),
    ("vc+jwt", Algorithm.P256),
    ("vc+jwt", Algorithm.P384),
    ("vc+jwt", Algorithm.P521),
    ("ob3+jwt", Algorithm.RSA),
    ("ob3+jwt", Algorithm.P256),
]
EACH = pytest.mark.parametrize(("suite", "algorithm"), RUNS)


class Npm:
    """npm's jose behind a pipe."""

    def __init__(self, ask):
        self.ask = ask

    def reads(self, token, key, alg):
        return self.ask(op="verify", token=token, key=key, alg=alg).get("payload")

    def signs(self, alg, header, payload):
        made = self.ask(op="key", alg=alg)
        key = PublicKey.from_jwk(made["public"])
        assert key.thumbprint() == made["thumbprint"]
        asked = {"key": made["key"], "alg": alg, "header": header, "payload": payload}
        return self.ask(op="sign", **asked)["token"], key


class Joserfc:
    """PyPI's joserfc."""

    def reads(self, token, key, alg):
        try:
            jwk = joserfc.jwk.import_key(key)
            found = joserfc.jws.deserialize_compact(token, jwk, algorithms=[alg])
        except JoseError:
            return None
        return json.loads(found.payload)

    def signs(self, alg, header, payload):
        algorithm = next(a for a, kind in ALGORITHMS.items() if kind.jws == alg)
        key = PrivateKey.generate(algorithm)
        if algorithm is Algorithm.RSA:
            jwk = joserfc.jwk.RSAKey.generate_key(2048)
            public = PublicKey.from_jwk(jwk.as_dict(private=False))
        else:
            jwk = joserfc.jwk.import_key({**key.public.jwk(), "d": b64url_encode(key.to_bytes())})
            public = key.public
        assert jwk.thumbprint() == public.thumbprint()
        raw = json.dumps(payload).encode()
        token = joserfc.jws.serialize_compact({**header, "alg": alg}, raw, jwk, algorithms=[alg])
        return token, public


@pytest.fixture(scope="module", params=[pytest.param("npm", marks=pytest.mark.npm), "joserfc"])
def stranger(request):
    if request.param == "joserfc":
        yield Joserfc()
        return
    with asking("jose.mjs") as ask:
        yield Npm(ask)


@EACH
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_stranger_reads_what_we_sign(stranger, suite, algorithm):
    issuer = Issuer(algorithm=algorithm)
    raw = issuer.issue(suite)
    alg, key = ALGORITHMS[algorithm].jws, issuer.key.public.jwk()
    _, payload, _ = taken_apart(raw)
    assert stranger.reads(raw.decode(), key, alg) == payload
    head, body, tail = raw.decode().split(".")
    spoiled = f"{head}.{body[:-8]}{body[-8:].swapcase()}.{tail}"
    assert stranger.reads(spoiled, key, alg) is None
    other = Issuer(algorithm=algorithm).key.public.jwk()
    assert stranger.reads(raw.decode(), other, alg) is None


@EACH
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_we_read_what_a_stranger_signs(stranger, suite, algorithm):
    tokens = Tokens(suite, algorithm)
    header = {name: value for name, value in tokens.header.items() if name != "alg"}
    token, key = stranger.signs(tokens.header["alg"], header, tokens.payload)
    assert tokens.verdict(token.encode()).verdict is Verdict.INVALID
    method = tokens.issuer.method
    row = VerificationMethod(method, tokens.issuer.did, key)
    tokens.issuer.sources.methods[method] = row
    given = {"sources": tokens.issuer.sources, "at": AT, "policy": PROOF_ONLY}
    report = verify(token.encode(), **given)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.format == suite
    head, body, tail = token.split(".")
    spoiled = f"{head}.{body[:-8]}{body[-8:].swapcase()}.{tail}"
    assert verify(spoiled.encode(), **given).verdict is Verdict.INVALID
