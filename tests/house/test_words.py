"""Every code has a sentence, every text its French, every value a place in both."""

from contextlib import suppress
from datetime import date
from itertools import product

import polib
import pytest
from django.utils.translation import override

from credentials.verify import CHECKS
from credentials.verify.opening import CODES
from registry.activities.lifecycle import Revision, State
from registry.activities.models import Activity
from registry.activities.services.moves import stands
from registry.common.errors import BadInput, DomainError, StateConflict
from registry.web import messages
from registry.web.messages.refusals import REFUSALS
from registry.web.messages.violations import VIOLATIONS
from schemas.frameworks import UnknownRoute, frameworks
from schemas.rules import Body, Draft, preview
from schemas.validation import Violation
from tests.conftest import ROOT
from tests.house import words
from tests.house.codes import Codes
from tests.house.domain import domain_errors
from tests.house.test_codes import finding_codes, violation_codes
from tests.registry.test_imports import example, plan, sheet_of
from tests.schemas.world import check, files, load


def test_every_text_has_its_french_and_no_french_is_left_over():
    catalogue = polib.pofile(str(words.PO))
    assert [e.msgid for e in catalogue if not e.translated() or "fuzzy" in e.flags] == []
    assert {words.key(entry) for entry in catalogue} == set(words.all_texts())
    compiled = polib.mofile(str(words.PO.with_suffix(".mo")))
    known = {words.key(e): e.msgstr for e in catalogue}
    assert {words.key(e): e.msgstr for e in compiled} == known


def test_a_text_and_its_french_have_the_same_values():
    for entry in polib.pofile(str(words.PO)):
        wanted = words.values(entry.msgid_plural or entry.msgid)
        assert words.values(entry.msgid) <= wanted
        *singular, last = entry.msgstr_plural.values() or [entry.msgstr]
        assert words.values(last) == wanted, entry.msgid
        # "One of these" needs no number.
        assert all(words.values(text) <= wanted for text in singular), entry.msgid


def test_every_finding_has_a_sentence():
    general = {code for code in finding_codes() if code.endswith(".not_run")}
    assert finding_codes() - general == set(messages.FINDINGS)
    assert {*CHECKS, *CODES, "presentation"} == set(messages.CHECKS)


def test_every_violation_has_a_sentence():
    assert violation_codes() == set(VIOLATIONS)


def test_every_refusal_has_a_sentence():
    assert {error.code for error in domain_errors()} == set(REFUSALS)


def found_in_cases():
    """Every violation that the frameworks' cases give, and those of worked values."""
    for path in [*files("invalid"), *files("valid")]:
        with suppress(UnknownRoute):
            yield from check(path.parts[-3], load(path))
    body = Body("any", can_award=True, country="EE", slug="a")
    for frame in frameworks():
        for level in frame.levels:
            # A level that stands for two EQF levels, none of them named.
            draft = {"a": Draft({"level": {"national": level.code}}, body)}
            for route, day in product(frame.routes, (date(1990, 1, 1), date(2026, 3, 2))):
                found = preview(draft, framework=frame.code, route=route.code, day=day)
                yield from found.get("a", ())


def test_sentences_find_their_values_in_every_violation_of_the_cases():
    met = set()
    with override("fr"):
        for violation in found_in_cases():
            said = messages.violation_words(violation)
            assert said.language == "fr", violation
            assert "%(" not in said.text
            met.add(violation.code)
    named = {code: words.values(str(text)) for code, text in VIOLATIONS.items()}
    # What a JSON Schema says always carries what it expected.
    of_rules = set(Codes(ROOT, ["schemas/rules"], {"Violation": 0}).found)
    unmet = {code for code in of_rules if named[code] - {"expected"}} - met
    assert unmet == set(), "give each a case, or its values can't be trusted"


@pytest.mark.parametrize("code", sorted(VIOLATIONS))
def test_a_violation_without_the_values_is_shown_in_its_own_words(code):
    bare = Violation(code, "", "In English.", params={})
    with override("fr"):
        said = messages.violation_words(bare)
    if words.values(str(VIOLATIONS[code])):
        assert said == ("In English.", "en")
    else:
        assert said.language == "fr"
        assert said.text != "In English."


def test_a_rule_that_nobody_verified_says_so_in_french():
    unverified = Violation("hours_missing", "", "Hours.", "warning", params={"unverified": "yes"})
    with override("fr"):
        assert "n’est pas vérifiée" in messages.violation_words(unverified).text
    unknown = Violation("made_up", "", "Made up.")
    with override("fr"):
        assert messages.violation_words(unknown) == ("Made up.", "en")


def test_a_refusal_is_said_with_its_values_in_french():
    refused = StateConflict(
        "The activity is %(state)s; this can't be done now.", params={"state": "draft"}
    )
    assert str(refused) == refused.message == "The activity is draft; this can't be done now."
    with override("en"):
        assert messages.refusal_words(refused) == (refused.message, "")
    with override("fr"):
        said, detail = messages.refusal_words(refused)
    assert said == "L’activité est à l’état de brouillon\u00a0; ce n’est pas possible maintenant."
    assert detail == ""


def test_a_refusal_that_is_not_in_the_catalogue_says_what_its_code_means_and_itself():
    with override("fr"):
        said, detail = messages.refusal_words(BadInput("Something new is wrong."))
    assert said == "Une valeur donnée n’est pas utilisable."
    assert detail == "Something new is wrong."


@pytest.mark.parametrize("text", ["100 %", "%(unknown)s is missing", "%(", "%(a)d", "%"])
def test_a_message_that_is_no_template_stands_as_it_is(text):
    assert DomainError(text, params={"a": "b"}).message == text


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("revision", Revision)
def test_wherever_an_activity_stands_it_is_said_in_french(state, revision):
    where = stands(Activity(state=state, revision=revision))
    refused = StateConflict(
        "The activity is %(state)s; there is nothing to decide.", params={"state": where}
    )
    with override("fr"):
        said = messages.refusal_words(refused).text
    in_force = state in {State.REGISTERED, State.SUSPENDED}
    if in_force or revision == Revision.NONE:
        assert where not in said


@pytest.mark.django_db
def test_faults_of_a_table_are_said_in_french_with_their_values(world):
    names = [*example(), "title.en", "titel.en"]
    lines = sheet_of(example("One"), example("One"), header=names).decode().rstrip("\r\n")
    found = plan(world, (lines + ",x,y,surplus\r\n").encode()).problems
    wanted = {"column_unknown", "column_twice", "cell_without_column", "row_twice"}
    assert wanted <= {problem.violation.code for problem in found}
    with override("fr"):
        for problem in found:
            said = messages.violation_words(problem.violation)
            assert (said.language, "%(" in said.text) == ("fr", False), problem
