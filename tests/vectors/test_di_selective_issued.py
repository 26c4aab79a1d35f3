"""ecdsa-sd-2023 from the holder's side: the standard's base proofs derive to its derived ones."""

import json

import pytest

from conformance.pointers import select
from conformance.selective import cbor, derive, read_base
from credentials.errors import Malformed
from tests.vectors.test_di_selective import CITIZENSHIP, FOLDER, RUNS, load

POINTERS = {"prc": "prCredSelective", "employ": "employSelective"}


@RUNS
def test_the_standards_base_proof_derives_to_its_derived_one(name):
    pointers = json.loads((FOLDER / f"{POINTERS[name]}.json").read_text())
    base = load(name, "addSignedSDBase")
    assert derive(base, pointers, extra=CITIZENSHIP) == load(name, "derivedRevealDocument")
    assert derive(base, [], extra=CITIZENSHIP) != load(name, "derivedRevealDocument")


def test_what_pointers_select():
    document = {
        "@context": ["c"],
        "id": "urn:x:1",
        "type": ["T"],
        "a": [{"id": "urn:x:2", "type": "U", "b": 1, "c": 2}, "second", {"d": {"e": 1, "f~/g": 2}}],
    }
    kept = {"@context": ["c"], "id": "urn:x:1", "type": ["T"]}
    assert select(document, []) is None
    assert select(document, ["/a/0/b"]) == kept | {"a": [{"id": "urn:x:2", "type": "U", "b": 1}]}
    assert select(document, ["/a/2/d/f~0~1g", "/a/1"]) == kept | {
        "a": ["second", {"d": {"f~/g": 2}}]
    }
    assert select(document, [""]) == document
    for wrong in ("a", "/z", "/a/3", "/a/-", "/a/0/b/c", "/a/٠"):
        with pytest.raises(Malformed):
            select(document, [wrong])


@pytest.mark.parametrize(
    "value", ["", "u", "z2VwA", "u2V0AhQ", "u2V0BhQ", "u2V0AhUAAAAAA", "u2V0A_w"]
)
def test_what_is_no_base_proof(value):
    with pytest.raises(Malformed):
        read_base(value)


def test_cbor_in_its_one_form():
    assert cbor([0, 23, 24, 255, 256, 65536]).hex() == "8600171818 18ff190100 1a00010000".replace(
        " ", ""
    )
    assert cbor({2: b"b", 1: "a"}).hex() == "a20161610 24162".replace(" ", "")
    with pytest.raises(Malformed):
        cbor(1 << 40)
