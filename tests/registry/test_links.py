"""Links lead to what is there and never back; what an award needs first is asked for at issue."""

import uuid

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.activities import links, services
from registry.activities.models import ActivityLink
from registry.web.messages import violation_words
from tests.conftest import AT
from tests.registry.pathways import draft, link, put_through, register, revise

pytestmark = pytest.mark.django_db


def found(world, activity):
    rows = services.check(
        activity.institution,
        activity.framework,
        activity.route,
        activity.payload,
        AT,
        activity_id=activity.pk,
    )
    return {(row.code, row.pointer, row.severity) for row in rows if row.code.startswith("link")}


def test_the_rows_are_those_of_the_version_registered_now(world):
    whole, other = register(world, title="Whole"), register(world, title="Other")
    part = register(world, link("component_of", whole), link("requires", "https://x.example/a"))
    rows = ActivityLink.objects.filter(source=part)
    assert {(row.kind, row.target_id, row.address) for row in rows} == {
        ("COMPONENT_OF", whole.pk, ""),
        ("REQUIRES", None, "https://x.example/a"),
    }
    put_through(world, revise(world, part, link("stackable_towards", other)))
    row = ActivityLink.objects.get(source=part)
    assert (row.kind, row.target_id, row.version.number) == ("STACKABLE_TOWARDS", other.pk, 2)


def test_what_it_leads_to_must_be_there(world):
    nowhere = draft(world, link("requires", uuid.uuid4()))
    assert found(world, nowhere) == {("link_target_unknown", "/links/0/activity", "error")}
    with pytest.raises(services.ActivityNotAcceptable):
        services.submit_activity(activity=nowhere, actor=world.registrar, at=AT)


def test_anothers_draft_looks_like_nothing(world):
    theirs = draft(world, institution=world.other, actor=world.stranger)
    mine = draft(world, link("requires", theirs))
    assert found(world, mine) == {("link_target_unknown", "/links/0/activity", "error")}


def test_ones_own_draft_may_be_named_but_is_registered_first(world):
    whole = draft(world, title="Whole")
    part = draft(world, link("component_of", whole))
    assert found(world, part) == {("link_target_not_registered", "/links/0/activity", "warning")}
    services.submit_activity(activity=part, actor=world.registrar, at=AT)
    decide = {"decision": "REGISTER", "reasons": "", "actor": world.reviewer, "at": AT}
    with pytest.raises(links.LinksNotAcceptable) as caught:
        services.decide_review(activity=part, **decide)
    assert [v.code for v in caught.value.violations] == ["link_target_not_registered"]
    part.refresh_from_db()
    assert (part.state, part.versions.count()) == ("SUBMITTED", 0)
    put_through(world, whole)
    services.decide_review(activity=part, **decide)
    assert part.state == "REGISTERED"


def test_the_state_of_what_it_leads_to(world):
    target = register(world)
    kinds = ("component_of", "stackable_towards", "requires", "supersedes")
    rows = {kind: draft(world, link(kind, target)) for kind in kinds}

    def codes():
        return {kind: {(c, s) for c, _, s in found(world, row)} for kind, row in rows.items()}

    assert not any(codes().values())
    services.suspend_activity(activity=target, reasons="x", actor=world.reviewer, at=AT)
    open_later = {("link_target_not_open", "warning")}
    assert codes() == {
        "component_of": open_later,
        "stackable_towards": open_later,
        "requires": open_later,
        "supersedes": set(),
    }
    services.end_activity(activity=target, reasons="x", actor=world.reviewer, at=AT)
    ended = {("link_target_ended", "error")}
    assert codes() == {
        "component_of": ended,
        "stackable_towards": ended,
        "requires": open_later,
        "supersedes": set(),
    }


def test_an_institution_replaces_its_own_only(world):
    theirs = draft(world, institution=world.other, actor=world.stranger)
    services.submit_activity(activity=theirs, actor=world.stranger, at=AT)
    services.decide_review(
        activity=theirs, decision="REGISTER", reasons="", actor=world.reviewer, at=AT
    )
    mine = draft(world, link("supersedes", theirs), link("stackable_towards", theirs))
    assert ("link_supersedes_anothers", "/links/0/activity", "error") in found(world, mine)
    mine = draft(world, link("component_of", theirs))
    assert found(world, mine) == set()


def test_a_whole_that_is_earned_whole_has_no_parts(world):
    frame, route = "fr-cncp", "rs"
    whole = register(world)
    type(whole).objects.filter(pk=whole.pk).update(framework=frame, route=route)
    part = draft(world, link("component_of", whole))
    assert found(world, part) == {("link_whole_indivisible", "/links/0/activity", "error")}


def test_no_link_leads_to_itself_by_any_name(world, settings):
    row = register(world)
    names = [row.pk, f"urn:uuid:{row.pk}", f"{settings.PUBLIC_URL}/activities/{row.pk}/"]
    for name in names:
        again = revise(world, row, link("requires", name))
        assert ("link_to_itself", "/links/0", "error") in found(world, again)


