"""COSE_Sign1: what we make is read, and what could be read in two ways isn't."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.encoding import canonicalize
from credentials.envelopes.securing import FORMS, enveloped, present, presentation
from credentials.errors import CredentialError, KeyNotUsable, Malformed
from credentials.issue import prepare, sign
from credentials.keys import Algorithm, PrivateKey, Use
from credentials.proofs import cose
from credentials.verify import Verdict, verify
from tests.credentials.envelopes.forge import codes, report_on
from tests.credentials.envelopes.test_presentations import check, holder
from tests.credentials.world import AT, FACTS, Issuer

ALGORITHMS = [Algorithm.ED25519, Algorithm.P256, Algorithm.P384, Algorithm.P521]
HEADER = {1: -8, 3: "application/vc", 16: "application/vc+cose"}
ISSUER = Issuer()
PREPARED = prepare(FACTS, at=AT)
RAW = sign(PREPARED, signer=ISSUER.signer, at=AT, suite="vc+cose").raw


def forge(header=None, *, protected=None, unprotected=None, payload=None, key=None, context=None):
    """A COSE_Sign1 with any parts, signed as they are."""
    header = {**HEADER, 4: ISSUER.method.encode(), **(header or {})}
    header = {name: value for name, value in header.items() if value is not None}
    protected = cose._encoded(header) if protected is None else protected
    payload = PREPARED.raw if payload is None else payload
    signed = cose._encoded([context or "Signature1", protected, b"", payload])
    signature = (key or ISSUER.key).sign(signed)
    rest = {} if unprotected is None else unprotected
    return cose.START + cose._encoded([protected, rest, payload, signature])


def refused(raw, *expected):
    report = report_on(raw, ISSUER)
    assert report.verdict is Verdict.INVALID, report.findings
    assert report.credential is None
    assert not expected or codes(report) & set(expected), codes(report)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_we_issue_is_valid(algorithm):
    issuer = Issuer(algorithm=algorithm)
    secured = sign(PREPARED, signer=issuer.signer, at=AT, suite="vc+cose")
    assert secured.media_type == "application/vc+cose"
    for raw in (secured.raw, canonicalize(enveloped(secured.raw, secured.media_type))):
        report = verify(raw, sources=issuer.sources, at=AT)
        assert report.verdict is Verdict.VALID, report.findings
        assert (report.format, report.credential) == ("vc+cose", PREPARED.document)


def test_rsa_isnt_taken():
    with pytest.raises(KeyNotUsable):
        Issuer(algorithm=Algorithm.RSA).issue("vc+cose")


def test_the_control():
    assert report_on(forge(), ISSUER).verdict is Verdict.VALID
    assert report_on(RAW, ISSUER).verdict is Verdict.VALID


def test_any_flipped_byte_is_invalid():
    for place in range(len(RAW)):
        changed = bytearray(RAW)
        changed[place] ^= 1 << place % 8
        assert report_on(bytes(changed), ISSUER).verdict is Verdict.INVALID, place


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({2: [1]}, "proof.critical_header"),
        ({2: []}, "proof.critical_header"),
        ({1: None}, "proof.algorithm_mismatch"),
        ({1: -7}, "proof.algorithm_mismatch"),
        ({1: 5}, "proof.algorithm_mismatch"),
        ({1: "EdDSA"}, "proof.algorithm_mismatch"),
        ({1: -257}, "proof.algorithm_mismatch"),
        ({3: "application/vp"}, "envelope.wrong_type"),
        ({3: 5}, "envelope.malformed_token"),
        ({16: None}, "envelope.wrong_type"),
        ({16: "application/vp+cose"}, "envelope.wrong_type"),
        ({16: "application/vc+jwt"}, "envelope.wrong_type"),
        ({16: b"x"}, "envelope.malformed_token"),
        ({4: None}, "key.not_named"),
        ({4: b""}, "key.malformed"),
        ({4: b"\xff"}, "envelope.malformed_token"),
        ({4: "text"}, "envelope.malformed_token"),
        ({4: b"did:web:other.example#k"}, "key.not_found"),
        ({15: {}}, "envelope.unknown_header"),
        ({33: b"x"}, "envelope.unknown_header"),
        ({"alg": 1}, "envelope.unknown_header"),
    ],
    ids=str,
)
def test_headers(header, code):
    refused(forge(header), code)


def test_parts():
    protected, signature = cose._encoded(HEADER), bytes(64)
    for value in (
        [protected, {4: b"x"}, PREPARED.raw, signature],
        [protected, {}, PREPARED.raw],
        [protected, {}, PREPARED.raw, signature, b""],
        [protected, {}, "text", signature],
        [protected, [], PREPARED.raw, signature],
        [HEADER, {}, PREPARED.raw, signature],
        [b"", {}, PREPARED.raw, signature],
        [protected + b"\0", {}, PREPARED.raw, signature],
        [cose._encoded([1]), {}, PREPARED.raw, signature],
        {},
        [],
    ):
        refused(cose.START + cose._encoded(value))
    refused(forge(unprotected={4: b"x"}), "envelope.malformed_token")
    refused(RAW + b"\0", "envelope.malformed_token")
    refused(RAW[1:])
    refused(b"\xd2" + RAW, "envelope.malformed_token")
    refused(b"\xd8\x12" + RAW[1:])
    refused(b"\xd1" + RAW[1:])
    refused(forge(context="Signature"), "proof.invalid_signature")
    refused(forge(key=PrivateKey.generate()), "proof.invalid_signature")


@pytest.mark.parametrize(
    "data",
    [
        "d2",
        "d29f4040404040ff",
        "d2845f41ff40ff404040",
        "d284580040404040",
        "d2985840404040",
        "d284a00000004000",
        "d284404040f6",
        "d2844040f640",
        "d284a140a1404040",
        "d2844043a1010143a2010101014040",
        "d29bffffffffffffffff",
        "d2bbffffffffffffffff",
        "d2845bffffffffffffffff",
        "d2" + "81" * 60,
        "d2" + "d2" * 60,
        "d284",
    ],
)
def test_cbor_is_read_strictly(data):
    with pytest.raises(Malformed):
        cose.read_sign1(bytes.fromhex(data))


def test_a_name_twice_in_the_header():
    once = cose._encoded({**HEADER, 4: ISSUER.method.encode()})
    twice = bytes([once[0] + 1]) + once[1:] + cose._encoded(1) + cose._encoded(-8)
    refused(forge(protected=twice), "envelope.malformed_token")
    long = b"\xb8" + bytes([once[0] & 31]) + once[1:]
    refused(forge(protected=long), "envelope.malformed_token")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_whatever_comes_the_answer_is_ours(data):
    with pytest.raises(CredentialError):
        cose.read_sign1(b"\xd2" + data)


SIGN1 = st.fixed_dictionaries({}, optional={"a": st.integers(0, 2**40)})


@given(
    st.recursive(
        st.integers(-(2**63), 2**63) | st.binary(max_size=300) | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.integers(), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_what_is_written_is_read(value):
    try:
        read, end = cose._item(cose._encoded(value), 0, 4)
    except (Malformed, OverflowError):
        return
    assert (read, end) == (value, len(cose._encoded(value)))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_presentations(algorithm):
    signer, did = holder(algorithm)
    shown = presentation(did, [enveloped(RAW, "application/vc+cose")])
    raw = present(shown, signer=signer, at=AT, suite="vp+cose")
    report, (inner,) = verify_one(raw)
    assert report.verdict is Verdict.INVALID
    assert codes(report) == {"presentation.verified"}
    assert inner.format == "vc+cose"
    # Nothing in it says for whom it was made: where that is asked, it isn't enough.
    report, _ = check(raw)
    assert codes(report) == {"presentation.invalid_proof"}
    with pytest.raises(Malformed):
        present(shown, signer=signer, at=AT, suite="vp+cose", challenge="c-1")


def verify_one(raw):
    # The sources of the other module's issuer don't hold this one's key.
    return check(raw, None, None)


def test_reading_back_is_strict():
    form = FORMS["vc+cose"]
    document, method = form.reread(RAW, ISSUER.key.public)
    assert (document, method) == (PREPARED.document, ISSUER.method)
    with pytest.raises(CredentialError):
        form.reread(RAW, PrivateKey.generate().public)
    assert Use.JWT == "jwt"
