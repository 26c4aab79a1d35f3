"""The feed of what became public: in order, in bounded pages, from a cursor that never skips."""

import pytest

from registry.activities.changes import CursorAhead, changes_after, head, latest_changes, titles_of
from registry.common import audit
from registry.common.actors import SYSTEM
from tests.conftest import AT
from tests.registry import in_turn as acts

pytestmark = pytest.mark.django_db


def told(page):
    return [(row.kind, row.version, row.state) for row in page.rows]


def test_each_public_act_says_how_the_activity_stood_after_it(world):
    start, one = head(), acts.register(world)
    acts.revise(world, one, sectors=["ict"])
    acts.suspend(world, one)
    acts.revise(world, one, sectors=["law"])
    acts.resume(world, one)
    acts.end(world, one)
    assert told(changes_after(start)) == [
        ("registered", 1, "REGISTERED"),
        ("new_version", 2, "REGISTERED"),
        ("suspended", 2, "SUSPENDED"),
        # A text that is registered while it is suspended doesn't end the suspension.
        ("new_version", 3, "SUSPENDED"),
        ("resumed", 3, "REGISTERED"),
        ("ended", 3, "ENDED"),
    ]


def test_pages_of_any_size_give_the_same_changes(world):
    rows = [acts.register(world), acts.register(world)]
    for row in rows:
        acts.suspend(world, row)
        acts.resume(world, row)
    everything = changes_after(0, limit=1000)
    assert len(everything.rows) == 6
    assert not everything.more
    for limit in (1, 2, 3, 5, 6):
        cursor, found = 0, []
        while True:
            page = changes_after(cursor, limit=limit)
            assert len(page.rows) <= limit
            found += page.rows
            cursor = page.next
            if not page.more:
                break
        assert tuple(found) == everything.rows
        assert cursor == everything.next


def test_a_full_page_is_followed_by_what_it_left_out(world):
    one = acts.register(world)
    page = changes_after(0, limit=1)
    assert not page.more
    acts.suspend(world, one)
    assert told(changes_after(page.next)) == [("suspended", 1, "SUSPENDED")]


def test_acts_that_are_not_public_are_passed_and_never_shown(world):
    acts.register(world)
    cursor = changes_after(0).next
    audit.record(actor=SYSTEM, act="award.issued", subject=("award", "x"), at=AT)
    audit.record(actor=SYSTEM, act="activity.changed", subject=("activity", "x"), at=AT)
    page = changes_after(cursor)
    assert page.rows == ()
    assert page.next == cursor + 2


def test_a_cursor_of_another_register_is_refused(world):
    for cursor in (head() + 1, -1):
        with pytest.raises(CursorAhead):
            changes_after(cursor)


def test_a_page_asks_the_database_a_few_times_whatever_its_size(
    world, django_assert_max_num_queries
):
    for _ in range(4):
        acts.suspend(world, acts.register(world))
    with django_assert_max_num_queries(4):
        assert len(changes_after(0).rows) == 8


def test_the_newest_come_first_with_the_title_they_are_about(world):
    one = acts.register(world)
    acts.revise(world, one, title={"en": "Another title"})
    rows = latest_changes(10)
    assert [row.version for row in rows] == [2, 1]
    titles = titles_of(rows)
    assert titles[rows[0].cursor] == {"en": "Another title"}
    assert titles[rows[1].cursor]["en"] == "Production data analysis with Python"
