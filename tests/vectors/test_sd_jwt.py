"""SD-JWT: the reference test cases and the examples of RFC 9901 and of SD-JWT VC.

Twice each: the tokens that the reference implementation made are read, and tokens made here from
the same specification are shown as it says and read again.
"""

import json
from datetime import UTC, datetime

import pytest

from credentials.encoding import b64url_decode
from credentials.errors import InvalidProof
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import sd_jwt, sd_jwt_json
from credentials.proofs.disclosures import digest
from credentials.signers import MemorySigner
from tests.vectors.sd_jwt_specs import cases, split, wanted

CASES = list(cases())
ISSUED = [case for case in CASES if case[4] is not None]


def names(rows):
    return [f"{row[0]}-{row[1]}" for row in rows]


def key_of(jwk):
    return PrivateKey.from_bytes(Algorithm.P256, b64url_decode(jwk["d"]))


def issuer_keys(set_up):
    found = set_up["key_settings"]
    return [key_of(jwk) for jwk in found.get("issuer_keys") or [found["issuer_key"]]]


def read_forms(folder, step):
    """The compact forms of a generated file, one for each signature."""
    file = folder / f"{step}.txt"
    if file.exists():
        return ["".join(file.read_text().split())]
    text = (folder / f"{step}.json").read_text()
    # One generator wrote a JSON text inside a JSON text, the other wrapped its lines.
    value = json.loads("".join(text.split()) if text.startswith("{") else json.loads(text))
    return list(sd_jwt_json.compact_forms(value))


def test_the_sets_are_whole():
    counts = {name: sum(row[0] == name for row in CASES) for name in {row[0] for row in CASES}}
    assert counts == {"reference-testcases": 17, "rfc-examples": 15, "sd-jwt-vc-examples": 3}


@pytest.mark.parametrize(("_set", "_case", "spec", "set_up", "folder"), ISSUED, ids=names(ISSUED))
def test_tokens_of_the_reference_implementation(_set, _case, spec, set_up, folder):
    expected = json.loads((folder / "verified_contents.json").read_text())
    forms = read_forms(folder, "sd_jwt_presentation")
    keys = issuer_keys(set_up)
    assert len(forms) == len(keys)
    for form, key in zip(forms, keys, strict=True):
        parsed = sd_jwt.read(form)
        assert sd_jwt.verify(parsed, key.public).claims == expected
        with pytest.raises(InvalidProof):
            sd_jwt.verify(parsed, PrivateKey.generate(Algorithm.P256).public)
    assert (folder / "kb_jwt_payload.json").exists() == bool(spec.get("key_binding"))
    if spec.get("key_binding"):
        parsed = sd_jwt.read(forms[0])
        binding = sd_jwt.read_binding(parsed)
        ask = {"audience": set_up["identifiers"]["verifier"], "at": binding.issued_at}
        nonce = set_up["key_binding_nonce"]
        sd_jwt.verify_binding(parsed, expected, nonce=nonce, **ask)
        with pytest.raises(InvalidProof):
            sd_jwt.verify_binding(parsed, expected, nonce=nonce + "0", **ask)


@pytest.mark.parametrize(("_set", "_case", "spec", "set_up", "folder"), ISSUED, ids=names(ISSUED))
def test_what_was_issued_shows_everything_to_its_holder(_set, _case, spec, set_up, folder):
    claims = json.loads((folder / "user_claims.json").read_text())
    for form, key in zip(read_forms(folder, "sd_jwt_issuance"), issuer_keys(set_up), strict=True):
        shown = sd_jwt.verify(sd_jwt.read(form), key.public).claims
        assert {name: shown[name] for name in claims} == claims


@pytest.mark.parametrize(("_set", "_case", "spec", "set_up", "folder"), CASES, ids=names(CASES))
def test_tokens_made_here_from_the_same_specification(_set, _case, spec, set_up, folder):
    claims, frame = split(spec["user_claims"])
    (issuer, *_), holder = issuer_keys(set_up), key_of(set_up["key_settings"]["holder_key"])
    open_claims = {"iss": set_up["identifiers"]["issuer"], "iat": 0, "exp": set_up["exp"]}
    if not spec.get("include_default_claims", True):
        open_claims = {}
    if spec.get("key_binding"):
        open_claims["cnf"] = {"jwk": holder.public.jwk()}
    header = {"typ": "example+sd-jwt", "kid": "1"} | spec.get("extra_header_parameters", {})
    text = sd_jwt.issue(
        open_claims | claims, frame, signer=MemorySigner(issuer, "1"), header=header
    )
    places = sd_jwt.places(text)
    show = set(wanted(claims, spec["holder_disclosed_claims"], set(places)))
    presented = sd_jwt.present(text, show)
    nonce, audience = set_up["key_binding_nonce"], set_up["identifiers"]["verifier"]
    at = datetime.fromtimestamp(set_up["iat"], UTC)
    if spec.get("key_binding"):
        signer = MemorySigner(holder, "2")
        presented = sd_jwt.bind(presented, signer=signer, audience=audience, nonce=nonce, at=at)
    parsed = sd_jwt.read(presented)
    shown = sd_jwt.verify(parsed, issuer.public).claims
    if spec.get("key_binding"):
        sd_jwt.verify_binding(parsed, shown, audience=audience, nonce=nonce, at=at)
    if folder is not None:
        expected = json.loads((folder / "verified_contents.json").read_text())
        ours = {"iat": 0} if "iat" in open_claims.keys() - claims.keys() else {}
        assert shown == expected | ours
    else:
        top = {path[0] for path in show} | {*open_claims, *claims} - {*frame.hidden}
        assert shown.keys() == top


def test_the_digest_that_the_rfc_prints():
    # RFC 9901, section 4.2.3.
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest(disclosure, "sha-256") == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
