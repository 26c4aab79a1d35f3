"""Data Integrity proofs: what is signed is what is checked, and every member has its rule."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.encoding import canonicalize, multibase_decode, multibase_encode, parse_json
from credentials.errors import CredentialError, InvalidProof, Malformed, Unsupported
from credentials.keys import Algorithm, PrivateKey, PublicKey
from credentials.proofs import (
    MAX_PROOFS,
    SUITES,
    add_proof,
    create_proof,
    proofs_of,
    secured_without_proof,
    verify_proof,
)
from credentials.signers import MemorySigner
from tests.credentials.linked_data.opinions import load

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OURS = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")
# One face for each suite and kind of key: two keys, the signer's and somebody else's.
KEYS = {
    name if len(SUITES[name].hashes) == 1 else f"{name} {algorithm}": [
        PrivateKey.generate(algorithm) for _ in range(2)
    ]
    for name in OURS
    for algorithm in SUITES[name].hashes
}
RSA_KEY = PrivateKey.generate(Algorithm.RSA)
DOCUMENT = load("project-micro-credential.json")
FACES = pytest.mark.parametrize("suite", KEYS)


def name_of(suite):
    return suite.partition(" ")[0]


def signer(key):
    return MemorySigner(key, f"did:key:{key.public.multibase}#{key.public.multibase}")


def mine(suite):
    return signer(KEYS[suite][0])


def sign(suite, document=DOCUMENT, key=None, **options):
    one = signer(key or KEYS[suite][0])
    return add_proof(document, suite=name_of(suite), signer=one, created=AT, **options)


def check(document, key=None, index=0):
    """By the key that the proof itself names, if none is given: fit for tests alone."""
    proof = proofs_of(document)[index]
    return verify_proof(document, proof, key.public if key else of_method(proof))


def of_method(proof):
    try:
        return PublicKey.from_multibase(proof["verificationMethod"].partition("#")[2])
    except (CredentialError, AttributeError, KeyError):
        return KEYS["eddsa-rdfc-2022"][0].public


# --- Round trip ---------------------------------------------------------------------------------


@FACES
def test_what_was_signed_comes_back(suite):
    before = copy.deepcopy(DOCUMENT)
    signed = sign(suite)
    assert before == DOCUMENT
    assert check(signed) == DOCUMENT
    assert secured_without_proof(signed) == DOCUMENT
    assert check(parse_json(canonicalize(signed))) == DOCUMENT


@FACES
def test_another_key_is_refused(suite):
    with pytest.raises(InvalidProof) as refusal:
        check(sign(suite), KEYS[suite][1])
    assert refusal.value.code == "proof.invalid_signature"


@FACES
def test_time_is_written_in_utc_and_whole_seconds(suite):
    at = datetime(2026, 3, 1, 10, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    proof = create_proof(DOCUMENT, suite=name_of(suite), signer=mine(suite), created=at)
    assert proof["created"] == "2026-03-01T09:00:00Z"
    without = create_proof(DOCUMENT, suite=name_of(suite), signer=mine(suite), created=None)
    assert "created" not in without
    verify_proof(DOCUMENT, without, KEYS[suite][0].public)
    with pytest.raises(ValueError, match="time zone"):
        create_proof(
            DOCUMENT, suite=name_of(suite), signer=mine(suite), created=at.replace(tzinfo=None)
        )


@FACES
def test_all_members_are_signed(suite):
    signed = sign(
        suite,
        purpose="authentication",
        challenge="c",
        domain="d.example",
        proof_id="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
    )
    check(signed)
    changes = {
        "proofPurpose": "assertionMethod",
        "challenge": "x",
        "domain": "x.example",
        "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "created": "2026-03-01T09:00:01Z",
        "verificationMethod": "did:example:other#key",
        "nonce": "n",
        "expires": "2027-03-01T09:00:00Z",
    }
    for name, value in changes.items():
        with pytest.raises(InvalidProof):
            check({**signed, "proof": {**signed["proof"], name: value}}, KEYS[suite][0])
    for name in ("challenge", "domain", "id", "created"):
        less = {key: value for key, value in signed["proof"].items() if key != name}
        with pytest.raises(InvalidProof):
            check({**signed, "proof": less})


# --- Any change is noticed ----------------------------------------------------------------------


SIGNED = {suite: sign(suite) for suite in KEYS}
RAW = {suite: canonicalize(document) for suite, document in SIGNED.items()}


def same(one, two):
    """Equal but for what RDF doesn't tell apart: the order and number of equal array items."""
    return _sets(one) == _sets(two)


