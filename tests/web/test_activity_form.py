"""The form of an activity as people use it: nothing is lost, each finding stands at its field."""

import copy
import json
from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.activities import services
from registry.activities.models import Activity
from registry.common.models import AuditEvent
from registry.web import form_words
from registry.web.activity_form import page, read
from schemas.forms import blank, form_for, words
from schemas.forms.helps import helps
from schemas.forms.values import MAX_ROWS
from schemas.frameworks import framework, frameworks
from tests.conftest import AT, activity_row
from tests.schemas.test_forms import DEMO, JSON, ROUTES, demo, form_of_case
from tests.schemas.world import files, name
from tests.web.forms import Page, sent

pytestmark = pytest.mark.django_db
WAY = {"framework": "ee-estqf", "route": "mikrokvalifikatsioon"}


def make_draft(world, payload=None, **way):
    if payload is None:
        payload, _row = activity_row("mc-ee-001")
    return services.create_draft(
        institution=world.institution,
        payload=payload,
        actor=world.registrar,
        at=AT,
        **(WAY | way),
    )


@pytest.fixture
def registrar(world, client):
    assert client.login(email="registrar@example.org", password="pw-of-tests")
    return client


def opened(client, row, query=""):
    answer = client.get(f"/desk/activities/{row.pk}/{query}")
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return Page(answer.content.decode())


def post(client, row, seen, act, changes=None):
    body = sent(seen.form("activity-form"), changes, act)
    return client.post(f"/desk/activities/{row.pk}/", body)


def rendered(form, payload):
    """The fields of the form's page, without a database."""
    from django.template.loader import render_to_string

    row = Activity(framework=form.framework.code, route=form.route.code, payload={})
    context = {"form": page(form, payload, ()), "activity": row, "may_write": True, "seen": ""}
    return Page(render_to_string("web/desk/_form.html", context)).form("activity-form")


def as_query(body):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    for key, values in body.items():
        query.setlist(key, values)
    return query


@pytest.mark.parametrize("path", files("valid"), ids=name)
def test_a_valid_case_comes_back_from_its_page_as_it_was(path):
    form, payload = form_of_case(path)
    before = copy.deepcopy(payload)
    again = read(form, payload, as_query(sent(rendered(form, payload))))
    assert json.dumps(again, sort_keys=True) == json.dumps(before, sort_keys=True)


@pytest.mark.parametrize("code", DEMO)
def test_an_activity_of_the_demo_comes_back_from_its_page_as_it_was(code):
    form, payload = demo(code)
    again = read(form, payload, as_query(sent(rendered(form, payload))))
    assert json.dumps(again, sort_keys=True) == json.dumps(payload, sort_keys=True)


MEMBERS = ["title", "workload", "level", "assessment", "learning_outcomes", "links", "dates", "x"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(ROUTES),
    st.sampled_from(DEMO),
    st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=4),
)
def test_whatever_a_draft_holds_comes_back_from_its_page_as_it_was(route, code, members):
    form, (payload, _row) = form_for(*route), activity_row(code)
    payload |= members
    again = read(form, payload, as_query(sent(rendered(form, payload))))
    assert json.dumps(again, sort_keys=True) == json.dumps(payload, sort_keys=True)


def test_saving_what_wasnt_changed_changes_nothing(world, registrar):
    row = make_draft(world)
    before = row.payload
    answer = post(registrar, row, opened(registrar, row), "save")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.payload == before


