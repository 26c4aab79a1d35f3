"""Encoding, keys and identifiers: the standards' own vectors, and what must be refused."""

import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from credentials.encoding import b64url_decode, canonicalize, multibase_decode, parse_json
from credentials.errors import Malformed
from credentials.identifiers import (
    did_web,
    did_web_url,
    parse_did_document,
)
from tests.conftest import ROOT

VECTORS = ROOT / "fixtures" / "vectors"


@pytest.mark.parametrize("path", sorted((VECTORS / "cyberphone-jcs/input").iterdir()), ids=str)
def test_jcs_vectors(path):
    expected = (VECTORS / "cyberphone-jcs/output" / path.name).read_bytes()
    assert canonicalize(parse_json(path.read_bytes())) == expected


def test_jcs_numbers():
    lines = (VECTORS / "cyberphone-jcs/es6-numbers-10000.txt").read_text().splitlines()
    assert len(lines) == 10_000
    for line in lines:
        bits, _, text = line.partition(",")
        (value,) = struct.unpack(">d", bytes.fromhex(bits.zfill(16)))
        assert canonicalize(value).decode() == text


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    # A whole double beyond 2^53 is written as an integer that isn't read again: see json limits.
    | st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda x: not x.is_integer() or abs(x) < 2**53
    )
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(values)
def test_jcs_agrees_with_another_implementation_and_is_idempotent(value):
    raw = canonicalize(value)
    assert raw == rfc8785.dumps(value)
    assert canonicalize(parse_json(raw)) == raw


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":2}', "json.duplicate_name"),
        (b"[NaN]", "json.syntax"),
        (b"[1e400]", "json.number_out_of_range"),
        (b"[9007199254740992]", "json.number_out_of_range"),
        (b"[" + b"9" * 5000 + b"]", "json.number_out_of_range"),
        (b'["\\ud800"]', "json.lone_surrogate"),
        (b'{"\\udfff":1}', "json.lone_surrogate"),
        (b'["\\u0000"]', "json.nul"),
        (b'["\xff"]', "json.not_utf8"),
        ("[]".encode("utf-16"), "json.not_utf8"),
        (b"\xef\xbb\xbf[]", "json.syntax"),
        (b"[" * 65 + b"]" * 65, "json.too_deep"),
        (b"[" * 100_000, "json.too_many_members"),
        (b"[" + b"1," * 10_001 + b"1]", "json.too_many_members"),
        (b'"' + b"a" * 1024 * 1024 + b'"', "json.too_large"),
        (b"{} {}", "json.syntax"),
        (b"", "json.syntax"),
        (b"[01]", "json.syntax"),
        (b'["\x01"]', "json.syntax"),
    ],
)
def test_strict_json_refuses(raw, code):
    with pytest.raises(Malformed) as caught:
        parse_json(raw)
    assert caught.value.code == code


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), {1: 2}, {"a": {1}}, "\ud800"])
def test_what_json_cannot_carry_is_not_written(value):
    with pytest.raises(Malformed):
        canonicalize(value)


@pytest.mark.parametrize("text", ["QQ==", "Q Q", "QR", "Q", "Q+"])
def test_base64url_is_strict(text):
    with pytest.raises(Malformed):
        b64url_decode(text)


@pytest.mark.parametrize("text", ["", "z0", "zO", "m1", "z" + "1" * 2000])
def test_multibase_is_strict(text):
    with pytest.raises(Malformed):
        multibase_decode(text)


def test_did_web_addresses():
    assert did_web_url("did:web:example.org") == "https://example.org/.well-known/did.json"
    local = did_web("localhost:8000", "institutions", "kalda")
    assert did_web_url(local) == "https://localhost:8000/institutions/kalda/did.json"


@pytest.mark.parametrize(
    "did",
    [
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:example.org%2fx",
        "did:web:user%40example.org",
        "did:web:example.org:..:x",
        "did:web:example.org::x",
        "did:web:example.org%3A0",
        "did:web:example.org%3Ax",
        "did:web:" + "a" * 2100,
        "did:web:",
        "did:web:EXAMPLE.org:%2e%2e",
    ],
)
def test_did_web_refuses_what_two_readers_could_read_differently(did):
    with pytest.raises(Malformed):
        did_web_url(did)


def test_a_did_document_of_another_is_refused():
    with pytest.raises(Malformed):
        parse_did_document({"id": "did:web:a.example"}, "did:web:b.example")
