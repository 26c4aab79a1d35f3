"""Seals of European Digital Credentials: the official ones verify, and nothing near them does."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.encoding import b64url_encode, canonicalize
from credentials.verify import Outcome, PinnedSources, verify
from tests.credentials.envelopes.seals import (
    DOCUMENT,
    HOLDER,
    Authority,
    b64,
    certificate,
    der,
    name,
    raw,
    stamp,
)
from tests.credentials.world import AT

HOME = Path(__file__).resolve().parents[3] / "fixtures/vectors/elm-seals"
OFFICIAL = sorted(HOME.glob("*signed.jsonld"))
TRUSTED = json.loads((HOME / "trusted.json").read_text(encoding="utf-8"))


def door(value, sources, at=AT):
    """The code of each of the door's findings, and the report."""
    data = value if isinstance(value, bytes) else raw(value)
    report = verify(data, sources=sources, at=at)
    codes = {f.check: f.code for f in report.findings}
    return codes, report


def is_open(codes):
    return (codes["key"], codes["proof"]) == ("key.issuers", "proof.verified")


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: path.stem)
def test_the_official_seals_verify(path):
    sources = PinnedSources([TRUSTED])
    codes, report = door(path.read_bytes(), sources, datetime(2024, 12, 1, tzinfo=UTC))
    assert is_open(codes)
    assert codes["envelope"] == "envelope.read"
    assert report.format == "jades"
    proof = next(f for f in report.findings if f.check == "proof")
    assert "over this seal; not checked whose" in proof.detail
    assert "Not checked: whether the certificate was revoked." in proof.detail


def test_there_are_six_official_seals():
    assert len(OFFICIAL) == 6


@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: path.stem)
def test_one_changed_letter_of_an_official_text_is_noticed(path):
    value = json.loads(path.read_bytes())
    value["payload"] = value["payload"].replace('"type"', '"typE"', 1)
    codes, _ = door(value, PinnedSources([TRUSTED]))
    assert not is_open(codes)


def test_a_certificate_that_has_ended_proves_no_time():
    codes, report = door(
        OFFICIAL[0].read_bytes(), PinnedSources([TRUSTED]), datetime(2026, 11, 25, tzinfo=UTC)
    )
    assert is_open(codes)
    assert codes["validity"] == "validity.time_not_proven"
    assert report.verdict.value == "INDETERMINATE"


def test_without_a_list_of_trust_the_answer_is_unknown():
    codes, report = door(OFFICIAL[0].read_bytes(), PinnedSources([]))
    assert codes["key"] == "key.chain_not_checked"
    key = next(f for f in report.findings if f.check == "key")
    assert key.outcome is Outcome.UNKNOWN


