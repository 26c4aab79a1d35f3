"""Certificate Transparency's test tree, C2SP's tile paths and its example note."""

import json
from pathlib import Path

import pytest

from credentials.merkle import (
    Frontier,
    Note,
    NoteVerifier,
    Tile,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

PATH = Path(__file__).resolve().parents[2] / "fixtures/vectors/c2sp-merkle/merkle-tlog.json"
VECTORS = json.loads(PATH.read_text(encoding="utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in VECTORS["leavesHex"]]


@pytest.fixture(scope="module")
def read():
    nodes, frontier = {}, Frontier()
    for leaf in LEAVES:
        nodes |= {(level, index): value for level, index, value in frontier.append(leaf)}
    return lambda level, index: nodes[level, index]


def root(size):
    return bytes.fromhex(VECTORS["rootsBySizeHex"][str(size)])


def test_leaf_hashes():
    assert [leaf.hex() for leaf in LEAVES] == VECTORS["leafHashesHex"]


@pytest.mark.parametrize("size", range(9))
def test_roots(size, read):
    assert root_hash(size, read) == root(size)


@pytest.mark.parametrize("row", VECTORS["inclusion"], ids=lambda r: f"{r['index']}-of-{r['size']}")
def test_inclusion(row, read):
    proof = inclusion_proof(row["index"], row["size"], read)
    assert [step.hex() for step in proof] == row["proofHex"]
    verify_inclusion(
        index=row["index"],
        size=row["size"],
        leaf=LEAVES[row["index"]],
        proof=proof,
        root=root(row["size"]),
    )


@pytest.mark.parametrize("row", VECTORS["consistency"], ids=lambda r: f"{r['from']}-to-{r['to']}")
def test_consistency(row, read):
    first, second = row["from"], row["to"]
    proof = consistency_proof(first, second, read)
    assert [step.hex() for step in proof] == row["proofHex"]
    verify_consistency(
        first=first, first_root=root(first), second=second, second_root=root(second), proof=proof
    )


@pytest.mark.parametrize("row", VECTORS["tilePaths"], ids=lambda r: r["path"])
def test_tile_paths(row):
    tile = Tile(row.get("level"), row.get("index", row.get("entries")), row.get("width", 256))
    assert tile.path == row["path"]
    assert Tile.parse(row["path"]) == tile


def test_the_example_note():
    row = VECTORS["signedNote"]
    raw = f"{row['text']}\n{row['signatureLine']}\n".encode()
    verifier = NoteVerifier.parse(row["verifierKey"])
    assert Note.parse(raw).verify([verifier]) == (verifier,)
    assert str(verifier) == row["verifierKey"]
    assert bytes(Note.parse(raw)) == raw