def test_a_new_activity_from_the_choice_of_its_way_to_its_submission(world, registrar):
    ways = registrar.get("/desk/activities/new").content.decode()
    assert "From 5 to 30 EAP." in ways
    assert ways.index("Mikrokvalifikatsioon") < ways.index("Micro-degree")
    made = registrar.post(
        "/desk/activities/new", {"route": "ee-estqf/mikrokvalifikatsioon", "language": "et"}
    )
    row = Activity.objects.get()
    assert made["Location"] == f"/desk/activities/{row.pk}/"
    seen = opened(registrar, row)
    typed = {
        "/title/et": "Andmeanalüüs",
        "/purpose/et": "Kõigile",
        "/learning_outcomes/0/dimension": "skills",
        "/learning_outcomes/0/text/et": "Koostab aruande",
        "/level/national": "5",
        "/workload/hours": "130",
        "/workload/credits": "5",
        "/workload/credit_system": "eap",
        "/isced_f": "0613",
        "/languages_of_instruction": ["et", ""],
        "/participation": "blended",
        "/assessment": ["", "written_examination", "project_work"],
        "/quality_assurance/kind": "study_programme_right",
        "/quality_assurance/text": "Õppekavarühma õigus",
        "/extra/study_programme_group": "Informaatika",
        "/extra/ehis_programme_id": "123456",
        "/extra/instruction_language": "et",
        "/stackability/integration": "stand_alone",
        "/validity/kind": "unlimited",
    }
    answer = post(registrar, row, seen, "submit", typed)
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()
    assert row.state == "SUBMITTED"
    assert row.payload["title"] == {"et": "Andmeanalüüs"}
    assert row.payload["level"] == {"national": "5", "eqf": [5]}
    assert row.payload["learning_outcomes"][0]["code"] == "LO1"
    assert row.payload["workload"]["credits"] == 5
    overview = registrar.get(answer["Location"]).content.decode()
    assert "Take it back to the desk" in overview


def test_what_is_wrong_is_kept_and_told_at_its_field(world, registrar):
    row = make_draft(world)
    seen = opened(registrar, row)
    wrong = {"/workload/hours": "about 130", "/title/en": "", "/learning_outcomes/1/text/en": ""}
    answer = post(registrar, row, seen, "submit", wrong)
    assert answer.status_code == 400
    row.refresh_from_db()
    assert row.state == "DRAFT"
    assert row.payload["workload"]["hours"] == "about 130"
    html = answer.content.decode()
    again = Page(html)
    hours = next(at for at in again.ids.values() if at.get("name") == "/workload/hours")
    assert hours["value"] == "about 130"
    assert hours["aria-invalid"] == "true"
    assert hours["aria-describedby"].split()[-1] in again.ids
    assert f"#{hours['id']}" in again.links
    assert "Write a number such as 2.5" in html
    summary = [link[1:] for link in again.links if link.startswith("#f")]
    assert summary
    assert set(summary) <= set(again.ids)


def test_a_draft_begins_with_things_to_do_and_none_of_them_is_an_error(world, registrar):
    row = make_draft(world, blank(form_for(framework("ee-estqf"), ROUTES[5][1]), "et"))
    html = registrar.get(f"/desk/activities/{row.pk}/").content.decode()
    assert "said-todo" in html
    assert "said-wrong" not in html
    assert "things still to do" in html


def test_every_message_has_a_place_on_the_page(world, registrar):
    payload, _row = activity_row("mc-ee-001")
    payload |= {"unheard": {"of": 1}, "title": "just a text", "links": [{"type": "x"}]}
    row = make_draft(world, payload)
    found = services.check_text(row, timezone.now())
    html = registrar.get(f"/desk/activities/{row.pk}/").content.decode()
    assert html.count("unheard") >= 1
    assert "just a text" in html
    assert len(found) >= 3
    answer = post(registrar, row, opened(registrar, row), "save")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.payload == payload
    gone = post(registrar, row, opened(registrar, row), "remove:/unheard")
    assert gone.status_code == 302
    row.refresh_from_db()
    assert row.payload == {name: value for name, value in payload.items() if name != "unheard"}


def test_rows_come_and_go_and_keep_what_was_typed(world, registrar):
    row = make_draft(world)
    count = len(row.payload["learning_outcomes"])
    seen = opened(registrar, row)
    more = post(registrar, row, seen, "add:/learning_outcomes", {"/title/en": "Another title"})
    assert "add=/learning_outcomes" in more["Location"]
    row.refresh_from_db()
    assert row.payload["title"]["en"] == "Another title"
    assert len(row.payload["learning_outcomes"]) == count
    seen = opened(registrar, row, "?add=/learning_outcomes")
    place = f"/learning_outcomes/{count}"
    assert more["Location"].partition("#")[2] in seen.ids
    typed = {f"{place}/text/en": "Plan a week", f"{place}/dimension": "skills"}
    post(registrar, row, seen, "save", typed)
    row.refresh_from_db()
    assert row.payload["learning_outcomes"][count]["text"] == {"en": "Plan a week"}
    post(
        registrar, row, opened(registrar, row), "remove:/learning_outcomes/0", {"/isced_f": "0915"}
    )
    row.refresh_from_db()
    assert len(row.payload["learning_outcomes"]) == count
    assert row.payload["isced_f"] == "0915"
    assert count < MAX_ROWS


