"""Facets: each count equals what a plain loop over the documents counts."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.catalogue import services
from registry.catalogue.documents import FACETS, bucket, facet_values
from registry.catalogue.wishes import wish_of
from registry.catalogue.words import words
from tests.registry.catalogue_documents import ask, make, search, titles

pytestmark = pytest.mark.django_db

WORDS = ("welding", "data", "law", "care")
SIZES = [None, Decimal("0.5"), Decimal(2), Decimal("4.5"), Decimal(25), Decimal(60), Decimal(400)]
documents = st.builds(
    make,
    title=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    country=st.sampled_from(["EE", "FI", "GB-SCT"]),
    framework=st.sampled_from(["ee-estqf", "nl-nlqf"]),
    national_level=st.sampled_from([None, "5", "4+"]),
    eqf=st.sampled_from([(), (4,), (5, 6)]),
    field=st.sampled_from(["0613", "0611", "0411", "0919"]),
    credits=st.sampled_from(SIZES),
    hours=st.sampled_from(SIZES),
    credit_system=st.sampled_from(["ects", "eap"]),
    mode=st.sampled_from(["online", "onsite"]),
    languages=st.sampled_from([("et",), ("et", "en"), ("en",)]),
    transitions=st.sampled_from([(), ("green",), ("green", "digital")]),
    stackable=st.booleans(),
    provider=st.sampled_from(["house", "hall", "home"]),
    provider_type=st.sampled_from(["vet_college", "public_he"]),
)
values = {
    "country": ["EE", "FI", "GB-SCT", "XX"],
    "level": ["ee-estqf.5", "nl-nlqf.4+", "x"],
    "eqf": ["4", "5", "none"],
    "field": ["06", "061", "0613", "04"],
    "credits": ["ects.2-5", "eap.0-2", "ects.30-"],
    "hours": ["0-10", "400-"],
    "language": ["et", "en"],
    "transition": ["green", "digital"],
    "stackable": ["yes"],
    "provider": ["house", "hall", "nobody"],
}
wishes = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True)
        for name, known in values.items()
    },
)


def fits(document, filters, without=None):
    held = set(facet_values(document))
    return all(
        facet == without or any((facet, value) in held for value in wanted)
        for facet, wanted in filters.items()
    )


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(documents, max_size=14),
    wishes,
    st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
    st.booleans(),
    st.data(),
)
def test_hits_and_counts_equal_a_plain_loop(rows, filters, asked, at_once, data):
    services.rebuild(rows if at_once else [])
    if not at_once:
        for row in rows:
            services.put(row)
    ids = [row.activity_id for row in rows]
    gone = data.draw(st.sets(st.sampled_from(ids), max_size=4)) if rows else set()
    for one in gone:
        services.remove(one)
    kept = [row for row in rows if row.activity_id not in gone]
    with_words = [row for row in kept if set(asked) <= set(words(row.titles["en"]))]
    # Words that nobody has together are looked for in other spellings; that isn't told here.
    if asked and not with_words:
        return
    found = search(wish_of({**filters, "q": [" ".join(asked)]}), size=100, facets=FACETS)
    expected = {row.activity_id for row in with_words if fits(row, filters)}
    assert {hit.activity_id for hit in found.hits} == expected
    assert (found.total, found.unfiltered) == (len(expected), len(with_words))
    for facet in FACETS:
        counts = Counter(
            value
            for row in with_words
            if fits(row, filters, without=facet)
            for name, value in set(facet_values(row))
            if name == facet
        )
        assert found.facets[facet] == counts, facet


def test_within_a_facet_any_value_will_do_and_all_facets_must_fit():
    services.put(make("A", country="EE", mode="online"))
    services.put(make("B", country="FI", mode="online"))
    services.put(make("C", country="FI", mode="onsite"))
    assert titles(country=["EE", "FI"], mode="online") == ["B", "A"]
    found = search(ask(country="FI", mode="online"), facets=("country", "mode"))
    assert found.facets["country"] == {"EE": 1, "FI": 1}
    assert found.facets["mode"] == {"online": 1, "onsite": 1}


def test_a_filter_that_nothing_has_finds_nothing_and_is_named():
    services.put(make("A"))
    found = search(ask(country="XX", provider="nobody"))
    assert found.total == 0
    assert found.unknown == (("country", "XX"), ("provider", "nobody"))
    assert search(ask(country=["XX", "EE"])).total == 1


def test_credits_of_different_systems_and_hours_are_never_mixed():
    services.put(make("A", credits=Decimal(3), credit_system="ects", hours=None))
    services.put(make("B", credits=Decimal(3), credit_system="scqf", hours=Decimal(30)))
    found = search(ask(), facets=("credits", "hours"))
    assert found.facets["credits"] == {"ects.2-5": 1, "scqf.2-5": 1}
    assert found.facets["hours"] == {"25-50": 1}


def test_ranges_are_half_open():
    steps = (2, 5, 10)
    given_ = [Decimal(0), Decimal("1.99"), Decimal(2), Decimal("4.5"), Decimal(5), Decimal(10)]
    assert [bucket(n, steps) for n in given_] == ["0-2", "0-2", "2-5", "2-5", "5-10", "10-"]


def test_a_wish_has_one_address_whatever_the_order_it_is_asked_in():
    one = wish_of(
        {"q": ["  data \0 law "], "country": ["FI", "EE", "EE", ""], "sort": ["relevance"]}
    )
    other = wish_of({"country": ["EE", "FI"], "q": ["data law"], "page": ["3"], "x": ["y"]})
    assert list(one.pairs()) == list(other.pairs())
    assert list(one.pairs()) == [("q", "data law"), ("country", "EE"), ("country", "FI")]


@given(
    st.dictionaries(st.sampled_from([*FACETS, "q", "sort", "x"]), st.lists(st.text(), max_size=4))
)
def test_no_parameters_break_a_wish_and_its_address_is_a_wish_again(parameters):
    wish = wish_of(parameters)
    again = {}
    for name, value in wish.pairs():
        again.setdefault(name, []).append(value)
    assert list(wish_of(again).pairs()) == list(wish.pairs())