def _sets(value):
    if isinstance(value, dict):
        return frozenset((name, _sets(item)) for name, item in value.items())
    if isinstance(value, list):
        return frozenset(map(_sets, value))
    return canonicalize(value)


@FACES
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_flipped_byte_is_noticed(suite, data):
    raw = bytearray(RAW[suite])
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        document = parse_json(bytes(raw))
        check(document, KEYS[suite][0])
    except CredentialError:
        return
    except (TypeError, AttributeError, KeyError) as error:
        pytest.fail(f"{error!r} instead of a refusal")
    # A capital letter in a language tag or a number written another way says the same.
    assert "rdfc" in suite
    assert same(document, SIGNED[suite])


@FACES
def test_every_single_byte_of_the_signature_counts(suite):
    signature = multibase_decode(SIGNED[suite]["proof"]["proofValue"])
    for place in range(len(signature)):
        wrong = bytearray(signature)
        wrong[place] ^= 1
        proof = {**SIGNED[suite]["proof"], "proofValue": multibase_encode(bytes(wrong))}
        with pytest.raises(InvalidProof):
            check({**SIGNED[suite], "proof": proof})


# --- Shape --------------------------------------------------------------------------------------


@FACES
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", None),
        ("type", ["DataIntegrityProof"]),
        ("cryptosuite", None),
        ("cryptosuite", 7),
        ("verificationMethod", None),
        ("verificationMethod", "relative"),
        ("verificationMethod", {"id": "did:a:b"}),
        ("proofPurpose", None),
        ("proofPurpose", ""),
        ("proofPurpose", ["assertionMethod"]),
        ("proofValue", None),
        ("proofValue", 5),
        ("proofValue", ""),
        ("proofValue", "z"),
        ("proofValue", "u" + "A" * 86),
        ("proofValue", "z0OIl"),
        ("proofValue", "z" + "2" * 87),
        ("proofValue", "z" + "2" * 5000),
        ("created", "2026-03-01"),
        ("created", "2026-03-01T09:00:00"),
        ("created", "2026-02-30T09:00:00Z"),
        ("created", "2026-03-01T09:00:00z"),
        ("created", "2026-03-01T09:00:00Z\n"),
        ("created", "٢٠٢٦-03-01T09:00:00Z"),
        ("created", 1),
        ("expires", "never"),
        ("challenge", 5),
        ("nonce", {}),
        ("domain", []),
        ("domain", 5),
        ("id", "relative"),
        ("previousProof", 5),
        ("previousProof", []),
        ("previousProof", [5]),
    ],
)
def test_members_have_rules(suite, name, value):
    proof = {**SIGNED[suite]["proof"], name: value}
    if value is None:
        del proof[name]
    with pytest.raises(Malformed) as refusal:
        check({**SIGNED[suite], "proof": proof}, KEYS[suite][0])
    assert refusal.value.code == "proof.malformed"
    assert refusal.value.pointer == f"/proof/{name}"


