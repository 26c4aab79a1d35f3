"""Canonical N-Quads: escapes by the standard's words, and a bound on every graph."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.errors import Malformed
from credentials.linked_data import canonical_nquads, rdfc, to_quads
from credentials.linked_data.canonical import MAX_STEPS, canonical_labels
from credentials.linked_data.nquads import is_iri, is_language, quoted
from tests.vectors.nquads import parse

P = "<https://p.example/p>"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('\b\t\n\f\r"\\', r"\b\t\n\f\r\"\\"),
        ("\x00\x01\x07\x0b\x0e\x1f\x7f", r"\u0000\u0001\u0007\u000B\u000E\u001F\u007F"),
        ("\ufffe\uffff", r"\uFFFE\uFFFF"),
        ("\x80\x9f\u2028é𝄞'", "\x80\x9f\u2028é𝄞'"),
    ],
)
def test_escapes(text, written):
    assert quoted(text) == f'"{written}"'
    document = {"@context": "https://www.w3.org/ns/credentials/v2", "name": text}
    assert rdfc(document).decode() == f'_:c14n0 <https://schema.org/name> "{written}" .\n'


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_written_reads_back(text):
    quad = ("<urn:a:b>", P, quoted(text), "")
    assert parse(canonical_nquads([quad])) == [quad]


def test_sorted_by_code_point_and_without_duplicates():
    quads = [("<urn:a:b>", P, quoted(text), "") for text in ("\uffee", "😀", "a", "a")]
    lines = canonical_nquads(quads).split("\n")
    assert [line.split('"')[1] for line in lines if line] == ["a", "\uffee", "😀"]


@pytest.mark.parametrize("text", ["https://a.example/ü?q#f", "urn:x:y", "a:", "did:web:a%3A8"])
def test_iris(text):
    assert is_iri(text)


@pytest.mark.parametrize(
    "text", ["", "a", "/a", ":a", "1a:b", "a:b c", "a:<", "a:\\", "a:%2", "_:b"]
)
def test_not_iris(text):
    assert not is_iri(text)


def test_language_tags():
    assert all(map(is_language, ("en", "de-CH-1996", "x-private")))
    assert not any(map(is_language, ("", "en_GB", "-en", "en-", "e n", "toolongtag", "en\n")))


# --- The bound ----------------------------------------------------------------------------------


def clique(size):
    nodes = [f"_:n{number}" for number in range(size)]
    return [(a, P, b, "") for a, b in itertools.permutations(nodes, 2)]


@pytest.mark.parametrize("size", [7, 10, 40])
def test_cliques_are_refused(size):
    with pytest.raises(Malformed) as refusal:
        canonical_nquads(clique(size))
    assert refusal.value.code == "canonicalization.too_complex"


def test_small_cliques_are_not():
    assert len(canonical_nquads(clique(4)).splitlines()) == 12


def test_a_credential_can_carry_a_poison_graph_and_is_refused():
    nodes = [{"id": f"_:n{n}", "related": [{"id": f"_:n{m}"} for m in range(9)]} for n in range(9)]
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            {"related": {"@id": "https://p.example/p", "@type": "@id"}},
        ],
        "name": "x",
        "related": nodes,
    }
    with pytest.raises(Malformed) as refusal:
        rdfc(document)
    assert refusal.value.code == "canonicalization.too_complex"


def test_long_chains_that_look_alike_end_in_a_refusal_too():
    def chain(letter):
        nodes = [f"_:{letter}{number}" for number in range(1500)]
        return [(a, P, b, "") for a, b in itertools.pairwise(nodes)]

    with pytest.raises(Malformed) as refusal:
        canonical_nquads(chain("a") + chain("b"))
    assert refusal.value.code == "canonicalization.too_complex"


def test_one_graph_met_many_times_is_one_step_not_its_permutations():
    """The graph of a proof with many members, beside one that looks alike."""
    quads = []
    for proof in ("x", "y"):
        quads.append(("<urn:a:b>", P, f"_:g{proof}", ""))
        quads += [(f"_:p{proof}", f"<urn:p:{n}>", '"v"', f"_:g{proof}") for n in range(40)]
    assert len(canonical_nquads(quads, max_steps=1000).splitlines()) == 82


def test_two_graphs_met_many_times_end_in_a_refusal():
    quads = []
    for node, graph in itertools.product("st", "gh"):
        quads += [(f"_:{node}", f"<urn:p:{n}>", '"v"', f"_:{node}{graph}") for n in range(70)]
    with pytest.raises(Malformed) as refusal:
        canonical_nquads(quads)
    assert refusal.value.code == "canonicalization.too_complex"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 5)), max_size=10),
    st.permutations(range(6)),
)
def test_isomorphic_graphs_have_one_form(edges, order):
    def graph(names):
        return [(f"_:{names[a]}", f"<urn:p:{p}>", f"_:{names[b]}", "") for a, p, b in edges]

    plain = [f"b{n}" for n in range(6)]
    other = [f"z{order[n]}" for n in range(6)]
    try:
        first = canonical_nquads(graph(plain), max_steps=10 * MAX_STEPS)
    except Malformed:
        return
    assert canonical_nquads(reversed(graph(other)), max_steps=100 * MAX_STEPS) == first


def test_labels_are_given_in_the_order_of_the_hashes():
    document = {"@context": "https://www.w3.org/ns/credentials/v2", "name": "a"}
    (quad,) = to_quads(document)
    assert canonical_labels([quad]) == {quad[0]: "_:c14n0"}


def test_the_longer_hash_names_nodes_in_another_order():
    quads = [(f"_:{n}", P, quoted(str(n)), "") for n in range(20)]
    assert canonical_nquads(quads) != canonical_nquads(quads, hash_name="sha384")
