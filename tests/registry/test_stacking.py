"""Sums, levels, overlap, age and what is missing: the arithmetic of small awards."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from registry.pathways.offers import LevelOf, Offer, Size
from registry.pathways.stacking import Held, Ties, stack
from registry.pathways.words import SENTENCES, sentence

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
ALIKE = ("ects", "ekap", "ec")


def size(credits_=None, system="ekap", hours=None):
    return Size(
        None if credits_ is None else Decimal(str(credits_)),
        system,
        None if hours is None else Decimal(str(hours)),
    )


def offer(title, amount=None, *, level="5", framework="ee-estqf", skills=()):
    order = {"4": 4, "5": 5, "6": 6}.get(level)
    return Offer(
        activity=uuid.uuid5(uuid.NAMESPACE_URL, title),
        version=1,
        title={"en": title},
        institution={"en": "College"},
        framework=framework,
        route="mikrokvalifikatsioon",
        state="REGISTERED",
        size=amount or size(6),
        level=LevelOf(framework, level or "", order, order),
        skills=frozenset(skills),
        max_age_months=None,
        min_percent_at_level=None,
    )


WHOLE = offer("Whole", size(18))
A, B, C = (offer(name) for name in "ABC")


def total(*held, whole=WHOLE, parts=(A, B, C), ties=None, **more):
    rows = [row if isinstance(row, Held) else Held(row) for row in held]
    return stack(whole, parts, rows, ties=ties or Ties(), at=AT, **more)


def codes(rows):
    return [row.code for row in rows]


def out(found):
    return {why.code: row.offer.title["en"] for row, why in found.left_out}


def test_credits_of_one_system_are_summed_and_the_rest_is_named():
    found = total(A, B)
    assert found.credits == {"ekap": Decimal(12)}
    assert found.complete is False
    credits_, parts = found.missing
    assert (credits_.code, dict(credits_.params)) == (
        "credits_missing",
        {"amount": "6", "of": "18", "unit": "ekap"},
    )
    assert (parts.code, parts.activities) == ("parts_all", (C.activity,))
    assert total(A, B, C).complete is True


def test_where_there_is_a_choice_nobody_is_told_to_take_all():
    found = total(A, parts=(A, B, C, offer("D")))
    assert codes(found.missing) == ["credits_missing", "parts_choose"]
    assert len(found.missing[1].activities) == 3


def test_credits_are_never_converted_nor_are_hours():
    other = offer("Other", size(10, "ects", 260))
    found = total(A, other, parts=(A, other))
    assert found.credits == {"ekap": Decimal(6), "ects": Decimal(10)}
    assert found.missing[0].params["amount"] == "12"
    assert codes(found.notes) == ["credits_apart"]
    assert (found.hours, found.without_hours) == (Decimal(260), 1)
    assert codes(found.missing) == ["credits_missing", "no_part_left"]


def test_without_credits_hours_are_the_measure():
    whole = offer("Whole", size(None, "hours", 100))
    parts = [offer(name, size(None, "hours", 40)) for name in "XY"]
    found = total(*parts, whole=whole, parts=parts)
    assert codes(found.missing) == ["hours_missing", "no_part_left"]
    assert found.missing[0].params == {"amount": "20", "of": "100", "unit": "hours"}


def test_of_a_whole_without_a_size_nobody_can_say_what_is_missing():
    found = total(A, whole=offer("Whole", size()))
    assert found.complete is None
    assert codes(found.notes) == ["size_unknown"]
    assert codes(found.missing) == ["parts_choose"]


def test_one_activity_counts_once():
    twice = [Held(A, date(2025, 1, 1)), Held(A, date(2026, 1, 1))]
    found = total(*twice)
    assert found.credits == {"ekap": Decimal(6)}
    assert found.counted[0].awarded_on == date(2026, 1, 1)
    assert out(found) == {"counted_once": "A"}


def test_what_superseded_it_counts_in_its_place():
    ties = Ties(older={B.activity: {A.activity}})
    found = total(A, B, ties=ties)
    assert found.credits == {"ekap": Decimal(6)}
    assert [row.offer for row in found.counted] == [B]
    assert out(found) == {"superseded": "A"}
    # The old one is held: nobody is sent to take the new one again.
    assert B.activity not in total(A, ties=ties).missing[1].activities


def test_a_part_of_a_part_is_already_in_it():
    big = offer("Big", size(12))
    found = total(A, big, parts=(A, B, big), ties=Ties(inside={A.activity: {big.activity}}))
    assert found.credits == {"ekap": Decimal(12)}
    assert out(found) == {"contained": "A"}


def test_a_container_that_was_superseded_contains_no_more():
    big, new = offer("Big", size(12)), offer("New", size(12))
    ties = Ties(older={new.activity: {big.activity}}, inside={A.activity: {big.activity}})
    found = total(A, big, new, ties=ties)
    assert {row.offer.title["en"] for row in found.counted} == {"A", "New"}


def test_what_has_ended_does_not_count():
    found = total(Held(A, date(2024, 1, 1), AT - timedelta(seconds=1)), Held(B, None, AT))
    assert out(found) == {"ended": "A"}
    assert found.credits == {"ekap": Decimal(6)}


@pytest.mark.parametrize(("day", "counts"), [(date(2024, 3, 2), True), (date(2024, 3, 1), False)])
def test_the_receiver_caps_the_age(day, counts):
    whole = replace(WHOLE, max_age_months=24)
    found = total(Held(A, day), whole=whole)
    assert bool(found.counted) is counts
    assert out(found) == ({} if counts else {"too_old": "A"})
    # What one would take now has no age.
    assert total(A, whole=whole).counted


def test_the_share_at_its_level_is_held_against_what_it_asks():
    whole = replace(WHOLE, min_percent_at_level=50)
    low, high = offer("Low", size(12), level="4"), offer("High", size(6), level="6")
    found = total(low, high, whole=whole, parts=(low, high))
    assert found.at_level == Decimal(6)
    assert codes(found.missing) == ["level_share_missing", "no_part_left"]
    assert found.missing[0].params == {"amount": "3", "unit": "ekap", "percent": "50"}
    assert total(A, B, C, whole=whole).complete is True


def test_without_a_rule_the_share_is_shown_and_refuses_nothing():
    low = offer("Low", size(18), level="4")
    found = total(low, parts=(low,))
    assert (found.at_level, found.complete) == (Decimal(0), True)


def test_levels_of_two_frameworks_compare_by_eqf_or_not_at_all():
    dutch = offer("Dutch", framework="nl-nlqf", level="6")
    nothing = replace(offer("None"), level=LevelOf("nz-nzqcf", "4", 4, None))
    found = total(dutch, nothing, parts=())
    assert (found.at_level, found.not_comparable) == (Decimal(6), 1)


def test_shared_skills_are_reported_and_nothing_is_taken_off():
    one, two = offer("One", skills={"s1", "s2"}), offer("Two", skills={"s2", "s3"})
    found = total(one, two)
    assert found.credits == {"ekap": Decimal(12)}
    (overlap,) = found.overlaps
    assert (overlap.params["skills"], set(overlap.activities)) == (
        "s2",
        {one.activity, two.activity},
    )


def test_towards_what_is_earned_whole_nothing_counts():
    found = total(A, B, C, divisible=False)
    assert (found.counted, found.complete) == ((), None)
    assert codes(found.notes) == ["indivisible"]
    assert {why.code for _, why in found.left_out} == {"whole_indivisible"}


def test_what_the_whole_requires_is_missing_too():
    first = offer("First")
    found = total(A, B, C, requirements=[first])
    assert (codes(found.missing), found.complete) == (["requirement_missing"], False)


def test_every_statement_has_its_sentence_in_both_languages():
    found = [
        *total(
            Held(A, date(2024, 1, 1), AT - timedelta(1)),
            whole=replace(WHOLE, min_percent_at_level=50),
        ).missing,
        *(
            why
            for _, why in total(
                Held(A, date(2020, 1, 1)), whole=replace(WHOLE, max_age_months=1)
            ).left_out
        ),
        *total(offer("X", skills={"s"}), offer("Y", skills={"s"}, amount=size(1, "ects"))).overlaps,
    ]
    for language in ("en", "fr"):
        with override(language):
            for statement in found:
                assert "%(" not in sentence(statement)
                assert "“" in sentence(statement) or statement.params
    assert {statement.code for statement in found} <= set(SENTENCES)


OFFERS = st.builds(
    lambda n, amount, system, hours, level: offer(
        f"P{n}", size(amount, system, hours), level=level, skills={f"s{n % 3}"}
    ),
    st.integers(0, 6),
    st.none() | st.decimals(0, 60, places=1),
    st.sampled_from(ALIKE),
    st.none() | st.integers(0, 900),
    st.sampled_from(["4", "5", "6", None]),
)
HELD = st.lists(
    st.builds(
        Held,
        OFFERS,
        st.none() | st.dates(date(2019, 1, 1), date(2026, 3, 1)),
        st.none() | st.just(AT - timedelta(days=1)) | st.just(AT + timedelta(days=1)),
    ),
    max_size=8,
)


@given(held=HELD, cap=st.none() | st.integers(1, 60), share=st.none() | st.integers(1, 100))
def test_whatever_is_held_each_thing_counts_once_and_sums_are_sums(held, cap, share):
    whole = replace(WHOLE, max_age_months=cap, min_percent_at_level=share)
    found = stack(whole, [A, B], held, ties=Ties(), at=AT)
    counted = [row.offer.activity for row in found.counted]
    assert len(counted) == len(set(counted))
    assert len(found.counted) + len(found.left_out) == len(held)
    for system in ALIKE:
        amounts = [
            row.offer.size.credits
            for row in found.counted
            if row.offer.size.system == system and row.offer.size.credits is not None
        ]
        assert found.credits.get(system, Decimal(0)) == sum(amounts, Decimal(0))
    assert found.complete == (not found.missing)
    if found.complete:
        assert found.credits["ekap"] >= 18
    for statement in (*found.missing, *found.notes, *found.overlaps):
        assert sentence(statement)


@given(held=HELD)
def test_the_order_in_which_awards_are_given_changes_nothing(held):
    one = stack(WHOLE, [A, B], held, ties=Ties(), at=AT)
    other = stack(WHOLE, [A, B], held[::-1], ties=Ties(), at=AT)
    assert {row.offer.activity for row in one.counted} == {r.offer.activity for r in other.counted}
