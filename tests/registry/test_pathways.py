"""An activity among its links, and a learner on the way through them."""

from datetime import timedelta

import pytest

from registry.activities import services
from registry.common.errors import BadInput, NotFound
from registry.pathways import graph, selectors
from registry.pathways.selectors import get_pathway
from tests.conftest import AT
from tests.registry.pathways import draft, link, put_through, register, revise
from tests.registry.test_requirements import award

pytestmark = pytest.mark.django_db
EKAP = {"hours": 156, "credits": 6, "credit_system": "ekap", "contact_hours": 48}
LATER = AT + timedelta(days=1)


def sized(credits_):
    return {"hours": credits_ * 26, "credits": credits_, "credit_system": "ekap"}


@pytest.fixture
def whole(world):
    return register(world, title="Whole", workload=sized(18))


@pytest.fixture
def parts(world, whole):
    kinds = ("component_of", "component_of", "stackable_towards")
    return [
        register(world, link(kind, whole), title=t) for kind, t in zip(kinds, "ABC", strict=True)
    ]


def names(steps):
    return [step.offer.title["en"] if step.offer else step.address for step in steps]


def mine(world, activity, **more):
    return get_pathway(activity.pk, at=LATER, learner=world.learner, **more)


def test_links_are_followed_both_ways(world, whole, parts):
    degree = register(world, title="Degree")
    put_through(world, revise(world, whole, link("stackable_towards", degree)))
    basics = register(world, title="Basics")
    first = register(world, link("requires", basics), title="First")
    old = register(world, title="Old")
    older_link = link("supersedes", old)
    put_through(
        world,
        revise(
            world,
            parts[0],
            link("component_of", whole),
            link("requires", first),
            link("requires", "https://x.example/r"),
            older_link,
        ),
    )
    found = get_pathway(parts[0].pk, at=LATER)
    assert [(step.depth, step.offer.title["en"]) for step in found.part_of] == [
        (1, "Whole"),
        (2, "Degree"),
    ]
    assert sorted(names(found.requires)) == ["Basics", "First", "https://x.example/r"]
    assert names(found.supersedes) == ["Old"]
    assert names(get_pathway(old.pk, at=LATER).superseded_by) == ["A"]
    assert sorted(names(get_pathway(whole.pk, at=LATER).parts)) == ["A", "B", "C"]
    assert names(get_pathway(degree.pk, at=LATER).parts) == ["Whole"]


def test_what_was_never_registered_has_no_pathway(world):
    with pytest.raises(NotFound):
        get_pathway(draft(world).pk, at=AT)


def test_a_draft_of_a_new_version_changes_nothing_yet(world, whole, parts):
    revise(world, parts[0])
    assert len(get_pathway(whole.pk, at=LATER).parts) == 3


def test_all_parts_together(world, whole, parts):
    found = get_pathway(whole.pk, at=LATER)
    assert (found.all_parts.credits, found.all_parts.complete) == ({"ekap": 18}, True)
    assert (found.mine, found.taken) == (None, None)


def test_what_the_learner_holds_counts_and_the_rest_is_missing(world, whole, parts):
    award(world, parts[0], email=world.learner.email)
    award(world, parts[1], email="bob@example.org")
    found = mine(world, whole)
    assert names_counted(found.mine) == ["A"]
    assert [s.code for s in found.mine.missing] == ["credits_missing", "parts_all"]
    assert set(found.mine.missing[1].activities) == {parts[1].pk, parts[2].pk}


def names_counted(stack):
    return [row.offer.title["en"] for row in stack.counted]


def test_parts_may_be_taken_in_thought(world, whole, parts):
    award(world, parts[0], email=world.learner.email)
    found = mine(world, whole, take=[parts[1].pk])
    assert found.taken.credits == {"ekap": 12}
    assert found.mine.credits == {"ekap": 6}
    alone = get_pathway(whole.pk, at=LATER, take=[parts[1].pk, parts[1].pk])
    assert alone.taken.credits == {"ekap": 6}


def test_only_what_is_an_open_part_can_be_taken(world, whole, parts):
    with pytest.raises(BadInput):
        get_pathway(whole.pk, at=LATER, take=[whole.pk])
    services.suspend_activity(activity=parts[0], reasons="x", actor=world.reviewer, at=AT)
    with pytest.raises(BadInput):
        get_pathway(whole.pk, at=LATER, take=[parts[0].pk])
    with pytest.raises(BadInput):
        get_pathway(whole.pk, at=LATER, take=[parts[1].pk] * 51)


def test_an_award_counts_by_the_links_of_the_version_it_was_earned_against(world, whole, parts):
    award(world, parts[0], email=world.learner.email)
    put_through(world, revise(world, parts[0]), at=AT)
    found = mine(world, whole)
    assert sorted(names(found.parts)) == ["B", "C"]
    assert names_counted(found.mine) == ["A"]


def test_an_award_has_the_size_of_its_version(world, whole, parts):
    award(world, parts[0], email=world.learner.email)
    row = revise(world, parts[0], link("component_of", whole))
    payload = row.payload | {"workload": sized(10)}
    services.update_draft(activity=row, payload=payload, actor=world.registrar, at=AT)
    row.refresh_from_db()
    put_through(world, row)
    found = mine(world, whole)
    assert (found.mine.credits, found.all_parts.credits) == ({"ekap": 6}, {"ekap": 22})


def test_ties_between_parts_are_seen(world, whole, parts):
    newer = register(world, link("component_of", whole), link("supersedes", parts[0]), title="A2")
    inner = register(world, link("component_of", whole), link("component_of", parts[1]), title="I")
    for row in (parts[0], newer, parts[1], inner):
        award(world, row, email=world.learner.email)
    found = mine(world, whole)
    assert sorted(names_counted(found.mine)) == ["A2", "B"]
    assert {why.code for _, why in found.mine.left_out} == {"superseded", "contained"}


def test_what_the_whole_requires_is_part_of_what_is_missing(world, parts, whole):
    first = register(world, title="First")
    put_through(world, revise(world, whole, link("requires", first)))
    for row in parts:
        award(world, row, email=world.learner.email)
    found = mine(world, whole)
    assert [s.code for s in found.mine.missing] == ["requirement_missing"]
    award(world, first, email=world.learner.email)
    assert mine(world, whole).mine.complete is True


def test_an_activity_by_itself_has_nothing_to_add_up(world, registered):
    found = get_pathway(registered.pk, at=LATER)
    assert found.is_empty
    assert found.all_parts is None


def test_queries_do_not_grow_with_the_parts(world, whole, parts, django_assert_max_num_queries):
    for row in parts:
        award(world, row, email=world.learner.email)
    few = 12
    with django_assert_max_num_queries(few):
        mine(world, whole, take=[parts[0].pk])
    for number in range(12):
        register(world, link("component_of", whole), title=f"P{number}")
    with django_assert_max_num_queries(few):
        mine(world, whole, take=[parts[0].pk])


def test_reads_are_bounded(world, whole, parts, monkeypatch):
    monkeypatch.setattr(selectors, "MAX_PARTS", 2)
    found = get_pathway(whole.pk, at=LATER)
    assert (len(found.parts), found.more_parts) == (2, True)
    row = register(world)
    for _ in range(4):
        row = register(world, link("requires", row))
    monkeypatch.setattr(graph, "MAX_DEPTH", 2)
    assert max(step.depth for step in get_pathway(row.pk, at=LATER).requires) == 2
    monkeypatch.setattr(graph, "MAX_EDGES", 1)
    assert len(get_pathway(row.pk, at=LATER).requires) == 1
