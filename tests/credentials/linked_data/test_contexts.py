"""Context processing where the pinned contexts don't reach: propagation, imports, memory."""

from __future__ import annotations

import pytest

from credentials.errors import Malformed
from credentials.linked_data import canonical_nquads, contexts, to_quads
from credentials.linked_data.contexts import Library
from schemas import catalogue
from tests.credentials.linked_data.opinions import pyld

X = "https://x.example/"


def both(document):
    """Our canonical form, which is PyLD's."""
    result = canonical_nquads(to_quads(document))
    assert result == pyld(document)
    return result


def test_a_types_names_end_at_the_next_node_and_a_propertys_go_on():
    base = {"T": {"@id": f"{X}T", "@context": {"a": f"{X}scoped"}}, "a": f"{X}a", "p": f"{X}p"}
    document = {"@context": base, "@type": "T", "a": "1", "p": {"a": "2", "p": {"a": "3"}}}
    result = both(document)
    assert f'<{X}scoped> "1"' in result
    assert f'<{X}a> "2"' in result
    assert f'<{X}a> "3"' in result
    base = {"p": {"@id": f"{X}p", "@context": {"a": f"{X}scoped"}}, "q": f"{X}q", "a": f"{X}a"}
    result = both({"@context": base, "a": "1", "p": {"a": "2", "q": {"a": "3"}}})
    assert f'<{X}a> "1"' in result
    assert f'<{X}scoped> "3"' in result


def test_propagate_can_be_said():
    base = {
        "T": {"@id": f"{X}T", "@context": {"@propagate": True, "a": f"{X}scoped"}},
        "a": f"{X}a",
        "p": {"@id": f"{X}p", "@context": {"@propagate": False, "b": f"{X}b"}},
        "b": f"{X}other",
    }
    document = {"@context": base, "@type": "T", "a": "1", "p": {"b": "2", "p": {"a": "3"}}}
    assert f'<{X}scoped> "3"' in both(document)


def test_types_are_read_before_their_own_contexts_and_in_order():
    base = {
        "A": {"@id": f"{X}A", "@context": {"v": f"{X}fromA"}},
        "B": {"@id": f"{X}B", "@context": {"v": f"{X}fromB", "A": f"{X}notA"}},
    }
    for types in (["A", "B"], ["B", "A"]):
        result = both({"@context": base, "@type": types, "v": "x"})
        assert f"<{X}A>" in result
        assert f"<{X}fromB>" in result


def test_a_scoped_null_context_takes_all_away():
    base = {"@protected": True, "p": {"@id": f"{X}p", "@type": "@id", "@context": None}}
    document = {"@context": base, "p": {"@id": f"{X}id", "@type": f"{X}T"}}
    assert f"<{X}id> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{X}T>" in both(document)
    with pytest.raises(Malformed) as refusal:
        to_quads({"@context": base, "p": {"p": "x"}})
    assert refusal.value.pointer == "/p/p"


def test_text_in_a_propertys_own_scope():
    base = {
        "p": {"@id": f"{X}p", "@type": "@vocab", "@context": {"word": f"{X}word"}},
        "q": {"@id": f"{X}q", "@context": {"@language": "fr"}},
        "r": {"@id": f"{X}r", "@language": "EL"},
        "s": {"@id": f"{X}s", "@language": None},
        "@language": "en",
        "t": f"{X}t",
    }
    result = both({"@context": base, "p": "word", "q": "a", "r": "b", "s": "c", "t": "d"})
    assert f"<{X}p> <{X}word>" in result
    for tagged in ('"a"@fr', '"b"@el', '"c" .', '"d"@en'):
        assert tagged in result


def test_prefixes():
    base = {
        "x": X,
        "closed": {"@id": f"{X}closed", "@prefix": False},
        "open": {"@id": f"{X}open", "@prefix": True},
        "word": f"{X}word",
        "x:long": {"@type": "@id"},
        "@vocab": "x:vocabulary#",
    }
    document = {
        "@context": [{"x": X}, base],
        "@id": "x:id",
        "x:long": "open:1",
        "@type": ["open:T", "closed:T", "word:T"],
        "free": "3",
    }
    result = both(document)
    for part in ("id", "open1", "openT", "vocabulary#free"):
        assert f"<{X}{part}>" in result
    assert "<closed:T>" in result
    assert "<word:T>" in result


def test_an_import_is_read_under_what_imports_it():
    url = "https://www.w3.org/ns/credentials/examples/v2"
    document = {"@context": {"@import": url, "a": f"{X}a"}, "a": "1", "b": "2"}
    result = both(document)
    assert f"<{X}a>" in result
    assert "<https://www.w3.org/ns/credentials/examples#b>" in result
    looped = {X: {"@context": {"@import": X}}}
    with pytest.raises(Malformed) as refusal:
        to_quads({"@context": {"@import": X}, "a": "1"}, extra_contexts=looped)
    assert refusal.value.code == "structure.invalid_context"


