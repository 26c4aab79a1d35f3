"""The command that the W3C VC-JOSE-COSE suite calls: cases of its kinds, keys of our own."""

import base64
import json

import pytest

from credentials import cli, conformance
from credentials.encoding import b64url_encode
from credentials.keys import Algorithm, PrivateKey
from tests.credentials.envelopes.forge import forge, taken_apart

ISSUER = "https://issuer.example/1"
CREDENTIAL = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "id": "http://university.example/credentials/1872",
    "type": ["VerifiableCredential", "ExampleAlumniCredential"],
    "issuer": ISSUER,
    "validFrom": "2010-01-01T19:23:24Z",
    "validUntil": "2011-01-01T19:23:24Z",
    "credentialSubject": {"id": "did:example:123", "degree": {"type": "BachelorDegree"}},
}
PRESENTATION = {
    "@context": CREDENTIAL["@context"],
    "id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5",
    "type": ["VerifiablePresentation"],
    "holder": "did:example:anybody",
    "verifiableCredential": [
        {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "type": "EnvelopedVerifiableCredential",
            "id": "data:application/vc+jwt,yJhb.x.y",
        }
    ],
}
KEYS = {a: PrivateKey.generate(a) for a in Algorithm if a is not Algorithm.RSA}


def key_file(algorithm, method=f"{ISSUER}#key-1"):
    key = KEYS[algorithm]
    public = key.public.jwk() | {"alg": key.public.jws, "kid": key.public.thumbprint()}
    return {
        "id": method,
        "type": "JsonWebKey",
        "controller": ISSUER,
        "publicKeyJwk": public,
        "secretKeyJwk": public | {"d": b64url_encode(key.to_bytes())},
    }


def run(act, feature, raw, algorithm=Algorithm.P256, hidden=(), **options):
    if not isinstance(raw, bytes):
        raw = json.dumps(raw).encode()
    given = conformance.Given(raw, key_file(algorithm, **options), hidden)
    return conformance.run(act, feature, given)


FEATURES = ["credential_jose", "credential_cose", "presentation_jose", "presentation_cose"]
FEATURES += ["credential_sdjwt", "presentation_sdjwt"]


def unsecured(feature):
    return CREDENTIAL if feature.startswith("credential") else PRESENTATION | {"holder": ISSUER}


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("algorithm", KEYS)
def test_what_is_issued_verifies(feature, algorithm):
    made = run("issue", feature, unsecured(feature), algorithm)
    assert made["result"] == "success", made
    again = run("verify", feature, made["data"].encode() + b"\n", algorithm)
    assert again == {"result": "success", "data": ""}
    other = next(a for a in KEYS if a is not algorithm)
    assert run("verify", feature, made["data"].encode(), other)["result"] == "failure"
    wrong = next(f for f in FEATURES if f != feature)
    assert run("verify", wrong, made["data"].encode(), algorithm)["result"] == "failure"


def test_paths_are_hidden_and_shown_again():
    subject = {"id": "did:example:123", "firstName": "Jane", "phoneNumbers": [{"type": "work"}]}
    document = CREDENTIAL | {"credentialSubject": subject}
    paths = ["credentialSubject.firstName", "credentialSubject.phoneNumbers[0]"]
    made = run("issue", "credential_sdjwt", document, Algorithm.P521, hidden=paths)["data"]
    assert made.count("~") == 3
    assert "firstName" not in json.dumps(taken_apart(made.partition("~")[0].encode())[1])
    assert run("verify", "credential_sdjwt", made.encode(), Algorithm.P521)["result"] == "success"
    fewer = "~".join([*made.split("~")[:2], ""])
    assert run("verify", "credential_sdjwt", fewer.encode(), Algorithm.P521)["result"] == "success"
    forged = made.replace("~", f"~{b64url_encode(b'[]')}~", 1)
    assert run("verify", "credential_sdjwt", forged.encode(), Algorithm.P521)["result"] == "failure"
    for path in ("nothing", "credentialSubject.", "a..b", "[x]", "type", "issuer", ""):
        made = run("issue", "credential_sdjwt", document, hidden=[path])
        assert made["result"] == "failure", path


def test_presentations_may_hide_who_shows_them():
    document = PRESENTATION | {"holder": ISSUER}
    paths = ["holder", "verifiableCredential[0]"]
    made = run("issue", "presentation_sdjwt", document, hidden=paths)["data"]
    assert made.count("~") == 3
    assert run("verify", "presentation_sdjwt", made.encode())["result"] == "success"


def test_a_key_of_somebody_else_may_sign_here():
    made = run("issue", "credential_cose", CREDENTIAL, method="did:example:other#key-4")
    assert made["result"] == "success"


