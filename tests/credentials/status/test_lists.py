"""Lists of bits: what goes in comes out, nothing else does, and a bomb costs nothing."""

import contextlib
import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.encoding import b64url_encode
from credentials.errors import Malformed
from credentials.status import STATUS_TYPES, Entry, StatusList, bitstring, token
from credentials.status.bits import MAX_BITS, Container, Order, deflate, inflate, pack, read

LENGTH = 131_072
URL = "https://issuer.example/status/1"
OB3 = {"@context": ["https://www.w3.org/ns/credentials/v2"]}
OB3["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")


def refused(code, act):
    with pytest.raises(Malformed) as caught:
        act()
    assert caught.value.code == code


# --- Bits ---------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, LENGTH - 1), max_size=200))
def test_a_bitstring_holds_exactly_what_was_set(indices):
    bits = bitstring.expand(bitstring.encode(indices))
    text = f"{int.from_bytes(bits, 'big'):0{LENGTH}b}"
    assert {place for place in indices if text[place] == "1"} == indices
    assert text.count("1") == len(indices)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([1, 2, 4, 8]), st.sampled_from(list(Order)))
def test_values_of_any_size_come_back_in_either_order(data, bits, order):
    values = data.draw(st.lists(st.integers(0, 2**bits - 1), min_size=8, max_size=64))
    values = values[: len(values) // 8 * 8]
    packed = pack(bytes(values), bits, order)
    assert len(packed) * 8 == len(values) * bits
    assert [read(packed, index, bits, order) for index in range(len(values))] == values


@given(st.binary(min_size=4, max_size=12), st.integers(1, 8), st.data())
def test_entries_of_odd_sizes_are_read_as_the_text_of_the_bits_says(data, size, draw):
    index = draw.draw(st.integers(0, len(data) * 8 // size - 1))
    text = f"{int.from_bytes(data, 'big'):0{len(data) * 8}b}"
    assert read(data, index, size, Order.LEFT) == int(text[index * size :][:size], 2)


def test_left_and_right_are_not_the_same_bit():
    data = bytes([0b1000_0000])
    assert [read(data, 0, 1, Order.LEFT), read(data, 0, 1, Order.RIGHT)] == [1, 0]


@pytest.mark.parametrize("index", [-1, LENGTH, LENGTH * 10])
def test_no_index_outside_the_list_is_read_or_set(index):
    refused("status.out_of_range", lambda: read(bytes(LENGTH // 8), index, 1, Order.LEFT))
    with pytest.raises(ValueError, match="outside"):
        bitstring.encode([index])
    with pytest.raises(ValueError, match="fit"):
        token.encode_values({index: 1}, bits=2, length=LENGTH)


def test_lists_that_are_not_lists_are_not_made():
    for length in (8, 131_071, 131_073):
        with pytest.raises(ValueError):
            bitstring.encode([], length=length)
    with pytest.raises(ValueError, match="fit"):
        token.encode_values({0: 4}, bits=2, length=64)
    with pytest.raises(ValueError, match="bits"):
        token.encode_values({0: 1}, bits=3, length=64)
    with pytest.raises(ValueError, match="at most"):
        bitstring.encode([], length=MAX_BITS * 2)


def test_the_same_bits_give_the_same_bytes():
    assert bitstring.encode([5, 9]) == bitstring.encode({9, 5})


def test_a_list_of_a_million_entries_is_made_in_under_200_ms():
    dice = list(range(0, 1_000_000, 50))
    best = min(_seconds(lambda: bitstring.encode(dice, length=1_000_000)) for _ in range(5))
    assert best < 0.2, best


def _seconds(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


# --- Bombs and broken lists ---------------------------------------------------------------------


def bomb(container):
    packer = zlib.compressobj(9, zlib.DEFLATED, container.value)
    zeros = bytes(1024 * 1024)
    parts = [packer.compress(zeros) for _ in range(256)]
    return b"".join(parts) + packer.flush()


@pytest.mark.parametrize("container", Container)
def test_a_bomb_is_refused_before_it_grows(container):
    packed = bomb(container)
    assert len(packed) < 300_000
    tracemalloc.start()
    refused("status.list_malformed", lambda: inflate(packed, container))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * 1024 * 1024


def test_the_largest_list_there_may_be_is_read():
    data = bytes(MAX_BITS // 8)
    assert inflate(deflate(data, Container.GZIP), Container.GZIP) == data
    refused(
        "status.list_malformed",
        lambda: inflate(deflate(data + b"\0", Container.GZIP), Container.GZIP),
    )


GZIP = gzip.compress(bytes(16 * 1024), mtime=0)


@pytest.mark.parametrize(
    "packed",
    {
        "empty": b"",
        "cut off": GZIP[:-9],
        "without its checksum": GZIP[:-4],
        "wrong checksum": GZIP[:-8] + bytes(8),
        "something behind": GZIP + b"x",
        "a second member": GZIP + GZIP,
        "zlib instead": zlib.compress(bytes(16 * 1024)),
        "not compressed": bytes(16 * 1024),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_not_one_whole_gzip_stream_is_refused(packed):
    refused("status.list_malformed", lambda: inflate(packed[1], Container.GZIP))


@given(st.binary(max_size=80))
def test_any_bytes_are_a_list_or_refused(data):
    for container in Container:
        with contextlib.suppress(Malformed):
            assert isinstance(inflate(data, container), bytes)


@pytest.mark.parametrize("encoded", [None, 7, "", "H4sI", "z" + "1" * 30, "u===", "uA", "u H4sI"])
def test_encoded_lists_in_another_form_are_refused(encoded):
    refused("status.list_malformed", lambda: bitstring.expand(encoded))
    refused("status.list_malformed", lambda: token.expand(encoded))


# --- Entries ------------------------------------------------------------------------------------


def entry(**changes):
    whole = {**bitstring.entry_for(URL, index=7, purpose="revocation"), **changes}
    return {name: value for name, value in whole.items() if value is not None}


def messages(count):
    return [{"status": hex(value), "message": f"m{value}"} for value in range(count)]


@pytest.mark.parametrize(
    "changes",
    [
        {"statusListIndex": index}
        for index in (-1, 7, "-1", "+7", " 7", "7 ", "1_0", "07", "٧", "", "7\n", "1e3", True, [7])
    ]
    + [{"statusListIndex": "1" * 40}, {"statusListIndex": None}]
    + [{"statusListCredential": url} for url in (None, 7, "", "status/1", "x" * 3000, URL + " ")]
    + [{"id": URL}, {"statusPurpose": None}, {"statusPurpose": ["revocation"]}]
    + [{"statusSize": size} for size in (0, -1, "2", True, 1.0, 9)]
    + [
        {"statusSize": 2},
        {"statusSize": 2, "statusMessage": messages(3)},
        {"statusSize": 1, "statusMessage": messages(4)},
        {"statusSize": 2, "statusMessage": messages(3) + messages(1)},
        {"statusMessage": [{"status": "0x0", "message": 1}, {"status": "0x1", "message": "b"}]},
        {"statusMessage": [{"status": "0", "message": "a"}, {"status": "1", "message": "b"}]},
        {"statusMessage": [{"status": "0xg", "message": "a"}, {"status": "0x1", "message": "b"}]},
        {"statusMessage": [{"status": "0x_1", "message": "a"}, {"status": "0x0", "message": ""}]},
        {"statusMessage": ["a", "b"]},
    ],
    ids=str,
)
def test_entries_that_are_not_as_the_standard_asks(changes):
    refused("status.entry_malformed", lambda: bitstring.read_entry(entry(**changes), {}))


def test_a_number_as_index_is_read_in_an_open_badges_revocation_alone():
    numbered = entry(statusListIndex=23)
    assert bitstring.read_entry(numbered, OB3).index == 23
    refused("status.entry_malformed", lambda: bitstring.read_entry(numbered, {}))
    suspended = entry(statusListIndex=23, statusPurpose="suspension")
    refused("status.entry_malformed", lambda: bitstring.read_entry(suspended, OB3))
    for bad in (-1, 1.0, True):
        refused(
            "status.entry_malformed",
            lambda bad=bad: bitstring.read_entry(entry(statusListIndex=bad), OB3),
        )


@pytest.mark.parametrize("claim", [{"idx": -1}, {"idx": "1"}, {"idx": True}, {"uri": 1}, {}])
def test_references_of_tokens_that_are_not_as_the_draft_asks(claim):
    whole = {"idx": 1, "uri": URL} | claim if claim else {}
    refused("status.entry_malformed", lambda: token.read_entry(whole, {}))


# --- What a list says ---------------------------------------------------------------------------


def listed(encoded, purpose="revocation", **changes):
    subject = {"type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": encoded}
    types = ["VerifiableCredential", "BitstringStatusListCredential"]
    content = {"type": types, "credentialSubject": subject} | changes
    return StatusList(content, "did:web:x.example", frozenset({URL}))


def parsed(**changes):
    return bitstring.read_entry(entry(**changes), {})


def test_a_list_answers_for_its_purposes():
    made = listed(bitstring.encode([7]), ["suspension", "revocation"])
    assert bitstring.state_of(parsed(), made).value == 1
    assert bitstring.state_of(parsed(statusListIndex="8"), made).value == 0
    other = listed(bitstring.encode([7]), "suspension")
    refused("status.purpose_mismatch", lambda: bitstring.state_of(parsed(), other))


def test_messages_are_those_the_credential_was_issued_with():
    encoded = bitstring.encode_values({7: 2}, size=2)
    made = listed(encoded, "message")
    state = bitstring.state_of(
        parsed(statusPurpose="message", statusSize=2, statusMessage=messages(4)), made
    )
    assert (state.value, state.message) == (2, "m2")


def test_lists_too_short_and_lists_of_another_kind():
    short = "u" + b64url_encode(gzip.compress(bytes(16 * 1024 - 1)))
    refused("status.list_too_short", lambda: bitstring.state_of(parsed(), listed(short)))
    wide = bitstring.encode([])
    two = parsed(statusSize=2, statusMessage=messages(4))
    refused("status.list_too_short", lambda: bitstring.state_of(two, listed(wide)))
    for changes in (
        {"type": ["VerifiableCredential"]},
        {"credentialSubject": []},
        {"credentialSubject": {"type": "StatusList2021"}},
    ):
        made = listed(wide, **changes)
        refused("status.list_malformed", lambda made=made: bitstring.state_of(parsed(), made))


def test_an_index_past_the_end_is_refused():
    made = listed(bitstring.encode([]))
    last = parsed(statusListIndex=str(LENGTH))
    refused("status.out_of_range", lambda: bitstring.state_of(last, made))


def token_list(**changes):
    claims = {"bits": 2, "lst": token.encode_values({3: 1, 4: 2, 5: 3}, bits=2, length=8)} | changes
    return StatusList({"status_list": claims}, None, frozenset({URL}))


def test_a_token_list_says_what_its_value_means():
    purposes = {}
    for index in (0, 3, 4, 5):
        state = token.state_of(token.read_entry({"idx": index, "uri": URL}, {}), token_list())
        purposes[index] = (state.value, state.purpose)
    assert purposes == {
        0: (0, "status"),
        3: (1, "revocation"),
        4: (2, "suspension"),
        5: (3, "application"),
    }
    past = Entry("status_list", URL, "status", 8)
    refused("status.out_of_range", lambda: token.state_of(past, token_list()))
    for changes in ({"bits": 3}, {"bits": "1"}, {"bits": True}, {"lst": None}):
        made = token_list(**changes)
        refused("status.list_malformed", lambda made=made: token.state_of(past, made))


@pytest.mark.parametrize("ttl", [-1, "5", True, [1]])
def test_times_to_live_that_are_none(ttl):
    refused(
        "status.list_malformed",
        lambda: bitstring.ttl_of({"credentialSubject": {"ttl": ttl}}),
    )
    refused("status.list_malformed", lambda: token.ttl_of({"ttl": ttl}))


def test_times_to_live_are_in_milliseconds_there_and_in_seconds_here():
    assert bitstring.ttl_of({"credentialSubject": {"ttl": 300_000}}) == 300
    assert token.ttl_of({"ttl": 300}) == 300
    assert bitstring.ttl_of({"credentialSubject": {}}) is None
    assert token.ttl_of({}) is None


# --- Older kinds --------------------------------------------------------------------------------


def test_status_list_2021_in_either_alphabet():
    row = STATUS_TYPES["StatusList2021Entry"]
    raw = {"type": "StatusList2021Entry", "statusPurpose": "revocation"}
    raw |= {"statusListIndex": "94567", "statusListCredential": URL}
    encoded = bitstring.encode([94_567])[1:]
    plain = encoded.translate(str.maketrans("-_", "+/"))
    for form in (encoded, plain + "=" * (-len(plain) % 4)):
        subject = {"type": "StatusList2021", "statusPurpose": "revocation", "encodedList": form}
        content = {"type": ["VerifiableCredential", "StatusList2021Credential"]}
        made = StatusList({**content, "credentialSubject": subject}, None, frozenset())
        assert row.state_of(row.read_entry(raw, {}), made).value == 1
        other = {**content, "credentialSubject": subject | {"statusPurpose": "suspension"}}
        refused(
            "status.purpose_mismatch",
            lambda other=other: row.state_of(
                row.read_entry(raw, {}), StatusList(other, None, frozenset())
            ),
        )
    refused("status.entry_malformed", lambda: row.read_entry({**raw, "statusPurpose": "x"}, {}))


def test_the_1edtech_list_goes_by_ids():
    row = STATUS_TYPES["1EdTechRevocationList"]
    parsed_entry = row.read_entry({"type": row.name, "id": URL}, {"id": "urn:uuid:1"})
    for rows, value in [
        ([], 0),
        ([{"id": "urn:uuid:2"}], 0),
        ([{"id": "urn:uuid:1"}], 1),
        ([{"id": "urn:uuid:1", "revoked": True, "revocationReason": "typo"}], 1),
        ([{"id": "urn:uuid:1", "revoked": False}], 0),
        ({"id": "urn:uuid:1"}, 1),
    ]:
        made = StatusList({"revokedCredential": rows}, None, frozenset())
        assert row.state_of(parsed_entry, made).value == value
    for rows in (["urn:uuid:1"], [{"id": "urn:uuid:2", "revoked": "no"}], [{"revoked": True}]):
        made = StatusList({"revokedCredential": rows}, None, frozenset())
        refused("status.list_malformed", lambda made=made: row.state_of(parsed_entry, made))
    refused("status.entry_malformed", lambda: row.read_entry({"id": URL}, {}))
