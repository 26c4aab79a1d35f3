"""The ELM documents keep the LOQ profile, and the check that says so sees something."""

import json
from dataclasses import replace

import pytest
from rdflib import RDF, Graph, Literal, URIRef

from registry.activities.publication import render
from tests.registry.publication import elm_check as check
from tests.registry.publication import world
from tests.registry.publication.elm_check import ELM, SH, SKOS

DC = "http://purl.org/dc/terms/"
# Classes of the profile that nothing in the register speaks of: fees, pictures, contact points,
# groups, entitlements, and the abstract ones above those that are used.
UNUSED = {
    *("Agent", "Amount", "ContactPoint", "GradingScheme", "Grant", "Group", "Mailbox"),
    *("LearningEntitlementSpecification", "MediaObject", "Phone", "PriceDetail"),
    *("QualificationReference", "Specification", "PeriodOfTime", "Geometry"),
}


def document(it, space="elm"):
    return json.loads(render(it, "elm", space))


def graph(it, space="elm"):
    return check.graph_of(document(it, space))


def local(uri):
    return str(uri).replace("#", "/").rsplit("/", 1)[-1]


@pytest.mark.parametrize("name", [*world.ALL, "full"])
def test_every_activity_of_the_demo_conforms(name):
    triples = graph(world.full() if name == "full" else world.published(name))
    assert check.violations(triples) == []
    assert check.strangers(triples) == set()
    # Nothing escapes: each class is looked at, and there is one opportunity to look at.
    assert check.classes(triples) <= check.targets()
    assert len(list(triples.subjects(RDF.type, ELM.LearningOpportunity))) == 1
    assert len(triples) > 140


