"""W3C RDF Dataset Canonicalization 1.0: every test of the suite's manifest."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from credentials.errors import Malformed
from credentials.linked_data.canonical import MAX_STEPS, canonical_labels, canonical_nquads
from tests.vectors.nquads import parse

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "vectors" / "w3c-rdf-canon"
TESTS = FOLDER / "rdfc10"
HASHES = {"": "sha256", "SHA384": "sha384", "SHA-384": "sha384"}
POISON = "test074"


def manifest():
    with (FOLDER / "manifest.csv").open(encoding="utf-8") as lines:
        return {row["test"]: row for row in csv.DictReader(lines)}


MANIFEST = manifest()
EVAL = sorted(path.name.removesuffix("-rdfc10.nq") for path in TESTS.glob("*-rdfc10.nq"))
MAPS = sorted(path.name.removesuffix("-rdfc10map.json") for path in TESTS.glob("*-rdfc10map.json"))


def quads(test):
    return parse((TESTS / f"{test}-in.nq").read_bytes().decode())


def algorithm(test):
    return HASHES[MANIFEST[test]["hashAlgorithm"]]


def test_the_suite_is_whole():
    assert (len(EVAL), len(MAPS)) == (64, 21)
    assert POISON not in EVAL


@pytest.mark.parametrize("test", EVAL)
def test_eval(test):
    expected = (TESTS / f"{test}-rdfc10.nq").read_bytes().decode()
    assert canonical_nquads(quads(test), hash_name=algorithm(test)) == expected


@pytest.mark.parametrize("test", MAPS)
def test_map(test):
    expected = json.loads((TESTS / f"{test}-rdfc10map.json").read_text(encoding="utf-8"))
    labels = canonical_labels(quads(test), hash_name=algorithm(test))
    assert {old[2:]: new[2:] for old, new in labels.items()} == expected


def test_the_poison_graph_is_refused_after_a_fixed_number_of_steps():
    with pytest.raises(Malformed) as refusal:
        canonical_nquads(quads(POISON))
    assert refusal.value.code == "canonicalization.too_complex"
    # Not for want of a few more: it needs far more than anything honest in the suite does.
    with pytest.raises(Malformed):
        canonical_nquads(quads(POISON), max_steps=20 * MAX_STEPS)


@pytest.mark.parametrize("test", EVAL)
def test_no_honest_graph_comes_near_the_limit(test):
    canonical_nquads(quads(test), hash_name=algorithm(test), max_steps=MAX_STEPS * 3 // 4)


@pytest.mark.parametrize("test", EVAL)
def test_neither_labels_nor_order_of_the_input_matter(test):
    renamed = [
        tuple(f"_:x{term[2:]}y" if term.startswith("_:") else term for term in quad)
        for quad in reversed(quads(test))
    ]
    expected = (TESTS / f"{test}-rdfc10.nq").read_bytes().decode()
    assert canonical_nquads(renamed, hash_name=algorithm(test)) == expected
