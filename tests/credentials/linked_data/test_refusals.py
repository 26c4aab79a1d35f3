"""What JSON-LD would drop, guess at or let a sender reshape is refused, with its place."""

from __future__ import annotations

import copy

import pytest

from credentials.errors import Malformed
from credentials.linked_data import inline_context, rdfc, to_quads
from credentials.linked_data.expansion import walk
from tests.credentials.linked_data.opinions import NAMES, load

VC = "https://www.w3.org/ns/credentials/v2"
BASE = {
    "@context": [VC],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:web:a.example", "name": "A"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abc", "name": "S"},
}


def refusal(document, **options):
    with pytest.raises(Malformed) as refused:
        to_quads(document, **options)
    return refused.value.code.removeprefix("structure."), refused.value.pointer


def changed(**members):
    return {**BASE, **members}


def with_context(*contexts, **members):
    return {**BASE, "@context": [VC, *contexts], **members}


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"nickname": "x"}, "undefined_term", "/nickname"),
        ({"issuer": {"id": "did:x:y", "a/b~c": 1}}, "undefined_term", "/issuer/a~1b~0c"),
        (
            {"credentialSubject": [{"name": "S"}, {"nix": 1}]},
            "undefined_term",
            "/credentialSubject/1/nix",
        ),
        ({"type": ["VerifiableCredential", "Imagined"]}, "undefined_type", "/type"),
        ({"type": []}, "invalid_type", "/type"),
        ({"type": None}, "invalid_type", "/type"),
        ({"type": ["VerifiableCredential", {"a": 1}]}, "invalid_type", "/type"),
        ({"type": ["VerifiableCredential", ["x"]]}, "invalid_type", "/type"),
        ({"id": "relative"}, "relative_iri", "/id"),
        ({"id": "//host/path"}, "relative_iri", "/id"),
        ({"id": "?q"}, "relative_iri", "/id"),
        ({"id": ""}, "relative_iri", "/id"),
        ({"id": "https://a.example/b c"}, "invalid_iri", "/id"),
        ({"id": "https://a.example/%zz"}, "invalid_iri", "/id"),
        ({"id": "https://a.example/\u0000"}, "invalid_iri", "/id"),
        ({"id": "https://a.example/>"}, "invalid_iri", "/id"),
        ({"id": "type"}, "relative_iri", "/id"),
        ({"id": ["urn:a:b"]}, "invalid_iri", "/id"),
        ({"id": None}, "invalid_iri", "/id"),
        ({"issuer": "not a url"}, "relative_iri", "/issuer"),
        ({"issuer": None}, "null_value", "/issuer"),
        ({"name": [None]}, "null_value", "/name/0"),
        ({"name": []}, "empty_value", "/name"),
        ({"name": [["x"]]}, "nested_array", "/name/0"),
        ({"proof": []}, "empty_value", "/proof"),
        ({"proof": {}}, "empty_value", "/proof"),
        ({"proof": {"id": "urn:a:b"}}, "empty_value", "/proof"),
        ({"proof": "urn:a:b"}, "invalid_value", "/proof"),
        ({"name": 0.1 + 0.2}, "inexact_number", "/name"),
        ({"@id": "urn:a:b"}, "colliding_keywords", "/id"),
        ({"@type": "VerifiableCredential"}, "colliding_keywords", "/type"),
    ],
)
def test_members(members, code, pointer):
    found = refusal(changed(**members))
    # Of two names for one keyword either may be the one that is pointed at.
    assert found in {(code, pointer), (code, pointer.replace("/", "/@"))}


@pytest.mark.parametrize(
    "keyword",
    [
        "@graph",
        "@reverse",
        "@included",
        "@nest",
        "@list",
        "@set",
        "@index",
        "@value",
        "@json",
        "@none",
        "@language",
        "@direction",
        "@base",
        "@vocab",
        "@version",
        "@import",
        "@foo",
    ],
)
@pytest.mark.parametrize("place", ["", "/credentialSubject", "/issuer"])
@pytest.mark.parametrize("value", [[{"id": "urn:a:b", "name": "x"}], "x", {"name": "y"}])
def test_keywords_that_reshape_a_document(keyword, place, value):
    document = copy.deepcopy(BASE)
    target = document[place[1:]] if place else document
    target[keyword] = value
    code, pointer = refusal(document)
    assert code == "forbidden_keyword"
    assert pointer.startswith(place)


@pytest.mark.parametrize("keyword", ["@graph", "@reverse", "@included", "@nest", "@list", "@index"])
def test_a_keyword_by_another_name(keyword):
    document = with_context({"hidden": keyword}, hidden=[{"id": "urn:a:b"}])
    assert refusal(document) == ("forbidden_keyword", "/hidden")


