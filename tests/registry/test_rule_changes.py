"""Before rules change: the texts in preparation that would break, for those who may see them."""

from datetime import UTC, date, datetime

import pytest

from registry.activities import selectors as activities
from registry.activities import services
from registry.common.actors import SYSTEM
from registry.common.errors import BadInput
from registry.common.models import AuditEvent
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
BEFORE = datetime(2022, 8, 1, 12, tzinfo=UTC)
LAST_OF_OLD, FIRST_OF_NEW = date(2022, 8, 31), date(2022, 9, 1)


@pytest.fixture
def country():
    return acts.make_country("NZ", "vet_college", "nz-nzqcf")


def text(country, at=BEFORE, *, submit=False):
    payload, route = acts.case("nz-nzqcf", "rules-of-2018-last-day")
    row = country.draft("nz-nzqcf", payload, route, at=at)
    if submit:
        services.submit_activity(activity=row, actor=country.registrar, at=at)
        row.refresh_from_db()
    return row


def look(actor, day=FIRST_OF_NEW, **more):
    asked = {"framework": "nz-nzqcf", "route": "nz-mc-2018", "day": day, "actor": actor}
    return activities.preview_rule_change(**asked | more)


def test_drafts_submitted_and_returned_texts_are_held_against_the_new_rules(country):
    draft, submitted, returned = text(country), text(country, submit=True), text(country)
    services.submit_activity(activity=returned, actor=country.registrar, at=BEFORE)
    acts.decide(country, returned, "RETURN", at=BEFORE)
    registered = text(country, submit=True)
    acts.decide(country, registered, at=BEFORE)
    events = AuditEvent.objects.count()
    found = look(country.reviewer)
    assert (found.route, found.examined, found.after) == ("nz-mc-2022", 3, None)
    assert {one.activity for one in found.broken} == {draft, submitted, returned}
    codes = {violation.code for one in found.broken for violation in one.violations}
    assert codes == {"extra_field_missing"}
    assert look(country.reviewer, LAST_OF_OLD).broken == ()
    assert AuditEvent.objects.count() == events


def test_a_revision_is_held_against_them_and_its_version_in_force_is_not(country):
    row = text(country, submit=True)
    acts.decide(country, row, at=BEFORE)
    assert look(country.reviewer).examined == 0
    services.start_revision(activity=row, actor=country.registrar, at=BEFORE)
    found = look(country.reviewer)
    assert [one.activity for one in found.broken] == [row]
    assert activities.was_registered(row.pk, datetime(2022, 9, 2, tzinfo=UTC))
    assert activities.get_version(row.pk, 1).route_version == "nz-mc-2018-2018-08-22"


def test_where_no_rules_follow_everything_breaks(country):
    row = text(country)
    found = look(country.reviewer, date(2018, 8, 21))
    assert (found.route, [one.activity for one in found.broken]) == (None, [row])
    assert [v.code for v in found.broken[0].violations] == ["route_not_in_force"]


def test_others_see_their_own_texts_and_strangers_none(country, world):
    row = text(country)
    assert [one.activity for one in look(country.registrar).broken] == [row]
    assert look(SYSTEM).examined == 1
    for actor in (world.registrar, world.reviewer, world.learner):
        assert look(actor).examined == 0


def test_it_is_read_in_parts_and_each_text_once(country, django_assert_max_num_queries):
    rows = [text(country).pk for _ in range(5)]
    seen, after = [], None
    while True:
        with django_assert_max_num_queries(6):
            found = look(country.reviewer, after=after, limit=2)
        assert found.examined <= 2
        seen += [one.activity.pk for one in found.broken]
        after = found.after
        if after is None:
            break
    assert seen == sorted(rows)


def test_a_route_that_never_was_is_told(country):
    for wrong in ({"route": "nz-mc-2030"}, {"framework": "xx"}):
        with pytest.raises(BadInput):
            look(country.reviewer, **wrong)


def test_the_rules_of_the_day_are_what_a_check_says(country):
    row = text(country, at=AT.replace(year=2022, month=8, day=31))
    (one,) = look(country.reviewer).broken
    payload = row.payload
    found = services.check(
        country.institution, "nz-nzqcf", "nz-mc-2022", payload, datetime(2022, 9, 1, tzinfo=UTC)
    )
    assert one.violations == tuple(v for v in found if v.severity == "error")