def test_blank_node_ids_are_the_documents_own():
    document = {"@context": {"p": {"@id": f"{X}p", "@type": "@id"}}, "@id": "_:b1", "p": "_:z"}
    document["p"] = ["_:z", {"p": "_:b1"}]
    assert len(to_quads(document)) == 3
    both(document)


def test_protected_names_may_be_said_again_but_not_otherwise():
    url = "https://www.w3.org/ns/credentials/v2"
    same = {"name": "https://schema.org/name", "x": f"{X}x"}
    assert both({"@context": [url, same, url], "name": "a", "x": "b"})
    for other in (
        {"@id": "https://schema.org/name", "@type": "@id"},
        {"@id": "https://schema.org/name", "@container": "@list"},
        {"@id": "https://schema.org/name", "@language": "en"},
        {"@id": "https://schema.org/name", "@context": {}},
    ):
        with pytest.raises(Malformed) as refusal:
            to_quads({"@context": [url, {"name": other}], "name": "a"})
        assert refusal.value.code == "structure.protected_term"


def test_every_pinned_context_is_read_whole():
    for url in catalogue.context_urls():
        context = Library().root.extended([url])
        for name, term in context.terms.items():
            if term.iri and not term.iri.startswith("@") and not name[:1].isupper():
                assert context.plan(name) is not None


def test_what_is_remembered_is_forgotten_before_it_grows(monkeypatch):
    monkeypatch.setattr(contexts, "_MAX_REMEMBERED", 200)
    library = Library()
    first = library.root
    url = "https://www.w3.org/ns/credentials/examples/v2"
    for number in range(250):
        library.root.extended([url]).plan(f"name{number}")
    assert library.root is not first
    assert len(library.root.extended([url]).properties) < 200


def test_contexts_in_documents_are_not_remembered():
    library = Library()
    for number in range(20):
        library.root.extended([{"a": f"{X}{number}"}])
    assert not library.root._extended.keys() - {()}


def test_names_that_look_like_iris():
    base = {
        "x": X,
        "x:long": {"@type": "@id"},
        "https://x.example/spelt": {"@id": "https://x.example/spelt", "@type": "@id"},
        "agreed:y": {"@id": "agreed:y", "@language": "fr"},
    }
    document = {
        "@context": base,
        "x:long": "x:1",
        "https://x.example/spelt": "x:2",
        "agreed:y": "z",
    }
    result = both(document)
    assert f"<{X}long> <{X}1>" in result
    assert f"<{X}spelt> <{X}2>" in result
    assert '"z"@fr' in result


def test_lists_inside_lists():
    base = {"l": {"@id": f"{X}l", "@container": "@list"}, "name": f"{X}name"}
    both({"@context": base, "l": [["a", "b"], [], [["c"]], {"name": "d"}, 5]})
    both({"@context": base, "l": "alone"})
    with pytest.raises(Malformed) as refusal:
        to_quads({"@context": base, "l": ["a", ["b", {"nix": 1}]]})
    assert refusal.value.pointer == "/l/1/1/nix"


def test_a_types_own_context_can_be_a_url_a_list_or_null():
    url = "https://www.w3.org/ns/credentials/examples/v2"
    for scoped, inside in (
        (url, {"free": "1"}),
        ([url, {"a": f"{X}a"}], {"a": "1", "free": "2"}),
        ([None, {"a": f"{X}a"}], {"a": "1"}),
    ):
        base = {"T": {"@id": f"{X}T", "@context": scoped}, "p": f"{X}p"}
        both({"@context": base, "@type": "T", **inside})
        both({"@context": base, "p": {"@type": "T", **inside}})


def test_the_fault_of_a_scoped_context_shows_where_it_is_used():
    base = {"T": {"@id": f"{X}T", "@context": ["https://unknown.example/v1"]}}
    with pytest.raises(Malformed) as refusal:
        to_quads({"@context": base, "@type": "T"})
    assert refusal.value.code == "structure.unknown_context"
    assert refusal.value.pointer == "/@type"


def test_a_context_document_in_place_is_its_context_once_and_alone():
    inner = {"T": f"{X}T", "a": f"{X}a"}
    document = {"@context": [{"@context": inner}], "@type": "T", "a": "1"}
    assert both(document) == both({**document, "@context": [inner]})
    for refused in (
        {"@context": {"@context": inner}},
        {"@context": inner, "b": f"{X}b"},
        {"@context": [inner]},
        {"@context": None},
        {"@context": "https://www.w3.org/ns/credentials/v2"},
    ):
        with pytest.raises(Malformed) as caught:
            to_quads({**document, "@context": [refused]})
        assert caught.value.code == "structure.forbidden_keyword"