@pytest.mark.parametrize(
    ("value", "code", "pointer"),
    [
        ({"@value": "x", "url": "y"}, "forbidden_keyword", "/name/url"),
        ({"@value": "x", "@index": "y"}, "forbidden_keyword", "/name/@index"),
        ({"@value": "x", "@id": "urn:a:b"}, "forbidden_keyword", "/name/@id"),
        ({"@value": "x", "id": "urn:a:b"}, "forbidden_keyword", "/name/id"),
        ({"@value": "x", "@context": {}}, "forbidden_keyword", "/name/@context"),
        ({"@value": None}, "null_value", "/name"),
        ({"@value": ["x"]}, "nested_array", "/name"),
        ({"@value": {"a": 1}}, "invalid_value", "/name"),
        ({"@value": "x", "@language": "not a tag"}, "invalid_language", "/name/@language"),
        ({"@value": "x", "@language": None}, "invalid_language", "/name/@language"),
        ({"@value": 1, "@language": "en"}, "invalid_value", "/name"),
        ({"@value": "x", "@language": "en", "@type": "urn:a:b"}, "invalid_value", "/name"),
        ({"@value": "x", "@direction": "up"}, "invalid_value", "/name/@direction"),
        ({"@value": "x", "@type": "unknown"}, "undefined_type", "/name/@type"),
        ({"@value": "x", "@type": "@id"}, "undefined_type", "/name/@type"),
        ({"@value": "x", "@type": None}, "undefined_type", "/name/@type"),
        (
            {"@value": "1.00", "@type": "http://www.w3.org/2001/XMLSchema#double"},
            "inexact_number",
            "/name",
        ),
        ({"@language": "en"}, "forbidden_keyword", "/name/@language"),
    ],
)
def test_value_objects(value, code, pointer):
    assert refusal(changed(name=value)) == (code, pointer)


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ("https://unknown.example/v1", "unknown_context", "/@context/1"),
        ("credentials/v2", "unknown_context", "/@context/1"),
        (7, "invalid_context", "/@context/1"),
        ({"name": "https://x.example/other"}, "protected_term", "/@context/1/name"),
        ({"name": None}, "protected_term", "/@context/1/name"),
        ({"id": "https://x.example/id"}, "protected_term", "/@context/1/id"),
        (None, "protected_term", "/@context/1"),
        ({"@base": "https://x.example/"}, "forbidden_keyword", "/@context/1/@base"),
        ({"@base": None}, "forbidden_keyword", "/@context/1/@base"),
        ({"@direction": "rtl"}, "forbidden_keyword", "/@context/1/@direction"),
        ({"@type": {"@container": "@set"}}, "forbidden_keyword", "/@context/1/@type"),
        ({"@vocab": "relative"}, "invalid_context", "/@context/1/@vocab"),
        ({"@vocab": ""}, "invalid_context", "/@context/1/@vocab"),
        ({"@vocab": "_:b"}, "invalid_context", "/@context/1/@vocab"),
        ({"@language": "not a tag"}, "invalid_language", "/@context/1/@language"),
        ({"@version": 1.0}, "invalid_context", "/@context/1/@version"),
        ({"@protected": "yes"}, "invalid_context", "/@context/1/@protected"),
        ({"@propagate": "no"}, "invalid_context", "/@context/1/@propagate"),
        ({"@import": "https://unknown.example/v1"}, "unknown_context", "/@context/1"),
        ({"x": {"@reverse": "https://x.example/x"}}, "invalid_context", "/@context/1/x"),
        ({"x": {"@id": "https://x.example/x", "@nest": "y"}}, "invalid_context", "/@context/1/x"),
        ({"x": {"@id": "https://x.example/x", "@index": "y"}}, "invalid_context", "/@context/1/x"),
        ({"x": "relative"}, "invalid_context", "/@context/1/x"),
        ({"x": "_:b"}, "invalid_context", "/@context/1/x"),
        ({"x": "@context"}, "invalid_context", "/@context/1/x"),
        ({"x": "@unheard"}, "invalid_context", "/@context/1/x"),
        ({"x": 1}, "invalid_context", "/@context/1/x"),
        ({"": "https://x.example/x"}, "invalid_context", "/@context/1/"),
        ({"x": {"@id": "https://x.example/x", "@type": "y z"}}, "invalid_context", "/@context/1/x"),
        (
            {"x": {"@id": "https://x.example/x", "@container": "@bag"}},
            "invalid_context",
            "/@context/1/x",
        ),
        (
            {"x": {"@id": "https://x.example/x", "@container": ["@list", "@set"]}},
            "invalid_context",
            "/@context/1/x",
        ),
        (
            {"x": {"@id": "https://x.example/x", "@language": "no tag"}},
            "invalid_language",
            "/@context/1/x",
        ),
        ({"x": {"@id": "https://x.example/x", "@context": 5}}, "invalid_context", "/@context/1/x"),
        ({"x": {"@id": "https://x.example/x", "@prefix": 5}}, "invalid_context", "/@context/1/x"),
        ({"x": "y:a", "y": "x:b"}, "invalid_context", "/@context/1/x"),
        (
            {"https://a.example/x": "https://b.example/y"},
            "invalid_context",
            "/@context/1/https:~1~1a.example~1x",
        ),
        ({"x": "https://x.example/" + "x" * 3000}, "invalid_iri", "/@context/1/x"),
    ],
)
def test_contexts(given, code, pointer):
    assert refusal(with_context(given)) == (code, pointer)