def test_a_language_comes_and_goes(world, registrar):
    row = make_draft(world)
    seen = opened(registrar, row)
    answer = post(registrar, row, seen, "language", {"add-language": "ga"})
    assert answer["Location"].endswith("#naming")
    seen = opened(registrar, row)
    names = {name for name, _value in seen.form("activity-form")["fields"]}
    assert {"/title/ga", "/purpose/ga", "/learning_outcomes/0/text/ga"} <= names
    post(registrar, row, seen, "save", {"/purpose/ga": "Do chách"})
    row.refresh_from_db()
    assert row.payload["title"]["ga"] == ""
    assert row.payload["purpose"]["ga"] == "Do chách"
    post(registrar, row, opened(registrar, row), "drop-language:ga")
    row.refresh_from_db()
    assert "ga" not in row.payload["title"]
    assert "ga" not in row.payload["purpose"]


def test_what_somebody_else_saved_meanwhile_isnt_written_over(world, registrar):
    row = make_draft(world)
    seen = opened(registrar, row)
    theirs = {**row.payload, "prerequisites": ["Theirs"]}
    services.update_draft(activity=row, payload=theirs, actor=world.registrar, at=AT)
    answer = post(registrar, row, seen, "save", {"/prerequisites": "Mine"})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.payload["prerequisites"] == ["Theirs"]
    html = answer.content.decode()
    assert "<del>Theirs</del>" in html
    assert "<ins>Mine</ins>" in html
    answer = post(registrar, row, Page(html), "save")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.payload["prerequisites"] == ["Mine"]


def test_a_text_that_cant_be_stored_is_shown_again(world, registrar):
    row = make_draft(world)
    seen = opened(registrar, row)
    answer = post(registrar, row, seen, "save", {"/platform": "a\0b", "/title/en": "Typed"})
    assert answer.status_code == 400
    assert 'value="Typed"' in answer.content.decode()
    row.refresh_from_db()
    assert row.payload["title"]["en"] != "Typed"


def test_the_french_specific_register_has_no_level_but_the_reason(world, registrar):
    form = form_for(framework("fr-cncp"), framework("fr-cncp").route("rs", date(2026, 1, 1)))
    row = make_draft(world, blank(form, "fr"), framework="fr-cncp", route="rs")
    html = registrar.get(f"/desk/activities/{row.pk}/").content.decode()
    assert "/level/national" not in html
    assert "carries no level" in html
    assert "decret" in html.lower() or "Décret" in html
    stated = row.payload | {"level": {"national": "5", "eqf": [5]}}
    row = services.update_draft(activity=row, payload=stated, actor=world.registrar, at=AT)
    seen = opened(registrar, row)
    post(registrar, row, seen, "save", {"/level/national": "", "/level/eqf": ""})
    row.refresh_from_db()
    assert not row.payload["level"]["national"]
    assert not row.payload["level"]["eqf"]


def test_markup_that_was_typed_is_text_on_every_page(world, registrar):
    payload, _row = activity_row("mc-ee-001")
    evil = '</textarea><script>alert("x")</script>'
    payload |= {"title": {"en": evil}, "purpose": {"en": evil}, "unheard": evil}
    payload["quality_assurance"]["text"] = evil
    row = make_draft(world, payload)
    for page_ in ("", "preview", "data"):
        html = registrar.get(f"/desk/activities/{row.pk}/{page_}").content.decode()
        assert "<script>alert" not in html
        assert "</textarea><script" not in html
    assert "<script>alert" not in registrar.get("/desk/").content.decode()


@pytest.mark.parametrize(
    "member", ["title", "level", "workload", "learning_outcomes", "assessment"]
)
@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [1], {"en": 1}, [[]], {"a": {"b": []}}])
def test_no_page_fails_on_a_draft_that_holds_nonsense(world, registrar, member, value):
    payload, _row = activity_row("mc-ee-001")
    row = make_draft(world, payload | {member: value})
    for page_ in ("", "preview", "data"):
        assert registrar.get(f"/desk/activities/{row.pk}/{page_}").status_code == 200
    assert registrar.get("/desk/").status_code == 200
    answer = post(registrar, row, opened(registrar, row), "save")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.payload[member] == value


