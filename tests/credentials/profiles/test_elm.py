"""Our European Learning Model credential keeps the published shapes, in both its forms."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from rdflib import RDF, URIRef

from credentials.errors import Malformed
from credentials.issue import prepare, sign
from credentials.profiles import PROFILES, elm
from credentials.profiles.facts import LevelFacts, QualityAssurance, Workload
from tests.credentials.profiles.elm_check import ELM, graph_of, members, strangers, violations
from tests.credentials.world import AT, FACTS, Issuer

NQF = "http://data.europa.eu/snb/qdr/c_3dddfd70"
PLAIN = {
    "no grade": {"grade": None},
    "no end": {"valid_until": None},
    "no level": {"level": LevelFacts("fr-cncp", "CNCP")},
    "no hours": {"workload": Workload(None, Decimal("7.5"), "ects")},
    "no credits": {"workload": Workload(Decimal("7.5"), None, "none")},
    "in the European list": {"level": LevelFacts("ee-estqf", "EstQF", "6", "EstQF 6", NQF, 6)},
    "an agency with a place": {
        "quality_assurance": (
            QualityAssurance(
                "programme_accreditation",
                "Programme accreditation",
                "http://data.europa.eu/snb/accreditation/e57dddfcf3",
                "HAKA",
                "EE",
                "R-2",
            ),
        )
    },
    "nothing optional": {
        "prerequisites": (),
        "supervision": None,
        "stackable_towards": (),
        "further_information": (),
        "grading_scheme": None,
    },
}


@pytest.mark.parametrize("profile", ["elm-3", "elm-3-vc2"])
@pytest.mark.parametrize("changes", PLAIN.values(), ids=PLAIN)
def test_the_published_shapes_are_kept(profile, changes):
    graph = graph_of(PROFILES[profile](replace(FACTS, **changes)))
    found = violations(graph)
    if profile == "elm-3-vc2":
        # The one form without the schema's type, which no verifier of VC 2.0 knows.
        found = [row for row in found if not row[0].endswith("#credentialSchema")]
    assert found == []
    # Nothing is kept by a graph that holds nothing.
    assert len(list(graph.subjects(RDF.type, ELM.EuropeanDigitalCredential))) == 1
    assert len(list(graph.subjects(RDF.type, ELM.Qualification))) >= 1
    assert len(graph) > 120
    assert strangers(graph) == set()


@pytest.mark.parametrize(
    ("path", "break_it"),
    [
        ("legalName", lambda d: d["issuer"].pop("legalName")),
        ("title", lambda d: d["credentialSubject"]["hasClaim"][0].pop("title")),
        ("hasClaim", lambda d: d["credentialSubject"].pop("hasClaim")),
        ("displayParameter", lambda d: d.pop("displayParameter")),
        ("grade", lambda d: d["credentialSubject"]["hasClaim"][0]["provenBy"][0].pop("grade")),
    ],
)
def test_the_shapes_would_notice(path, break_it):
    document = elm.build(FACTS)
    break_it(document)
    assert any(path.lower() in row[0].lower() for row in violations(graph_of(document)))


def test_the_lists_would_notice():
    known, bases = members()
    assert len(known) > 500
    assert "http://data.europa.eu/snb/eqf/" in bases
    document = elm.build(replace(FACTS, level=LevelFacts("x", "X", "9", "X 9", None, 99)))
    assert strangers(graph_of(document)) == {"http://data.europa.eu/snb/eqf/99"}


def test_dates_stay_on_their_day():
    document = elm.build(FACTS)
    subject = document["credentialSubject"]
    assert subject["dateOfBirth"] == "1988-02-29T00:00:00Z"
    assert document["validFrom"] == "2026-02-27T00:00:00Z"
    assert subject["hasClaim"][0]["awardedBy"]["awardingDate"] == "2026-02-27T00:00:00Z"


def test_hours_are_never_days_and_halves_are_minutes():
    document = elm.build(replace(FACTS, workload=Workload(Decimal("7.5"), None, "none")))
    claim = document["credentialSubject"]["hasClaim"][0]
    assert claim["specifiedBy"]["volumeOfLearning"] == "PT7H30M"


def test_no_eqf_level_is_shown_where_none_is_stated():
    level = LevelFacts("nz-nzqcf", "NZQCF", "4", "NZQCF 4")
    claim = elm.build(replace(FACTS, level=level))["credentialSubject"]["hasClaim"][0]
    assert "eqfLevel" not in claim["specifiedBy"]
    assert "nqfLevel" not in claim["specifiedBy"]
    assert claim["specifiedBy"]["educationLevel"][0]["prefLabel"] == {"en": "NZQCF 4"}


def test_a_body_without_a_place_is_a_note():
    qa = (QualityAssurance("self_declared", "Own procedures", None, "A board", None, "B-1"),)
    specified = elm.build(replace(FACTS, quality_assurance=qa))["credentialSubject"]["hasClaim"][0][
        "specifiedBy"
    ]
    assert "accreditation" not in specified
    notes = [note["noteLiteral"]["en"] for note in specified["additionalNote"]]
    assert "Quality assurance: Own procedures, A board, B-1" in notes


def test_without_a_legal_identifier_the_format_is_refused_with_its_place():
    body = replace(FACTS.awarding_body, registration=None)
    with pytest.raises(Malformed) as caught:
        elm.build(replace(FACTS, awarding_body=body))
    assert (caught.value.code, caught.value.pointer) == (
        "facts.missing",
        "/awardingBody/registration",
    )


def test_every_node_has_an_address_of_its_own_and_is_described_once():
    described, seen = set(), []

    def walk(value):
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            if set(value) - {"id"} and str(value.get("id", "")).startswith("urn:epass"):
                seen.append(value["id"])
                described.add(value["id"])
            for item in value.values():
                walk(item)

    walk(elm.build(FACTS))
    assert len(seen) == len(described) > 20


def test_the_form_on_vc_2_is_signed_and_verified_like_any_other():
    from credentials.verify import Outcome, verify

    issuer = Issuer()
    secured = sign(prepare(FACTS, at=AT, profile="elm-3-vc2"), signer=issuer.signer, at=AT)
    report = verify(secured.raw, sources=issuer.sources, at=AT)
    proofs = [f for f in report.findings if f.check in ("envelope", "structure", "key", "proof")]
    assert {finding.outcome for finding in proofs} == {Outcome.PASSED}
    assert json.loads(secured.raw)["issuer"]["id"] == issuer.did


def test_the_ontology_is_not_asked():
    assert (URIRef(f"{ELM}Agent"), None, None) not in graph_of(elm.build(FACTS))