@pytest.mark.parametrize("path", world.CASES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_valid_case_of_a_framework_conforms(path):
    triples = graph(world.of_case(path))
    assert check.violations(triples) == []
    assert check.strangers(triples) == set()


def test_every_shape_had_something_to_look_at():
    seen = check.classes(graph(world.full()))
    for name in world.ALL:
        seen |= check.classes(graph(world.published(name)))
    assert {local(uri) for uri in check.targets() - seen} == UNUSED


def _required():
    """Each class with each property that its shape asks for at least once."""
    shapes = check.shapes()
    for shape, target in shapes.subject_objects(SH.targetClass):
        for prop in shapes.objects(shape, SH.property):
            if shapes.value(prop, SH.minCount) is not None:
                yield target, shapes.value(prop, SH.path)


@pytest.mark.parametrize("name", ["full", "mc-fr-002"])
def test_leaving_out_anything_required_is_seen(name):
    whole = graph(world.full() if name == "full" else world.published(name))
    tried = 0
    for target, path in set(_required()):
        for node in set(whole.subjects(RDF.type, target)):
            if (node, path, None) not in whole:
                continue
            tried += 1
            less = Graph()
            for triple in whole:
                if triple[:2] != (node, path):
                    less.add(triple)
            assert (str(path), str(node)) in check.violations(less), (target, path)
            break
    assert tried >= 20


BROKEN = {
    "two titles in one language": lambda g, top: g.add(
        (top, URIRef(f"{DC}title"), Literal("Another", lang="hr"))
    ),
    "a property the class doesn't have": lambda g, top: g.add((top, ELM.EQFLevel, top)),
    "a page that isn't on the web": lambda g, top: _swap(
        g, ELM.contentUrl, Literal("mailto:a@b.example", datatype=_XSD + "anyURI")
    ),
    "a level of another list": lambda g, top: _swap_scheme(g, "eqf", "http://x.example/levels"),
    "a field of another list": lambda g, top: _swap_scheme(g, "isced-f", "http://x.example/f"),
    "a text without its language": lambda g, top: _swap(g, ELM.noteLiteral, Literal("text")),
    "a duration that is a word": lambda g, top: _swap(g, ELM.volumeOfLearning, Literal("long")),
}
_XSD = URIRef("http://www.w3.org/2001/XMLSchema#")


def _swap(triples, path, value):
    subject, old = next(triples.subject_objects(path))
    triples.remove((subject, path, old))
    triples.add((subject, path, value))


def _swap_scheme(triples, name, scheme):
    for node, old in list(triples.subject_objects(SKOS.inScheme)):
        if str(node).startswith(f"http://data.europa.eu/snb/{name}/"):
            triples.remove((node, SKOS.inScheme, old))
            triples.add((node, SKOS.inScheme, URIRef(scheme)))


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_document_fails(fault):
    triples = graph(world.full())
    top = next(triples.subjects(RDF.type, ELM.LearningOpportunity))
    BROKEN[fault](triples, top)
    assert check.violations(triples) != []


def test_what_the_shapes_pass_is_seen_by_the_lists():
    broken = document(world.full())
    broken["learningAchievementSpecification"]["eqfLevel"]["id"] = (
        "http://data.europa.eu/snb/eqf/99"
    )
    triples = check.graph_of(broken)
    assert check.violations(triples) == []
    assert check.strangers(triples) == {"http://data.europa.eu/snb/eqf/99"}


def test_a_term_that_no_context_defines_is_not_dropped_silently():
    broken = document(world.full()) | {"thatIsNoTerm": "x"}
    with pytest.raises(AssertionError, match="undefined terms"):
        check.graph_of(broken)


@pytest.mark.parametrize("name", ["mc-nz-001", "mc-au-001", "mc-fr-001", "mc-gr-002"])
def test_no_eqf_level_is_written_where_none_exists(name):
    triples = graph(world.published(name))
    assert "snb/eqf" not in triples.serialize(format="nt")
    assert (None, RDF.type, ELM.Qualification) not in triples


def test_of_two_possible_eqf_levels_the_stated_one_is_written():
    def levels(**level):
        it = world.published("mc-si-001", level={"national": "9", **level})
        found = graph(it).objects(None, ELM.EQFLevel)
        return {local(uri) for uri in found}, it.eqf

    assert levels(eqf=[8]) == ({"8"}, (8,))
    assert levels(eqf=None) == (set(), ())


def test_a_national_level_outside_the_european_list_makes_no_qualification():
    spec = document(world.published("mc-fr-002"))["learningAchievementSpecification"]
    assert spec["type"] == "LearningAchievementSpecification"
    assert [row["id"] for row in spec["educationLevel"]] == [
        "https://registry.example/frameworks/fr-cncp/#level-5",
        "http://data.europa.eu/snb/eqf/5",
    ]


def test_the_address_space_of_the_field_is_chosen_at_output():
    it = world.published("mc-ee-001")
    spec = document(it, "esco")["learningAchievementSpecification"]
    assert spec["thematicArea"]["id"] == "http://data.europa.eu/esco/isced-f/0613"
    # The profile knows the other space alone; that is the only thing it minds.
    broken = {path for path, _ in check.violations(graph(it, "esco"))}
    assert broken == {str(ELM.ISCEDFCode), str(SKOS.inScheme)}


def test_dates_stay_dates_and_durations_are_hours():
    whole = document(world.full())
    assert whole["applicationDeadline"][:10] == "2027-05-31"
    assert whole["learningAchievementSpecification"]["volumeOfLearning"] == "PT187H30M"
    grant = whole["providedBy"][0]["accreditation"][0]
    assert (grant["dateIssued"][:10], grant["expiryDate"][:10]) == ("2024-01-01", "2030-01-01")


def test_credits_of_another_system_are_never_ects():
    def framework(name):
        spec = document(world.published(name))["learningAchievementSpecification"]
        return spec["creditPoint"]["framework"]["id"], spec["creditPoint"]["point"]

    assert framework("mc-ie-001") == ("http://data.europa.eu/snb/education-credit/6fcec5c5af", "5")
    assert framework("mc-sct-001") == (
        "https://registry.example/frameworks/gb-sct-scqf/#credits-scqf",
        "6",
    )


def test_all_languages_of_the_title_are_there():
    assert set(document(world.published("mc-ee-001"))["title"]) == {"et", "en", "fr"}


def test_a_body_of_which_only_the_name_is_known_is_no_organisation():
    whole = document(world.full())
    assert [row["id"] for row in whole["providedBy"]] == [
        "https://registry.example/institutions/jadran/"
    ]


def test_a_version_has_its_own_address_and_its_outcomes_keep_theirs():
    it = world.published("mc-ee-001", number=2)
    for one in (it, replace(it, of_version=True)):
        outcome = document(one)["learningAchievementSpecification"]["learningOutcome"][0]
        assert outcome["id"] == f"{it.url}/versions/2#LO1"
    assert document(it)["id"] == it.url
    assert document(replace(it, of_version=True))["id"] == f"{it.url}/versions/2"


def test_what_nobody_else_vouches_for_stands_beside_no_accreditation():
    it = world.full()
    word = {**it.payload["quality_assurance"], "kind": "self_declared"}
    alone = replace(it, payload={**it.payload, "quality_assurance": word})
    assert "accreditation" in document(it)["providedBy"][0]
    assert "accreditation" not in document(alone)["providedBy"][0]
