"""CBOR for proof values: one form for each value, and nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.errors import Malformed
from credentials.proofs.cbor import MAX_ITEMS, decode
from tests.credentials.proofs.selective import cbor, head

scalars = st.integers(0, 2**64 - 1) | st.binary(max_size=40)
values = scalars | st.lists(scalars, max_size=30) | st.dictionaries(scalars, scalars, max_size=9)


@given(st.lists(values, max_size=5) | values)
def test_what_is_written_is_read(value):
    assert decode(cbor(value)) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_in_its_one_form_or_refused(data):
    with contextlib.suppress(Malformed):
        assert cbor(decode(data)) == data


@pytest.mark.parametrize(
    "data",
    {
        "empty": b"",
        "cut off in bytes": b"\x45abcd",
        "cut off in an array": b"\x82\x01",
        "cut off in a head": b"\x19\x01",
        "something behind": b"\x01\x01",
        "negative": b"\x20",
        "text": b"\x61a",
        "tag": b"\xc1\x01",
        "false": b"\xf4",
        "null": b"\xf6",
        "half": b"\xf9\x00\x00",
        "indefinite bytes": b"\x5f\x41a\xff",
        "indefinite array": b"\x9f\x01\xff",
        "break alone": b"\xff",
        "reserved length": b"\x1c",
        "a number too long": b"\x18\x17",
        "a longer number too long": b"\x19\x00\xff",
        "length too long": b"\x58\x01a",
        "a key twice": b"\xa2\x01\x01\x01\x02",
        "an array as key": b"\xa1\x80\x01",
        "a promise of many": b"\x9b" + b"\xff" * 8,
        "a promise of many bytes": b"\x5b" + b"\xff" * 8,
        "too many": head(4, MAX_ITEMS + 1) + b"\x00" * (MAX_ITEMS + 1),
        "too many together": head(4, 2) + (head(4, 3000) + b"\x00" * 3000) * 2,
        "too deep": b"\x81" * 4 + b"\x00",
        "far too deep": b"\x81" * 100_000,
    }.items(),
    ids=lambda item: item[0],
)
def test_everything_else_is_refused(data):
    with pytest.raises(Malformed) as caught:
        decode(data[1])
    assert caught.value.code == "encoding.cbor"