FORMS = {
    "rsa": {},
    "ec": {"key": ec.generate_private_key(ec.SECP256R1())},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("plain", [True, False], ids=["text", "base64url"])
def test_our_own_seals_verify(form, plain):
    ours = Authority(**FORMS[form])
    codes, report = door(ours.seal(plain=plain), ours.trust())
    assert is_open(codes)
    assert report.credential == DOCUMENT
    sealed = ours.seal(plain=plain)
    flattened = {"payload": sealed["payload"], **sealed["signatures"][0]}
    assert is_open(door(flattened, ours.trust())[0])


def test_sigt_is_taken_too(authority):
    sealed = authority.seal(iat=None, sigT="2026-03-02T10:00:00Z", crit=["b64", "sigT"])
    assert is_open(door(sealed, authority.trust())[0])


def test_a_time_stamp_is_shown_and_said_to_be_unchecked(authority):
    plain = authority.seal()
    signature = plain["signatures"][0]["signature"].encode()
    for data, words in ((signature, "over this seal"), (b"x", "over something else")):
        row = {"sigTst": {"tstTokens": [{"val": stamp(data)}]}}
        seal = authority.seal(unsigned=[row]) if data == b"x" else plain
        if data != b"x":
            seal["signatures"][0]["header"]["etsiU"].append(b64url_encode(canonicalize(row)))
        codes, report = door(seal, authority.trust())
        assert is_open(codes)
        detail = next(f.detail for f in report.findings if f.check == "proof")
        assert f"Time stamp of 2026-03-02 10:00:00 UTC, {words}; not checked whose." in detail


def test_without_a_time_stamp_that_is_said(authority):
    _, report = door(authority.seal(), authority.trust())
    detail = next(f.detail for f in report.findings if f.check == "proof")
    assert detail.startswith("No time stamp")


HEADERS = {
    "none": ({"alg": "none"}, "proof.algorithm_mismatch"),
    "hmac": ({"alg": "HS256"}, "proof.algorithm_mismatch"),
    "another algorithm": ({"alg": "ES256"}, "proof.algorithm_mismatch"),
    "unknown critical": ({"crit": ["b64", "exp"], "exp": 1}, "envelope.unknown_header"),
    "critical that isn't there": ({"crit": ["b64", "sigT"]}, "proof.critical_header"),
    "critical that needs none": ({"crit": ["b64", "alg"]}, "proof.critical_header"),
    "critical twice": ({"crit": ["b64", "b64"]}, "proof.critical_header"),
    "critical no list": ({"crit": "b64"}, "envelope.malformed_token"),
    "b64 not critical": ({"crit": None}, "envelope.malformed_token"),
    "b64 as text": ({"b64": "false"}, "envelope.malformed_token"),
    "unknown header": ({"jku": "https://evil.example/"}, "envelope.unknown_header"),
    "key in the header": ({"jwk": {}}, "envelope.unknown_header"),
    "no time": ({"iat": None}, "envelope.malformed_token"),
    "two times": ({"sigT": "2026-03-02T10:00:00Z"}, "envelope.malformed_token"),
    "time as text": ({"iat": "1"}, "envelope.malformed_token"),
    "another thumbprint": ({"x5t#S256": "AAAA"}, "envelope.malformed_token"),
    "no certificate": ({"x5c": None, "x5t#S256": None}, "key.malformed_certificate"),
    "empty chain": ({"x5c": [], "x5t#S256": None}, "key.malformed_certificate"),
    "no certificate in it": ({"x5c": ["AAAA"], "x5t#S256": None}, "key.malformed_certificate"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_in_any_other_form_is_refused(case, authority):
    changes, code = HEADERS[case]
    codes, _ = door(authority.seal(**changes), authority.trust())
    assert code in codes.values()
    assert not is_open(codes)


def test_an_envelope_in_any_other_form_is_refused(authority):
    sealed = authority.seal()
    seal = sealed["signatures"][0]
    for value in (
        {**sealed, "signatures": []},
        {**sealed, "signatures": [seal] * 5},
        {**sealed, "signatures": {}},
        {**sealed, "signatures": [{**seal, "signature": 1}]},
        {**sealed, "signatures": [{**seal, "more": 1}]},
        {**sealed, "signatures": [{**seal, "header": 1}]},
        {**sealed, "signatures": [{**seal, "header": {"etsiU": {}}}]},
        {**sealed, "signatures": [{**seal, "header": {"etsiU": ["*"]}}]},
        {**sealed, "signatures": [{**seal, "header": {"etsiU": [[]]}}]},
        {**sealed, "more": 1},
        {**sealed, "payload": {}},
        {**sealed, "payload": "[]"},
        {**sealed, "payload": "{"},
    ):
        codes, _ = door(value, authority.trust())
        assert not is_open(codes)


def test_one_wrong_seal_of_two_refuses(authority):
    other = Authority()
    sealed, second = authority.seal(), other.seal()
    both = {**sealed, "signatures": [*sealed["signatures"], *second["signatures"]]}
    assert not is_open(door(both, authority.trust())[0])
    twice = {**sealed, "signatures": sealed["signatures"] * 2}
    assert is_open(door(twice, authority.trust())[0])


def changed(**members):
    return {**DOCUMENT, **members}


DOCUMENTS = {
    "another issuer": changed(
        issuer={
            **DOCUMENT["issuer"],
            "eIDASIdentifier": {"notation": "NTREE-99999999"},
        }
    ),
    "no legal identifier": changed(issuer={"id": "urn:epass:org:1"}),
    "issuer as text": changed(issuer="urn:epass:org:1"),
    "unknown context": changed(**{"@context": [*DOCUMENT["@context"], "https://evil.example/"]}),
    "own context": changed(**{"@context": [*DOCUMENT["@context"], {"title": "urn:x"}]}),
    "no subject": changed(credentialSubject=None),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_sealed_text_that_is_no_credential_of_the_holder_is_refused(case, authority):
    assert not is_open(door(authority.seal(DOCUMENTS[case]), authority.trust())[0])


LEAVES = {
    "ended before": {"start": AT - timedelta(days=9), "end": AT - timedelta(days=1)},
    "not begun": {"start": AT + timedelta(days=1), "end": AT + timedelta(days=9)},
    "critical extension": {
        "more": ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)
    },
}


@pytest.mark.parametrize("case", LEAVES)
def test_a_certificate_that_does_not_serve_is_refused(case):
    ours = Authority(**LEAVES[case])
    assert door(ours.seal(), ours.trust())[0]["key"] == "key.not_certified"


def test_a_chain_to_nobody_trusted_is_refused(authority):
    assert door(authority.seal(), Authority().trust())[0]["key"] == "key.not_certified"


def test_a_chain_with_a_gap_is_refused_until_it_is_filled(authority):
    gap = authority.seal(pool=False)
    assert door(gap, authority.trust())[0]["key"] == "key.not_certified"
    assert is_open(door(gap, authority.trust(of=authority.sub))[0])
    filled = authority.seal(pool=False, x5c=[b64(der(authority.leaf)), b64(der(authority.sub))])
    assert is_open(door(filled, authority.trust())[0])


def test_trust_has_dates(authority):
    early = authority.trust(end="2026-01-01T00:00:00Z")
    late = authority.trust(start="2026-06-01T00:00:00Z")
    for sources in (early, late):
        assert door(authority.seal(), sources)[0]["key"] == "key.not_certified"


def test_a_certificate_of_an_institution_issues_none():
    """The holder of a seal certificate makes one for somebody else: it is no authority."""
    ours = Authority(key=ec.generate_private_key(ec.SECP256R1()), holder="NTREE-1")
    thief = ec.generate_private_key(ec.SECP256R1())
    forged = certificate(name("Forged", HOLDER), ours.leaf.subject, thief.public_key(), ours.key)
    sub = ours.leaf
    ours.key, ours.leaf = thief, forged
    sealed = ours.seal(x5c=[b64(der(forged)), b64(der(sub))])
    assert door(sealed, ours.trust())[0]["key"] == "key.not_certified"


def test_an_authority_with_a_short_path_is_held_to_it():
    ours = Authority()
    root = certificate(
        name("Root"), name("Root"), ours.root_key.public_key(), ours.root_key, ca=True, path=0
    )
    assert door(ours.seal(), ours.trust(of=root))[0]["key"] == "key.not_certified"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_letter_of_the_sealed_text_is_noticed(data, authority):
    sealed = authority.seal()
    text = sealed["payload"]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ax0{ "))
    other = text[:place] + letter + text[place + 1 :]
    codes, _ = door({**sealed, "payload": other}, authority.trust())
    assert is_open(codes) == (other == text)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_time_stamp_reader_fall_over(noise):
    from credentials.envelopes.timestamps import read_token
    from credentials.errors import Malformed

    kind = bytes.fromhex("060b2a864886f70d0109100104")
    for value in (b64(noise), b64(kind + noise), noise.decode("latin-1"), None, 5):
        with pytest.raises(Malformed):
            read_token(value)


@pytest.mark.parametrize(
    "row", [1, {}, {"certificate": "*"}, {"certificate": "AAAA"}, {"certificate": 5}]
)
def test_a_list_of_trust_in_another_form_is_refused(row):
    from credentials.errors import Malformed

    with pytest.raises(Malformed):
        PinnedSources([{"certificates": [row]}])
    with pytest.raises(Malformed):
        PinnedSources([{"certificates": "x"}])
    good = {"certificate": b64(der(Authority().root)), "from": "yesterday"}
    with pytest.raises(Malformed):
        PinnedSources([{"certificates": [good]}])


@pytest.mark.parametrize("which", ["leaf", "authority"])
def test_no_byte_of_a_certificate_breaks_the_verifier(which):
    """What of a certificate can't be read is found when it is asked for, and refused then too."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = Authority(key=key)
    sources = authority.trust()
    assert is_open(door(authority.seal(), sources)[0])
    good = der(authority.leaf if which == "leaf" else authority.sub)
    for place in range(len(good)):
        for bit in (1, 8, 128):
            changed = bytearray(good)
            changed[place] ^= bit
            text = b64(bytes(changed))
            if which == "leaf":
                sealed = authority.seal(x5c=[text], **{"x5t#S256": None})
            else:
                unsigned = [{"xVals": [{"x509Cert": {"val": text}}]}]
                sealed = authority.seal(unsigned=unsigned, pool=False)
            if is_open(door(sealed, sources)[0]):
                # The spare bits of the signature's last byte are said in a byte of their own.
                read = x509.load_der_x509_certificate(bytes(changed))
                was = x509.load_der_x509_certificate(good)
                assert read.tbs_certificate_bytes == was.tbs_certificate_bytes, (place, bit)
                assert read.signature == was.signature, (place, bit)
