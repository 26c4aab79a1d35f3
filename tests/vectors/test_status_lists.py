"""Status lists: the bits that the standards' own examples and other libraries' lists hold."""

import json

import pytest

from credentials.status import STATUS_TYPES, bitstring, token
from credentials.status.bits import Order, read
from tests.conftest import ROOT

BITSTRING = ROOT / "fixtures/vectors/w3c-bitstring-status-list"
TOKEN = ROOT / "fixtures/vectors/ietf-token-status-list"
LIBRARY = json.loads((BITSTRING / "library-lists.json").read_text())["vectors"]
EXAMPLES = json.loads((BITSTRING / "spec-examples.json").read_text())
LONG = json.loads((TOKEN / "vectors.json").read_text())["cases"]
SHORT = json.loads((TOKEN / "short.json").read_text())["cases"]


@pytest.mark.parametrize("vector", LIBRARY, ids=lambda v: "-".join(map(str, v["setIndexes"])))
def test_lists_of_another_library(vector):
    bits = bitstring.expand(vector["encodedList"])
    assert len(bits) * 8 == vector["length"]
    number = int.from_bytes(bits, "big")
    assert number.bit_count() == len(vector["setIndexes"])
    assert all(read(bits, index, 1, Order.LEFT) == 1 for index in vector["setIndexes"])
    assert bitstring.expand(bitstring.encode(vector["setIndexes"])) == bits


def test_the_examples_of_the_standard():
    read_any = 0
    for example in EXAMPLES:
        document = example["json"]
        entries = document.get("credentialStatus", [])
        for entry in entries if isinstance(entries, list) else [entries]:
            parsed = STATUS_TYPES[entry["type"]].read_entry(entry, document)
            assert str(parsed.index) == entry["statusListIndex"]
            assert parsed.url == entry["statusListCredential"]
            read_any += 1
        subject = document["credentialSubject"]
        if subject.get("type") == "BitstringStatusList":
            assert bitstring.expand(subject["encodedList"]) == bytes(16 * 1024)
            read_any += 1
    assert read_any >= 4


@pytest.mark.parametrize("case", LONG, ids=lambda case: f"{case['bits']} bits")
def test_the_drafts_long_token_lists(case):
    data = token.expand(case["lst"])
    bits, values = case["bits"], {int(index): value for index, value in case["values"].items()}
    assert len(data) * 8 == case["entries"] * bits
    ours = token.expand(token.encode_values(values, bits=bits, length=case["entries"]))
    assert ours == data
    assert {index: read(data, index, bits, Order.RIGHT) for index in values} == values


@pytest.mark.parametrize("case", SHORT, ids=lambda case: f"{case['bits']} bits")
def test_the_drafts_short_token_lists(case):
    data = token.expand(case["lst"])
    assert data.hex() == case["rawHex"]
    found = [read(data, i, case["bits"], Order.RIGHT) for i in range(len(case["statuses"]))]
    assert found == case["statuses"]