@pytest.mark.parametrize("feature", FEATURES)
def test_members_that_the_data_model_doesnt_have(feature):
    assert run("issue", feature, unsecured(feature) | {"huh": "what?"})["result"] == "failure"


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("raw", [b"{}", b"[]", b"", b"x", b"\xff", b'{"a":1,"a":2}'])
def test_what_isnt_one(feature, raw):
    for act in ("issue", "verify"):
        assert run(act, feature, raw)["result"] == "failure"
    assert run("verify", feature, unsecured(feature))["result"] == "failure"


@pytest.mark.parametrize(
    "feature", ["presentation_jose", "presentation_cose", "presentation_sdjwt"]
)
@pytest.mark.parametrize("inner", ["not-a-credential", "data:text/html,x", 5, None])
def test_presentations_of_nothing(feature, inner):
    row = {**PRESENTATION["verifiableCredential"][0], "id": inner}
    document = {**PRESENTATION, "holder": ISSUER, "verifiableCredential": [row]}
    assert run("issue", feature, document)["result"] == "failure"


def test_tokens_as_the_suite_has_them():
    """kid a thumbprint, iat an ISO text, exp long past: that one, and its changes, which fail."""
    key = KEYS[Algorithm.P256]
    header = {"alg": "ES256", "cty": "vc", "typ": "vc+jwt", "kid": key.public.thumbprint()}
    claims = {"iss": ISSUER, "iat": "2010-01-01T19:23:24Z", "exp": 1300000000}
    good = forge(header, CREDENTIAL | claims, key)
    assert run("verify", "credential_jose", good)["result"] == "success"
    for head, body in (
        ({"typ": "bad+typ", "cty": "bad+cty"}, {}),
        ({"cty": "bad+cty"}, {}),
        ({"kid": "other"}, {}),
        ({"kid": "https://issuer.example/1#key-2"}, {}),
        ({"alg": "none"}, {}),
        ({}, {"vc": "oops"}),
        ({}, {"vp": "nooo"}),
        ({}, {"iss": "https://other.example"}),
        ({}, {"badExtension": {"huh": "what?"}}),
    ):
        raw = forge(header | head, CREDENTIAL | claims | body, key)
        assert run("verify", "credential_jose", raw)["result"] == "failure", (head, body)
    assert run("verify", "credential_jose", good[:-4] + b"AAAA")["result"] == "failure"


@pytest.mark.parametrize("padding", ["=", "==", "!", " x"])
def test_cose_files_are_in_base64(padding):
    made = run("issue", "credential_cose", CREDENTIAL)["data"]
    assert run("verify", "credential_cose", made.encode())["result"] == "success"
    raw = base64.b64decode(made + "=" * (-len(made) % 4))
    assert run("verify", "credential_cose", raw.hex().encode())["result"] == "failure"
    assert run("verify", "credential_cose", (made + padding).encode())["result"] == "failure"


def test_features_that_arent_known():
    assert run("issue", "credential_smoke", CREDENTIAL)["result"] == "indeterminate"


def test_keys_that_are_none():
    for change in ({"secretKeyJwk": None}, {"secretKeyJwk": {}}, {"publicKeyJwk": None}):
        given = conformance.Given(
            json.dumps(CREDENTIAL).encode(), key_file(Algorithm.P256) | change, []
        )
        act = "verify" if "publicKeyJwk" in change else "issue"
        assert conformance.run(act, "credential_jose", given)["result"] == "failure"


def test_the_command_line(tmp_path, capsys):
    files = {"input": CREDENTIAL, "key": key_file(Algorithm.ED25519)}
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value))
    words = ["--key", str(tmp_path / "key"), "--output", str(tmp_path / "output")]
    words += ["--feature", "credential_jose"]
    assert cli.main(["jose", "issue", "--input", str(tmp_path / "input"), *words]) == 0
    answer = json.loads((tmp_path / "output").read_text())
    assert answer["result"] == "success"
    header, _, _ = taken_apart(answer["data"].encode())
    assert header == {"alg": "EdDSA", "cty": "vc", "kid": f"{ISSUER}#key-1", "typ": "vc+jwt"}
    (tmp_path / "input").write_text(answer["data"])
    assert cli.main(["jose", "verify", "--input", str(tmp_path / "input"), *words]) == 0
    assert json.loads((tmp_path / "output").read_text())["result"] == "success"
    gone = ["jose", "verify", "--input", str(tmp_path / "gone"), *words]
    assert cli.main(gone) == cli.USAGE
    assert (
        cli.main(["jose", "issue", "--input", str(tmp_path / "input"), *words, "--sd", "5"]) == 64
    )
    assert capsys.readouterr().err