def test_more_contexts_than_anybody_needs():
    assert refusal(with_context(*[VC] * 8)) == ("too_many_contexts", "/@context")


def test_containers_that_lose_their_keys():
    for container in ("@index", "@id", "@type"):
        context = {"x": {"@id": "https://x.example/x", "@container": container}}
        document = with_context(context, x={"a": {"name": "b"}})
        assert refusal(document) == ("unsupported_container", "/x")


def test_a_property_that_is_a_blank_node():
    assert refusal(changed(**{"_:p": "x"})) == ("blank_predicate", "/_:p")


def test_a_type_that_renames_the_word_type():
    context = {"T": {"@id": "urn:t:t", "@context": {"kind": "@type"}}}
    assert refusal(with_context(context, type=["VerifiableCredential", "T"])) == (
        "invalid_context",
        "/type",
    )


def test_a_document_that_says_nothing():
    for document in ({}, {"@context": VC}, {"@context": VC, "id": "urn:a:b"}):
        assert refusal(document)[0] == "empty"


@pytest.mark.parametrize("depth", [500, 100_000])
def test_depth_ends_in_a_refusal(depth):
    value = "x"
    for _ in range(depth):
        value = {"name": value}
    assert refusal({"@context": VC, "name": value})[0] == "too_deep"


def test_prefixes_that_lean_on_one_another():
    context = {f"p{n}": f"p{n + 1}:x" for n in range(5000)}
    assert refusal(with_context(context))[0] in {"too_deep", "invalid_iri", "invalid_context"}


def test_language_maps():
    context = {"x": {"@id": "https://x.example/x", "@container": "@language"}}
    assert refusal(with_context(context, x={"@none": "a"})) == ("invalid_language", "/x/@none")
    assert refusal(with_context(context, x={"en": 1})) == ("invalid_value", "/x/en")
    assert refusal(with_context(context, x={"en": None})) == ("invalid_value", "/x/en")
    assert refusal(with_context(context, x={})) == ("empty_value", "/x")


# --- Every member of a real document is signed --------------------------------------------------


