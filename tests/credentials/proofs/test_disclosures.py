"""Selective disclosure: what is hidden stays hidden, and what is shown was signed."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.encoding import b64url_encode, canonicalize, parse_json
from credentials.errors import CredentialError, InvalidProof, Malformed, Unsupported
from credentials.proofs import disclosures as d
from credentials.proofs.disclosures import Frame, Revealed, chosen, conceal, reveal

CLAIMS = {
    "iss": "https://issuer.example",
    "name": "Ελένη",
    "address": {"street": "Pikk 1", "city": "Tallinn"},
    "nationalities": ["EE", "GR", "FR"],
}
FRAME = Frame(
    hidden=("name", "address"),
    inside={"address": Frame(("street",)), "nationalities": Frame((0, 2))},
)


def written(*content):
    return b64url_encode(json.dumps(content).encode())


def refused(kind, code, payload, given_):
    with pytest.raises(kind) as caught:
        reveal(payload, given_)
    assert caught.value.code == code


def test_all_disclosures_give_back_the_claims():
    payload, texts = conceal(CLAIMS, FRAME)
    assert len(texts) == 5
    assert "name" not in payload
    assert b"Pikk" not in canonicalize(payload)
    assert reveal(payload, texts).claims == CLAIMS
    assert reveal(payload, texts[::-1]).claims == CLAIMS


def test_without_disclosures_only_what_is_open_is_seen():
    payload, _ = conceal(CLAIMS, FRAME)
    assert reveal(payload, ()).claims == {"iss": CLAIMS["iss"], "nationalities": ["GR"]}


def test_places_are_chosen_with_what_it_takes_to_reach_them():
    payload, texts = conceal(CLAIMS, FRAME)
    whole = reveal(payload, texts)
    street = chosen(whole, [("address", "street")])
    assert reveal(payload, street).claims["address"] == CLAIMS["address"]
    address = chosen(whole, [("address",)])
    assert reveal(payload, address).claims["address"] == {"city": "Tallinn"}
    assert reveal(payload, chosen(whole, [("nationalities", 2)])).claims["nationalities"] == [
        "GR",
        "FR",
    ]
    assert chosen(whole, []) == ()
    for place in [("iss",), ("nationalities", 1), ("nothing",)]:
        with pytest.raises(ValueError, match="hidden"):
            chosen(whole, [place])


@pytest.mark.parametrize("algorithm", d.ALGORITHMS)
def test_every_hash_that_is_allowed(algorithm):
    payload, texts = conceal(CLAIMS, FRAME, algorithm=algorithm)
    assert payload["_sd_alg"] == algorithm
    assert reveal(payload, texts).claims == CLAIMS


def test_an_absent_algorithm_is_sha_256():
    payload, texts = conceal(CLAIMS, FRAME)
    del payload["_sd_alg"]
    assert reveal(payload, texts).claims == CLAIMS


@pytest.mark.parametrize(
    "name", ["md5", "sha-1", "SHA-256", "sha256", "sha-256-32", "", None, 1, []]
)
def test_another_algorithm_is_refused(name):
    payload, texts = conceal(CLAIMS, FRAME)
    refused(Unsupported, "disclosure.unsupported_algorithm", {**payload, "_sd_alg": name}, texts)


def test_decoys_look_like_digests_and_mean_nothing():
    payload, texts = conceal(CLAIMS, Frame(("name",), {"nationalities": Frame((0,), decoys=3)}, 4))
    assert len(payload["_sd"]) == 5
    assert payload["_sd"] == sorted(payload["_sd"])
    assert len(payload["nationalities"]) == 6
    assert len({len(one) for one in payload["_sd"]}) == 1
    assert reveal(payload, texts).claims == CLAIMS
    only = conceal({"iss": "x"}, Frame(decoys=2))[0]
    assert only["_sd_alg"] == "sha-256"
    assert reveal(only, ()).claims == {"iss": "x"}


def test_salts_never_repeat():
    texts = conceal({"a": [0] * 200}, Frame(inside={"a": Frame(range(200))}))[1]
    salts = {d.content_of(text)[0] for text in texts}
    assert len(salts) == 200
    assert min(map(len, salts)) >= 22


@pytest.mark.parametrize(
    "frame",
    [
        Frame(("missing",)),
        Frame(inside={"missing": Frame()}),
        Frame(inside={"nationalities": Frame((3,))}),
        Frame(inside={"nationalities": Frame((-1,))}),
        Frame(inside={"iss": Frame(("x",))}),
        Frame(inside={"iss": Frame(decoys=1)}),
    ],
)
def test_a_frame_that_names_what_is_not_there(frame):
    with pytest.raises(ValueError, match=r"frame|parts"):
        conceal(CLAIMS, frame)


@pytest.mark.parametrize("name", ["_sd", "_sd_alg", "..."])
def test_reserved_names_are_not_signed(name):
    with pytest.raises(Malformed):
        conceal({"a": {name: 1}}, Frame())


def test_more_disclosures_than_are_read_are_not_made():
    with pytest.raises(ValueError, match="256"):
        conceal({"a": [0] * 257}, Frame(inside={"a": Frame(range(257))}))


# --- Section 7.1: what MUST be rejected ----------------------------------------------------------


def test_an_unreferenced_disclosure_is_refused():
    payload, texts = conceal(CLAIMS, FRAME)
    stray = written("salt", "extra", 1)
    refused(InvalidProof, "disclosure.unreferenced", payload, [*texts, stray])
    refused(InvalidProof, "disclosure.unreferenced", {"iss": "x"}, [stray])


def test_a_child_without_its_parent_is_unreferenced():
    payload, texts = conceal(CLAIMS, FRAME)
    (street,) = [t for t in texts if d.content_of(t)[1] == "street"]
    refused(InvalidProof, "disclosure.unreferenced", payload, [street])


def test_a_disclosure_twice_is_refused():
    payload, texts = conceal(CLAIMS, FRAME)
    refused(InvalidProof, "disclosure.repeated", payload, [*texts, texts[0]])


def test_a_digest_twice_is_refused_wherever_it_stands():
    text = written("salt", "name", "x")
    element = written("salt", "x")
    one, other = d.digest(text, "sha-256"), d.digest(element, "sha-256")
    inside = written("salt", "outer", {"_sd": [one]})
    for payload, given_ in [
        ({"_sd": [one, one]}, [text]),
        ({"_sd": [one], "a": {"_sd": [one]}}, [text]),
        ({"_sd": [one], "a": {"_sd": [one]}}, []),
        ({"a": [{"...": other}, {"...": other}]}, [element]),
        ({"_sd": [one], "a": [{"...": one}]}, []),
        ({"_sd": [one, d.digest(inside, "sha-256")]}, [text, inside]),
    ]:
        refused(InvalidProof, "disclosure.repeated", payload, given_)


def test_a_clash_of_names_is_refused():
    text, again = written("salt", "name", "x"), written("pepper", "name", "y")
    one, two = d.digest(text, "sha-256"), d.digest(again, "sha-256")
    refused(InvalidProof, "disclosure.clash", {"name": "signed", "_sd": [one]}, [text])
    refused(InvalidProof, "disclosure.clash", {"_sd": [one, two]}, [text, again])


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_disclosed_claim_with_a_reserved_name_is_refused(name):
    text = written("salt", name, [])
    payload = {"_sd": [d.digest(text, "sha-256")]}
    refused(Malformed, "disclosure.reserved_name", payload, [text])


@pytest.mark.parametrize(
    "content",
    [
        ["salt", "value"],
        ["salt", "name", "value", "more"],
        ["salt"],
        [],
        ["salt", 1, "value"],
        [1, "name", "value"],
        {"salt": "name"},
        "text",
        None,
    ],
)
def test_a_member_is_salt_name_and_value(content):
    text = b64url_encode(json.dumps(content).encode())
    payload = {"_sd": [d.digest(text, "sha-256")]}
    refused(Malformed, "disclosure.malformed", payload, [text])


@pytest.mark.parametrize("content", [["salt", "name", "value"], ["salt"], [None, 1]])
def test_an_element_is_salt_and_value(content):
    text = b64url_encode(json.dumps(content).encode())
    payload = {"a": [{"...": d.digest(text, "sha-256")}]}
    refused(Malformed, "disclosure.malformed", payload, [text])


@pytest.mark.parametrize(
    "raw",
    [
        b'["s","a",1,]',
        b'["s","n",{"a":1,"a":2}]',
        b'["s","n",NaN]',
        b"\xff",
        b"",
        b'["s","n","\\ud800"]',
    ],
)
def test_disclosures_are_strict_json(raw):
    text = b64url_encode(raw)
    payload = {"_sd": [d.digest(text, "sha-256")]}
    refused(Malformed, "disclosure.malformed", payload, [text])


@pytest.mark.parametrize(
    "text", ["WyJzIiwibiIsMV0=", "WyJzIiwibiIsMV1", "Wy J", "é", "WyJzIiwibiIsMV0\n"]
)
def test_disclosures_are_strict_base64url(text):
    payload = {"_sd": [d.digest(text, "sha-256")] if text.isascii() else []}
    with pytest.raises(CredentialError):
        reveal(payload, [text])


@pytest.mark.parametrize(
    "payload",
    [
        {"_sd": "digest"},
        {"_sd": [1]},
        {"_sd": {"a": 1}},
        {"_sd": None},
        {"a": {"_sd": [None]}},
        {"a": [{"...": "digest", "more": 1}]},
        {"a": [{"...": 1}]},
        {"a": [{"...": ["x"]}]},
        {"a": {"...": "digest"}},
        {"...": "digest"},
        {"a": {"_sd_alg": "sha-256"}},
        {"a": [[{"_sd_alg": "sha-256"}]]},
    ],
)
def test_reserved_names_elsewhere_are_refused(payload):
    with pytest.raises(Malformed):
        reveal(payload, ())


def test_reserved_names_inside_a_disclosure_follow_the_same_rules():
    for value in ({"_sd_alg": "sha-256"}, {"...": "x"}, {"_sd": "x"}, [{"...": "x", "y": 1}]):
        text = written("salt", "name", value)
        with pytest.raises(Malformed):
            reveal({"_sd": [d.digest(text, "sha-256")]}, [text])


def test_many_disclosures_and_deep_ones_are_refused_at_once():
    refused(Malformed, "disclosure.too_many", {}, ["x"] * 257)
    value, texts = {"end": 1}, []
    for _ in range(100):
        text = written("salt", "n", value)
        texts.append(text)
        value = {"_sd": [d.digest(text, "sha-256")]}
    refused(Malformed, "disclosure.too_deep", value, texts)


def test_one_changed_character_of_a_disclosure_is_noticed():
    payload, texts = conceal(CLAIMS, FRAME)
    for which, place in itertools.product(range(len(texts)), range(0, len(texts[0]), 5)):
        if place >= len(texts[which]):
            continue
        text = texts[which]
        other = "A" if text[place] != "A" else "B"
        given_ = [*texts]
        given_[which] = text[:place] + other + text[place + 1 :]
        with pytest.raises(CredentialError):
            reveal(payload, given_)


# --- Any claims, any frame -----------------------------------------------------------------------

names = st.text("abcdef", min_size=1, max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('aé€😀 "', max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def frames(draw, value):
    steps = list(value) if isinstance(value, dict) else list(range(len(value)))
    hidden = draw(st.lists(st.sampled_from(steps), unique=True)) if steps else []
    inside = {
        step: draw(frames(value[step]))
        for step in steps
        if isinstance(value[step], dict | list) and draw(st.booleans())
    }
    return Frame(hidden, inside, draw(st.integers(0, 2)))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_claims_in_any_frame_come_back(data):
    claims = data.draw(st.dictionaries(names, values, max_size=5))
    frame = data.draw(frames(claims))
    payload, texts = conceal(claims, frame)
    payload = parse_json(canonicalize(payload))
    whole = reveal(payload, texts)
    assert whole.claims == claims
    assert len(whole.disclosed) == len(texts)
    some = data.draw(st.lists(st.sampled_from(whole.disclosed), unique=True)) if texts else []
    part = reveal(payload, chosen(whole, [row.path for row in some]))
    assert {row.text for row in some} <= {row.text for row in part.disclosed}
    assert isinstance(part, Revealed)
    if texts:
        # Any proper part without a parent is refused; with it, it is less than the whole.
        less = texts[1:]
        try:
            assert len(reveal(payload, less).disclosed) == len(less)
        except InvalidProof as error:
            assert error.code == "disclosure.unreferenced"  # noqa: PT017
