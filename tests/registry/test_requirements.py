"""What an activity requires first is asked for when it is awarded, and only then."""

from datetime import date, timedelta

import pytest

from registry.awards.facts import RecipientData
from registry.awards.models import Award
from registry.awards.requirements import RequirementNotMet
from registry.awards.services import award_credential
from registry.common.actors import SYSTEM
from registry.issuers.services import grant_accreditation
from tests.conftest import AT
from tests.registry.pathways import link, put_through, register, revise

pytestmark = pytest.mark.django_db
MONTHS = {"kind": "expires", "months": 12}


def award(world, activity, email="ada@example.org", at=AT, **changes):
    return award_credential(
        activity=activity,
        recipient=RecipientData("Ada Lovelace", email=email),
        awarded_on=at.date(),
        actor=world.issuer,
        at=at,
        **changes,
    )


def accredit_on(world):
    """The accreditation of the world ends with its year; this is the next one."""
    grant_accreditation(
        institution=world.institution,
        authority=world.authority,
        framework="ee-estqf",
        reference="HAKA-2",
        valid_from=date(2027, 1, 1),
        actor=SYSTEM,
        at=AT,
    )


@pytest.fixture
def first(world):
    return register(world, title="First aid", validity=MONTHS)


@pytest.fixture
def second(world, first):
    return register(world, link("requires", first), title="Second aid")


def test_nobody_gets_the_second_without_the_first(world, first, second):
    with pytest.raises(RequirementNotMet) as caught:
        award(world, second)
    assert caught.value.params["activities"] == str(first.pk)
    assert "“First aid”" in caught.value.message
    assert Award.objects.count() == 0
    award(world, first, email=" Ada@Example.org ")
    assert award(world, second).state == "ISSUED"


def test_anothers_award_is_not_ones_own(world, first, second):
    award(world, first, email="bob@example.org")
    with pytest.raises(RequirementNotMet):
        award(world, second)


def test_without_an_address_nothing_is_found_and_the_message_says_so(world, first, second):
    award(world, first, email="")
    with pytest.raises(RequirementNotMet, match="e-mail address"):
        award(world, second, email="")


def test_what_has_ended_is_no_longer_held(world, first, second):
    award(world, first)
    inside = AT + timedelta(days=200)
    award(world, second, at=inside)
    beyond = AT.replace(year=AT.year + 1, month=AT.month, day=AT.day + 1)
    accredit_on(world)
    with pytest.raises(RequirementNotMet):
        award(world, second, at=beyond, email="ada@example.org", grade="later")


def test_the_last_day_counts_whole(world, first, second):
    award(world, first)
    accredit_on(world)
    last = AT.replace(year=AT.year + 1, hour=23, minute=59, second=59)
    award(world, second, at=last)


def test_a_successor_serves_as_well_and_so_does_its_successor(world, first, second):
    newer = register(world, link("supersedes", first), title="First aid, new")
    newest = register(world, link("supersedes", newer), title="First aid, newest")
    award(world, newest)
    award(world, second)


def test_a_predecessor_does_not_serve(world, first):
    newer = register(world, link("supersedes", first), title="First aid, new")
    second = register(world, link("requires", newer))
    award(world, first)
    with pytest.raises(RequirementNotMet):
        award(world, second)


def test_every_requirement_is_asked_for(world, first):
    rows = [first, register(world, title="Third"), register(world, title="Fourth")]
    second = register(world, *[link("requires", row) for row in rows])
    for row in rows[:2]:
        award(world, row)
    with pytest.raises(RequirementNotMet) as caught:
        award(world, second)
    assert caught.value.params["activities"] == str(rows[2].pk)


def test_an_address_elsewhere_is_shown_and_not_enforced(world):
    second = register(world, link("requires", "https://elsewhere.example/first-aid"))
    award(world, second)


def test_the_links_of_the_version_registered_now_count(world, first, second):
    put_through(world, revise(world, second))
    award(world, second)


def test_a_retry_with_the_same_key_answers_as_before(world, first, second):
    award(world, first)
    one = award(world, second, idempotency_key="k")
    put_through(world, revise(world, second, link("requires", register(world))))
    assert award(world, second, idempotency_key="k").pk == one.pk


def test_asking_costs_few_queries(world, first, second, django_assert_max_num_queries):
    from registry.awards.requirements import require_prior_awards

    award(world, first)
    with django_assert_max_num_queries(3):
        require_prior_awards(second, email="ada@example.org", at=AT)
    with django_assert_max_num_queries(1):
        require_prior_awards(first, email="ada@example.org", at=AT)