def members(value, path=()):
    if isinstance(value, dict):
        for name, item in value.items():
            if name != "@context":
                yield (*path, name)
                yield from members(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from members(item, (*path, index))


def parent(document, path):
    for step in path[:-1]:
        document = document[step]
    return document


def outcome(document):
    try:
        return rdfc(document)
    except Malformed as error:
        return error.code


def says_twice(document, without):
    """Whether what was taken away is still said elsewhere: of a node with the same id."""
    said = len(walk(document)) - len(walk(without))
    return said > 0 and len(walk(document)) - len(to_quads(document)) >= said


@pytest.mark.parametrize("name", NAMES)
def test_nothing_can_be_dropped_renamed_or_added_unnoticed(name):
    document = load(name)
    signed = rdfc(document)
    for path in members(document):
        if path[-1] == "@direction":
            continue  # RDF has no place for it: what the module's docstring says
        without = copy.deepcopy(document)
        value = parent(without, path).pop(path[-1])
        assert outcome(without) != signed or says_twice(document, without), path
        parent(without, path)[f"{path[-1]}X"] = value
        assert outcome(without) != signed, path
        if isinstance(value, dict):
            more = copy.deepcopy(document)
            parent(more, path)[path[-1]]["unheard"] = "x"
            assert outcome(more) != signed, path


@pytest.mark.parametrize("name", NAMES)
def test_every_text_counts(name):
    document = load(name)
    signed = rdfc(document)
    for path in members(document):
        other = copy.deepcopy(document)
        value = parent(other, path)[path[-1]]
        if isinstance(value, str) and path[-1] != "@direction":
            parent(other, path)[path[-1]] = f"{value}x"
            assert outcome(other) != signed, path
        elif isinstance(value, bool | int):
            parent(other, path)[path[-1]] = value + 1
            assert outcome(other) != signed, path


# --- Contexts changed under a signature ---------------------------------------------------------


def test_a_catch_all_vocabulary_changes_what_is_signed():
    document = load("project-micro-credential.json")
    signed = rdfc(document)
    more = copy.deepcopy(document)
    more["@context"].append("https://www.w3.org/ns/credentials/examples/v2")
    more["credentialSubject"]["secretly"] = "added"
    assert rdfc(more) != signed


def test_a_context_taken_away_leaves_no_name_unsigned():
    document = load("project-micro-credential.json")
    for url in document["@context"]:
        less = {**document, "@context": [other for other in document["@context"] if other != url]}
        assert outcome(less) in {"structure.undefined_term", "structure.undefined_type"}


UNTIL = "https://www.w3.org/2018/credentials#validUntil"
DATE = {"@id": UNTIL, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
EXPIRED = changed(validUntil="2026-02-01T00:00:00Z")


@pytest.mark.parametrize(
    ("given", "name", "code"),
    [
        (None, UNTIL, "undefined_term"),
        ({"cred": "https://www.w3.org/2018/credentials#"}, "cred:validUntil", "undefined_term"),
        ({"expiry": DATE}, "expiry", "other_name"),
        ({"Expiry": DATE}, "Expiry", "other_name"),
        ({"cred:validUntil": DATE, "cred": "https://www.w3.org/2018/credentials#"},
         "cred:validUntil", "other_name"),
        ({"@vocab": "https://www.w3.org/2018/credentials#valid"}, "Until", "other_name"),
    ],
)  # fmt: skip
def test_a_statement_cant_hide_behind_another_name(given, name, code):
    """Else the signature of an expired credential would hold, and nobody see that it expired."""
    hidden = {key: value for key, value in EXPIRED.items() if key != "validUntil"}
    if given is not None:
        hidden["@context"] = [VC, given]
    hidden[name] = {"@value": EXPIRED["validUntil"], "@type": DATE["@type"]}
    assert refusal(hidden)[0] == code
    hidden[name] = EXPIRED["validUntil"]
    assert refusal(hidden)[0] == code


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (None, "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"),
        ({"st": "https://www.w3.org/ns/credentials/status#"}, "st:BitstringStatusListEntry"),
        ({"Other": "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"}, "Other"),
    ],
)
def test_a_type_cant_hide_behind_another_name(given, name):
    document = load("vcdm2-credential-status-ok.json")
    if given is not None:
        document["@context"] = [*document["@context"], given]
    document["credentialStatus"]["type"] = name
    assert refusal(document) == ("other_name", "/credentialStatus/type")


def test_a_class_isnt_a_property():
    document = load("project-micro-credential.json")
    achievement = document["credentialSubject"]["achievement"]
    achievement["Criteria"] = achievement.pop("criteria")
    assert refusal(document)[0] == "other_name"


def test_a_value_has_one_form():
    value = {"@value": BASE["validFrom"], "@type": DATE["@type"]}
    assert refusal(changed(validFrom=value)) == ("other_form", "/validFrom")
    assert refusal(changed(name={"@value": "x"})) == ("other_form", "/name")
    assert refusal(changed(name={"@value": 5})) == ("other_form", "/name")
    assert refusal(
        with_context(
            {"x": {"@id": "urn:x:x", "@language": "en"}}, x={"@value": "a", "@language": "EN"}
        )
    ) == ("other_form", "/x")


def test_a_context_of_the_senders_own_is_pointed_out():
    assert inline_context(with_context({"nickname": "https://x.example/n"})) == "/@context/1"
    assert inline_context(BASE) is None
    assert inline_context({"a": [{"@context": {}}]}) == "/a/0/@context"
    assert inline_context({"a": {"@context": [VC]}}) is None


def test_an_array_more_or_less_says_the_same():
    """What RDF can't tell apart isn't a change: one value or an array of it, twice or once."""
    assert rdfc(changed(type="VerifiableCredential")) == rdfc(BASE)
    assert rdfc(changed(issuer=[BASE["issuer"]])) == rdfc(BASE)


def test_contexts_beside_the_pinned_ones():
    url = "https://extra.example/v1"
    extra = {url: {"@context": {"extra": "https://x.example/extra"}}}
    document = with_context(url, extra="x")
    assert any("x.example/extra" in quad[1] for quad in to_quads(document, extra_contexts=extra))
    assert refusal(document) == ("unknown_context", "/@context/1")