@FACES
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("type", "Ed25519Signature2018", "proof.unsupported_type"),
        ("cryptosuite", "eddsa-imagined-2099", "proof.unsupported_suite"),
        ("cryptosuite", "EDDSA-RDFC-2022", "proof.unsupported_suite"),
    ],
)
def test_kinds_we_dont_know(suite, name, value, code):
    with pytest.raises(Unsupported) as refusal:
        check({**SIGNED[suite], "proof": {**SIGNED[suite]["proof"], name: value}})
    assert refusal.value.code == code


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("algorithm", [*Algorithm])
def test_a_suite_and_a_key_belong_together(name, algorithm):
    if algorithm in SUITES[name].hashes:
        return
    key = RSA_KEY if algorithm is Algorithm.RSA else PrivateKey.generate(algorithm)
    with pytest.raises(Unsupported) as refusal:
        add_proof(DOCUMENT, suite=name, signer=MemorySigner(key, "did:a:b#c"), created=AT)
    assert refusal.value.code == "proof.key_not_of_suite"
    signed = next(document for face, document in SIGNED.items() if name_of(face) == name)
    with pytest.raises(Unsupported):
        check(signed, key)


@FACES
def test_one_suites_proof_isnt_anothers(suite):
    for other in OURS:
        if other != name_of(suite):
            proof = {**SIGNED[suite]["proof"], "cryptosuite": other}
            with pytest.raises((InvalidProof, Unsupported, Malformed)):
                check({**SIGNED[suite], "proof": proof}, KEYS[suite][0])


def test_a_signature_of_one_curve_isnt_anothers():
    for name in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        short, long = SIGNED[f"{name} P-256"], SIGNED[f"{name} P-384"]
        for signed, key in ((short, KEYS[f"{name} P-384"]), (long, KEYS[f"{name} P-256"])):
            with pytest.raises(Malformed) as refusal:
                check(signed, key[0])
            assert refusal.value.pointer == "/proof/proofValue"


def test_a_member_no_context_defines_isnt_signed_and_so_refused():
    proof = {**SIGNED["eddsa-rdfc-2022"]["proof"], "remark": "x"}
    with pytest.raises(Malformed) as refusal:
        check({**DOCUMENT, "proof": [proof]})
    assert (refusal.value.code, refusal.value.pointer) == (
        "structure.undefined_term",
        "/proof/0/remark",
    )
    with pytest.raises(Malformed) as refusal:
        sign("eddsa-rdfc-2022", {**DOCUMENT, "remark": "x"})
    assert (refusal.value.code, refusal.value.pointer) == ("structure.undefined_term", "/remark")


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (None, "proof.missing"),
        ([], "proof.missing"),
        ("x", "proof.malformed"),
        (["x"], "proof.malformed"),
        ([{}] * (MAX_PROOFS + 1), "proof.too_many"),
    ],
)
def test_proofs_of(proof, code):
    document = DOCUMENT if proof is None else {**DOCUMENT, "proof": proof}
    with pytest.raises(Malformed) as refusal:
        proofs_of(document)
    assert refusal.value.code == code


# --- The context of a proof ---------------------------------------------------------------------


def test_jcs_covers_the_context_the_proof_names():
    signed = sign("eddsa-jcs-2022")
    more = {**signed, "@context": [*signed["@context"], "https://later.example/v1"]}
    assert check(more) == DOCUMENT  # what comes back is what was signed, and no more
    for wrong in (signed["@context"][1:], [], ["https://later.example/v1", *signed["@context"]]):
        with pytest.raises(InvalidProof) as refusal:
            check({**signed, "@context": wrong})
        assert refusal.value.code == "proof.context_differs"
    shorter = {**signed["proof"], "@context": signed["@context"][:1]}
    with pytest.raises(InvalidProof) as refusal:
        check({**signed, "proof": shorter})
    assert refusal.value.code == "proof.invalid_signature"
    bare = {name: value for name, value in DOCUMENT.items() if name != "@context"}
    signed = sign("eddsa-jcs-2022", bare)
    assert "@context" not in signed["proof"]
    assert check(signed) == bare


def test_rdfc_takes_no_second_context():
    signed = sign("eddsa-rdfc-2022")
    check({**signed, "proof": {**signed["proof"], "@context": signed["@context"]}})
    for wrong in (signed["@context"][:1], {"created": "https://x.example/made"}, None):
        with pytest.raises(Malformed) as refusal:
            check({**signed, "proof": {**signed["proof"], "@context": wrong}})
        assert refusal.value.code == "proof.context_differs"