def test_a_link_stated_twice_under_two_names(world, settings):
    row = register(world)
    address = f"{settings.PUBLIC_URL}/activities/{row.pk}"
    part = draft(world, link("component_of", row), link("component_of", address))
    assert found(world, part) == {("link_stated_twice", "/links/1", "error")}


@pytest.mark.parametrize("length", [2, 3, 7])
@pytest.mark.parametrize(
    "kinds", [["requires"], ["supersedes"], ["component_of", "stackable_towards"]]
)
def test_a_circle_of_any_length_is_refused_and_named(world, length, kinds):
    chain = [register(world, title="Course 0")]
    for number in range(1, length):
        kind = kinds[number % len(kinds)]
        chain.append(register(world, link(kind, chain[-1]), title=f"Course {number}"))
    first = revise(world, chain[0], link(kinds[0], "https://x.example/"), link(kinds[0], chain[-1]))
    with pytest.raises(services.ActivityNotAcceptable) as caught:
        services.submit_activity(activity=first, actor=world.registrar, at=AT)
    (violation,) = [v for v in caught.value.violations if v.severity == "error"]
    assert (violation.code, violation.pointer) == ("links_circle", "/links/1")
    path = [first.pk, *[row.pk for row in chain[:0:-1]], first.pk]
    assert violation.params["path"] == " ".join(map(str, path))
    with override("fr"):
        said = violation_words(violation)
    assert (said.language, violation.params["by"] in said.text) == ("fr", True)
    names = " → ".join(f"“Course {n}”" for n in range(length - 1, 0, -1))
    assert violation.message == (f"This closes a circle: this activity → {names} → this activity.")


def test_families_are_apart(world):
    """The whole may require its part: that is no circle."""
    whole = register(world)
    part = register(world, link("component_of", whole))
    put_through(world, revise(world, whole, link("requires", part)))


def test_a_circle_that_came_about_after_submission_is_refused_at_registration(world):
    one = register(world, title="One")
    two = register(world, title="Two")
    for row, other in ((one, two), (two, one)):
        revise(world, row, link("requires", other))
        services.submit_activity(activity=row, actor=world.registrar, at=AT)
    decide = {"decision": "REGISTER", "reasons": "", "actor": world.reviewer, "at": AT}
    services.decide_review(activity=one, **decide)
    with pytest.raises(links.LinksNotAcceptable) as caught:
        services.decide_review(activity=two, **decide)
    assert caught.value.violations[0].code == "links_circle"
    assert ActivityLink.objects.count() == 1


def test_the_check_costs_a_query_a_step(world, django_assert_max_num_queries):
    row = register(world)
    for _ in range(4):
        row = register(world, link("requires", row), *[link("requires", row) for _ in ()])
    last = draft(world, link("requires", row))
    institution = last.institution
    with django_assert_max_num_queries(6):
        links.link_violations(institution, last.payload, activity_id=last.pk)


def test_the_search_for_a_circle_is_bounded(world, monkeypatch):
    row = register(world)
    for _ in range(4):
        row = register(world, link("requires", row))
    monkeypatch.setattr(links, "MAX_VISITED", 3)
    last = draft(world, link("requires", row))
    assert found(world, last) == {("links_too_many", "/links", "error")}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("requires"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "activity", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(payload=st.fixed_dictionaries({"links": ANY}))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_json_may_stand_where_links_stand(world, payload):
    links.link_violations(world.institution, payload, activity_id=uuid.uuid4())


@given(edges=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
def test_what_is_registered_never_holds_a_circle(world, edges):
    """Whatever versions are tried in whatever order, the register stays free of circles."""
    nodes = [register(world, title=f"N{n}") for n in range(5)]
    wanted = {n: set() for n in range(5)}
    for source, target in edges:
        wanted[source].add(target)
        row = revise(world, nodes[source], *[link("requires", nodes[t]) for t in wanted[source]])
        refused = any(
            code in ("links_circle", "link_to_itself") for code, _, _ in found(world, row)
        )
        if refused:
            wanted[source].discard(target)
        else:
            put_through(world, row)
        rows = ActivityLink.objects.filter(source__in=nodes)
        graph = {}
        for a, b in rows.values_list("source_id", "target_id"):
            graph.setdefault(a, set()).add(b)
        assert refused == reaches(closed(graph, nodes, source, target), nodes[source].pk)
        assert not any(reaches(graph, node.pk) for node in nodes)


def closed(graph, nodes, source, target):
    return {**graph, nodes[source].pk: graph.get(nodes[source].pk, set()) | {nodes[target].pk}}


def reaches(graph, start):
    seen, stack = set(), [start]
    while stack:
        for node in graph.get(stack.pop(), ()):
            if node == start:
                return True
            if node not in seen:
                seen.add(node)
                stack.append(node)
    return False
