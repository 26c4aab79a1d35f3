"""The table of ``docs/formats.md`` is what happens when a fact changes, and values come back."""

import json
from datetime import date, datetime

import pytest

from credentials.encoding import multibase_encode
from credentials.profiles.open_badges import moment
from schemas import vocabularies
from tests.conftest import ROOT
from tests.credentials.profiles.every_field import FORMATS, FULL, OTHER, TEXTS, names, places, table

TEXT = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
# What a format says in another way than by the value itself.
SAID = {
    "awarding_body.country": ("LV", "LVA"),
    "quality_assurance.agency_country": ("LV", "LVA"),
    "quality_assurance.kind": ("programme",),
    "workload.credit_system": ("ects", "ECTS", "6fcec5c5af"),
    "workload.hours": ("200", "PT200H"),
    "outcomes.dimension": ("knowledge",),
    "languages_of_instruction": ("et", "EST"),
    "language": ("et", "EST", "Andmekaitse", "Kalda kool", "Koostab kava"),
    "stackability": ("component", "True"),
    "learner.email": ("sha256$",),
    "isced_f": ("0612", "Database"),
    "status": ("98765",),
}
CODES = {
    "assessment_types": "assessment-type",
    "participation": "participation",
    "setting": "setting",
    "supervision": "supervision",
}


def forms(name):
    """How the changed value may be written."""
    plain = name.split(" (")[0]
    if plain in TEXTS:
        return ("Something else",)
    value = OTHER[plain]
    if plain in SAID:
        return SAID[plain]
    if plain in CODES:
        code = value[0] if isinstance(value, tuple) else value
        term = vocabularies.term(CODES[plain], code)
        return (term.uri, *term.label.values())
    if isinstance(value, datetime):
        return (moment(value), str(int(value.timestamp())))
    if isinstance(value, date):
        return (value.isoformat(),)
    if isinstance(value, bytes):
        return (multibase_encode(value, base="u"),)
    if isinstance(value, tuple):
        first = value[0]
        return first if isinstance(first, tuple) else (str(first),)
    return (str(value),)


def test_the_table_is_what_happens():
    assert table() in TEXT, "python -m tests.credentials.profiles.every_field prints it"


def test_every_fact_stands_in_it_once():
    assert len(names()) == len(set(names())) == len(OTHER) + 2 * len(TEXTS)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", names())
def test_what_goes_in_comes_back(name, form):
    found = places(name, FORMATS[form])
    values = [text for row in found.values() for text in _texts(row)]
    if found and name != "id":
        assert any(said in text for said in forms(name) for text in values), values
    if not found:
        whole = json.dumps(FORMATS[form](FULL), ensure_ascii=False)
        kept = [text for text in _own_words(name) if text in whole]
        assert kept == [], "the table calls it lost, and it stands there"


def _texts(value):
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return [str(value)]


def _own_words(name):
    """A text that stands nowhere else in the facts, for those that have one."""
    words = {
        "title (other languages)": "Andmekaitse",
        "description (other languages)": "Kohustused",
        "awarding_body.legal_name (other languages)": "Kalda kool",
        "outcomes.text (other languages)": "Koostab kava",
        "learner.full_name": FULL.learner.full_name,
        "learner.given_name": FULL.learner.given_name,
        "learner.family_name": FULL.learner.family_name,
        "learner.date_of_birth": "1988-02-29",
        "learner.email": FULL.learner.email,
        "learner.id": FULL.learner.id,
        "awarding_body.region": "EE001",
        "awarding_body.registration": "10001",
        "awarding_body.did": FULL.awarding_body.did,
        "level.national_uri": FULL.level.national_uri,
    }
    return [words[name]] if name in words else []