# --- Sets and chains ----------------------------------------------------------------------------

FIRST = "urn:uuid:00000000-0000-4000-8000-000000000001"
SECOND = "urn:uuid:00000000-0000-4000-8000-000000000002"


@FACES
def test_a_set_is_as_many_proofs_of_one_document(suite):
    both = sign("eddsa-jcs-2022", sign(suite))
    assert isinstance(both["proof"], list)
    assert check(both, index=0) == check(both, index=1) == DOCUMENT
    turned = {**both, "proof": both["proof"][::-1]}
    check(turned, KEYS[suite][0], 1)


@FACES
def test_one_bad_proof_of_a_set_is_bad_alone_and_is_found(suite):
    both = sign(suite, sign(suite), KEYS[suite][1])
    bad = {**both["proof"][1], "created": "2027-01-01T00:00:00Z"}
    document = {**both, "proof": [both["proof"][0], bad]}
    check(document, KEYS[suite][0], 0)
    with pytest.raises(InvalidProof):
        check(document, KEYS[suite][1], 1)


@FACES
def test_no_ninth_proof(suite):
    document = DOCUMENT
    for _ in range(MAX_PROOFS):
        document = sign(suite, document)
    with pytest.raises(Malformed) as refusal:
        sign(suite, document)
    assert refusal.value.code == "proof.too_many"


@FACES
def test_a_chain_holds_the_proof_before_it(suite):
    first = sign(suite, proof_id=FIRST)
    chained = sign(suite, first, KEYS[suite][1], proof_id=SECOND, previous=FIRST)
    check(chained, KEYS[suite][0], 0)
    covered = check(chained, KEYS[suite][1], 1)
    assert covered == {**DOCUMENT, "proof": [chained["proof"][0]]}

    replaced = create_proof(
        DOCUMENT,
        suite=name_of(suite),
        signer=mine(suite),
        created=AT + timedelta(1),
        proof_id=FIRST,
    )
    other = {**chained, "proof": [replaced, chained["proof"][1]]}
    check(other, KEYS[suite][0], 0)
    with pytest.raises(InvalidProof):
        check(other, KEYS[suite][1], 1)


@FACES
@pytest.mark.parametrize("previous", [SECOND, [FIRST, SECOND], "urn:uuid:none", [FIRST, "x"]])
def test_a_previous_proof_that_isnt_there(suite, previous):
    first = sign(suite, proof_id=FIRST)
    with pytest.raises(InvalidProof) as refusal:
        sign(suite, first, previous=previous)
    assert refusal.value.code == "proof.previous_not_found"
    with pytest.raises(InvalidProof) as refusal:
        check(
            {**first, "proof": [first["proof"], {**first["proof"], "previousProof": previous}]},
            index=1,
        )
    assert refusal.value.code == "proof.previous_not_found"


@FACES
def test_two_proofs_of_one_id_are_nobodys_previous(suite):
    twice = sign(suite, sign(suite, proof_id=FIRST), KEYS[suite][1], proof_id=FIRST)
    with pytest.raises(InvalidProof) as refusal:
        sign(suite, twice, previous=FIRST)
    assert refusal.value.code == "proof.previous_not_found"


@FACES
def test_a_proof_doesnt_come_before_itself(suite):
    first = sign(suite, proof_id=FIRST)
    looped = {**first["proof"], "previousProof": FIRST}
    with pytest.raises(InvalidProof) as refusal:
        check({**first, "proof": looped})
    assert refusal.value.code == "proof.previous_not_found"


@FACES
@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from([*SIGNED["eddsa-jcs-2022"]["proof"], "id", "previousProof", "domain"]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=4,
    ),
)
def test_whatever_stands_in_a_proof_the_answer_is_one_of_ours(suite, name, value):
    proof = {**SIGNED[suite]["proof"], name: value}
    document = json.loads(json.dumps({**SIGNED[suite], "proof": proof}))
    with pytest.raises(CredentialError):
        check(document, KEYS[suite][0])