def test_a_revision_is_shown_beside_the_version_in_force(world, registered, registrar):
    made = registrar.post(f"/desk/activities/{registered.pk}/act", {"act": "revise"})
    assert made.status_code == 302
    seen = opened(registrar, registered)
    post(registrar, registered, seen, "save", {"/workload/contact_hours": "47"})
    html = registrar.get(f"/desk/activities/{registered.pk}/changes").content.decode()
    assert "Contact hours" in html
    assert "<ins>47</ins>" in html
    registered.refresh_from_db()
    assert registered.state == "REGISTERED"
    assert registered.current.payload != registered.payload
    given_up = registrar.post(f"/desk/activities/{registered.pk}/act", {"act": "give-up"})
    assert given_up.status_code == 302
    registered.refresh_from_db()
    assert registered.payload == registered.current.payload


def test_a_registration_is_ended_and_a_submission_taken_back(world, registered, registrar):
    ended = registrar.post(f"/desk/activities/{registered.pk}/act", {"act": "end"})
    assert ended.status_code == 302
    registered.refresh_from_db()
    assert registered.state == "ENDED"
    row = make_draft(world)
    services.submit_activity(activity=row, actor=world.registrar, at=AT)
    registrar.post(f"/desk/activities/{row.pk}/act", {"act": "withdraw"})
    row.refresh_from_db()
    assert row.state == "DRAFT"
    assert registrar.post(f"/desk/activities/{row.pk}/act", {"act": "x"}).status_code == 400


def test_a_returned_text_says_why(world, registrar):
    row = make_draft(world)
    services.submit_activity(activity=row, actor=world.registrar, at=AT)
    services.decide_review(
        activity=row, decision="RETURN", reasons="Say more.", actor=world.reviewer, at=AT
    )
    for address in ("/desk/", f"/desk/activities/{row.pk}/"):
        assert "Say more." in registrar.get(address).content.decode()


@pytest.mark.parametrize("who", ["stranger", "learner"])
def test_others_find_nothing_there(world, client, who):
    row = make_draft(world)
    client.login(email=f"{who}@example.org", password="pw-of-tests")
    for page_ in ("", "preview", "data", "changes"):
        assert client.get(f"/desk/activities/{row.pk}/{page_}").status_code == 404
    assert client.post(f"/desk/activities/{row.pk}/act", {"act": "end"}).status_code == 404
    answer = client.post(f"/desk/activities/{row.pk}/", {"act": "save", "/title/en": "Mine"})
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.payload["title"]["en"] != "Mine"


def test_an_issuer_reads_and_doesnt_write(world, client):
    row = make_draft(world)
    client.login(email="issuer@example.org", password="pw-of-tests")
    html = client.get(f"/desk/activities/{row.pk}/").content.decode()
    assert 'value="submit"' not in html
    answer = client.post(f"/desk/activities/{row.pk}/", {"act": "save", "/title/en": "Mine"})
    assert answer.status_code == 400
    assert AuditEvent.objects.filter(act="activity.changed").count() == 0


def test_pages_ask_a_bounded_number_of_questions(world, registrar, django_assert_max_num_queries):
    row = make_draft(world)
    with django_assert_max_num_queries(9):
        registrar.get(f"/desk/activities/{row.pk}/")
    with django_assert_max_num_queries(20):
        registrar.get("/desk/")
    for _number in range(25):
        make_draft(world)
    with django_assert_max_num_queries(20):
        registrar.get("/desk/")
    with django_assert_max_num_queries(12):
        registrar.get("/desk/lists/drafts?page=1")
    with django_assert_max_num_queries(8):
        registrar.get("/desk/activities/new")


def test_every_word_of_the_form_is_known_to_the_translators():
    marked = {str(text) for text in form_words.MARKED}
    used = {title for _code, title, _names in words.SECTIONS} | set(words.LABELS.values())
    for frame in frameworks():
        for route in frame.routes:
            form = form_for(frame, route)
            for one in form.every_field():
                used |= {help_.text for help_ in one.help if not help_.own_words}
                if not one.national:
                    used.add(one.label)
            for rows in helps(frame, route).values():
                used |= {help_.text for help_ in rows if not help_.own_words}
    assert used <= marked
    with override("fr"):
        assert page(form_for(*ROUTES[0]), {}, ()).sections
