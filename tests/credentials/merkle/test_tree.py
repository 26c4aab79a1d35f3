"""Trees of every size: proofs are right, and nothing but the right proof passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.errors import InvalidProof
from credentials.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(f"entry {n}".encode()) for n in range(300)]
NODES, ROOTS = {}, [EMPTY_ROOT]
_frontier = Frontier()
for _leaf in LEAVES:
    NODES |= {(level, index): value for level, index, value in _frontier.append(_leaf)}
    ROOTS.append(_frontier.root)


def read(level, index):
    return NODES[level, index]


def by_definition(leaves):
    """MTH as RFC 6962 section 2.1 writes it down."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


@pytest.mark.parametrize("size", range(0, 300, 7))
def test_the_root_is_the_one_of_the_definition(size):
    assert by_definition(LEAVES[:size]) == ROOTS[size] == root_hash(size, read)
    assert Frontier.at(size, read).root == ROOTS[size]


@given(st.data())
def test_every_entry_proves_itself_and_nothing_else(data):
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, read)
    right = {"index": index, "size": size, "leaf": LEAVES[index], "root": ROOTS[size]}
    verify_inclusion(proof=proof, **right)
    wrong = [
        {**right, "proof": proof, "leaf": LEAVES[(index + 1) % 300]},
        {**right, "proof": proof, "root": ROOTS[size - 1]},
        {**right, "proof": proof, "index": index + 1},
        {**right, "proof": proof, "index": -1},
        {**right, "proof": [*proof, bytes(32)]},
        {**right, "proof": [step[:31] for step in proof] or [b""]},
        *({**right, "proof": proof[:-1]} for _ in proof[:1]),
        *({**right, "proof": [*proof[:n], bytes(32), *proof[n + 1 :]]} for n in range(len(proof))),
    ]
    for case in wrong:
        with pytest.raises(InvalidProof):
            verify_inclusion(**case)


@given(st.data())
def test_every_tree_proves_that_it_continues_an_earlier_one(data):
    second = data.draw(st.integers(0, 300))
    first = data.draw(st.integers(0, second))
    proof = consistency_proof(first, second, read)
    right = {
        "first": first,
        "first_root": ROOTS[first],
        "second": second,
        "second_root": ROOTS[second],
    }
    verify_consistency(proof=proof, **right)
    with pytest.raises(InvalidProof):
        verify_consistency(**{**right, "proof": [*proof, bytes(32)]})
    with pytest.raises(InvalidProof):
        verify_consistency(**{**right, "proof": proof, "first_root": bytes(32)})
    if 0 < first < second:
        with pytest.raises(InvalidProof):
            verify_consistency(**{**right, "proof": proof, "second_root": bytes(32)})
        with pytest.raises(InvalidProof):
            verify_consistency(**{**right, "proof": proof[:-1]})
        for n in range(len(proof)):
            with pytest.raises(InvalidProof):
                verify_consistency(**{**right, "proof": [*proof[:n], bytes(32), *proof[n + 1 :]]})


def test_a_smaller_tree_continues_nothing():
    with pytest.raises(InvalidProof):
        verify_consistency(first=5, first_root=ROOTS[5], second=4, second_root=ROOTS[4], proof=[])
    with pytest.raises(ValueError, match="can't continue"):
        consistency_proof(5, 4, read)
    with pytest.raises(ValueError, match="isn't in a tree"):
        inclusion_proof(4, 4, read)


def test_a_forked_log_is_told_from_one_that_goes_on():
    fork, nodes = Frontier.at(100, read), dict(NODES)
    for leaf in reversed(LEAVES[100:200]):
        nodes |= {(level, index): value for level, index, value in fork.append(leaf)}
    proof = consistency_proof(150, 200, lambda level, index: nodes[level, index])
    with pytest.raises(InvalidProof):
        verify_consistency(
            first=150, first_root=ROOTS[150], second=200, second_root=fork.root, proof=proof
        )
