"""The authority's desk: who may come in, what its pages say, and what its forms do."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from registry.activities import selectors as activities
from registry.activities import services
from registry.common.actors import SYSTEM
from registry.issuers import selectors as issuers
from registry.issuers import services as issuer_services
from registry.web.deadline_words import due
from registry.web.place_words import place_words
from registry.web.review_desk import PAGE
from schemas import frameworks
from schemas.forms import form_for
from tests.conftest import AT, activity_row
from tests.registry import acts

pytestmark = pytest.mark.django_db
POLISH = "reviewer@pl.example"


@pytest.fixture
def poland():
    return acts.make_country("PL", "awarding_body", "pl-pqf")


@pytest.fixture
def to(client):
    """Sign somebody in."""

    def sign_in(email):
        client.logout()
        assert client.login(email=email, password="pw-of-tests")
        return client

    return sign_in


@pytest.fixture
def officer(world, to):
    return to("reviewer@example.org")


def text_of(answer):
    """What stands on a page, without its markup."""
    page = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def polish(poland, *, days_ago, **changes):
    """An application that came in some days ago; the law gives four months."""
    payload, row = activity_row("mc-pl-001")
    at = timezone.now() - timedelta(days=days_ago)
    made = poland.draft("pl-pqf", payload | changes, row["route"], at=at)
    services.submit_activity(activity=made, actor=poland.registrar, at=at)
    made.refresh_from_db()
    return made


def seen(row):
    return services.text_digest(row)


# Who may come in


@pytest.fixture
def places(world, poland):
    """One thing of each kind in the first authority's hands."""
    registered, waiting = acts.registered(world), acts.submitted(world)
    acts.award(world, registered)
    return {
        "registered": registered.pk,
        "waiting": waiting.pk,
        "accreditation": held(world).pk,
    }


OWN, ANY = 200, 200
# Path; by method; what another authority gets.
PAGES = [
    ("/review/", "get", ANY),
    ("/review/{waiting}/", "get", 404),
    ("/review/{waiting}/", "post", 404),
    ("/review/{waiting}/extend", "post", 404),
    ("/review/activities/", "get", ANY),
    ("/review/activities/{registered}/", "get", 404),
    ("/review/activities/{registered}/", "post", 404),
    ("/review/institutions/", "get", ANY),
    ("/review/institutions/kalda/", "get", ANY),
    ("/review/institutions/kalda/", "post", 403),
    ("/review/institutions/kalda/accredit", "get", ANY),
    ("/review/institutions/kalda/accredit", "post", 400),
    ("/review/accreditations/", "get", ANY),
    ("/review/accreditations/{accreditation}/", "get", ANY),
    ("/review/accreditations/{accreditation}/change", "get", 403),
    ("/review/accreditations/{accreditation}/change", "post", 403),
    ("/review/accreditations/{accreditation}/withdraw", "post", 403),
    ("/review/ahead/", "get", ANY),
    ("/review/ahead/ee-estqf/mikrokraad/2026-12-01/", "get", 403),
]
FORM = {"act": "suspend", "suspend-reasons": "Why", "decision": "RETURN", "reasons": "Why"}
FORM |= {"more-time": "Why", "framework": "ee-estqf", "reference": "HAKA-7"}
FORM |= {"withdraw-reasons": "Why"}


def days_from_now(count):
    return (timezone.now().date() + timedelta(days=count)).isoformat()


def held(world):
    """An accreditation without an end."""
    return issuer_services.grant_accreditation(
        institution=world.other,
        authority=world.authority,
        framework="ee-estqf",
        levels=["5"],
        fields=["06"],
        reference="HAKA-1",
        valid_from=date(2026, 1, 1),
        actor=world.reviewer,
        at=AT,
    )


def test_every_address_of_the_desk_has_its_row():
    from registry.web.urls import urlpatterns

    known = {re.sub(r"\{\w+\}|kalda", "*", path).strip("/") for path, _method, _other in PAGES}
    known = {path.replace("ee-estqf/mikrokraad/2026-12-01", "*/*/*") for path in known}
    there = {
        re.sub(r"<[^>]+>", "*", str(one.pattern)).strip("/")
        for one in urlpatterns
        if str(one.pattern).startswith("review/")
    }
    assert there == known


@pytest.mark.parametrize(("path", "method", "other"), PAGES)
def test_only_the_authority_comes_in(places, to, client, path, method, other):
    address = path.format(**places)
    form = FORM | {"first_day": days_from_now(1), "from_day": days_from_now(2)}
    anonymous = getattr(client, method)(address, form)
    assert anonymous.status_code == 302
    assert "/accounts/login/" in anonymous["Location"]
    for email in ("registrar@example.org", "learner@example.org", "stranger@example.org"):
        answer = getattr(to(email), method)(address, form)
        assert answer.status_code == 403, email
        assert "This desk is for the reviewers of an authority." in text_of(answer)
    assert getattr(to(POLISH), method)(address, form).status_code == other
    before = {row.pk: row.state for row in activities.list_overseen(SYSTEM)}
    own = getattr(to("reviewer@example.org"), method)(address, form)
    # Estonia's law names no time that could be made longer: the officer may, and is told.
    told = 409 if path.endswith("extend") else 200 if method == "get" else 302
    assert own.status_code == told, text_of(own)
    assert before == {row.pk: row.state for row in activities.list_overseen(SYSTEM)} or (
        method == "post"
    )


def test_the_menu_leads_there_and_only_officers_have_it(world, to, client):
    assert 'href="/review/"' not in client.get("/").content.decode()
    assert 'href="/review/"' not in to("registrar@example.org").get("/").content.decode()
    page = to("reviewer@example.org").get("/").content.decode()
    assert 'href="/review/"' in page
    desk = client.get("/review/").content.decode()
    for address in ("activities", "institutions", "accreditations", "ahead"):
        assert f'href="/review/{address}/"' in desk


# The queue


def test_an_empty_queue_says_so(officer):
    assert "Nothing waits. New applications appear here" in text_of(officer.get("/review/"))


def test_the_queue_tells_the_law_s_last_day_in_words(poland, to):
    over = polish(poland, days_ago=130, title={"en": "Long overdue"})
    near = polish(poland, days_ago=115, title={"en": "Nearly due"})
    polish(poland, days_ago=1, title={"en": "Just in"})
    client = to(POLISH)
    page = text_of(client.get("/review/"))
    assert "3 applications wait" in page
    assert page.index("Long overdue") < page.index("Nearly due") < page.index("Just in")
    today = timezone.now().date()
    assert f"Overdue by {(today - over.due_on).days} day" in page
    left = (near.due_on - today).days
    assert f"{left} day{'s' if left != 1 else ''} left" in page
    assert "All (3)" in page
    only = text_of(client.get("/review/?urgency=overdue"))
    assert "Long overdue" in only
    assert "Nearly due" not in only
    assert "Nearly due" in text_of(client.get("/review/?urgency=soon"))
    assert "Nothing of this kind waits" in text_of(client.get("/review/?framework=ee-estqf"))
    assert client.get("/review/?urgency=nonsense&page=99&framework=%00").status_code == 200


def test_a_framework_without_a_legal_time_says_so(officer, world):
    acts.submitted(world)
    assert "Last day by law none known" in text_of(officer.get("/review/"))


def test_the_time_is_extended_once_with_a_reason(poland, to):
    row, client = polish(poland, days_ago=100), to(POLISH)
    before, address = row.due_on, f"/review/{row.pk}/"
    assert "Extend it by 4 months" in text_of(client.get(address))
    bad = client.post(f"{address}extend", {"more-time": " "})
    assert bad.status_code == 400
    assert "Say why more time is needed." in text_of(bad)
    assert client.post(f"{address}extend", {"more-time": "An expert is ill"}).status_code == 302
    row.refresh_from_db()
    assert row.due_on > before + timedelta(days=100)
    page = client.get(address)
    assert "time was extended" in text_of(page)
    assert "Extend it by" not in text_of(page)
    assert "time was extended" in text_of(client.get("/review/"))
    again = client.post(f"{address}extend", {"more-time": "More"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (-2, "overdue", "Overdue by 2 days"),
        (-1, "overdue", "Overdue by 1 day"),
        (0, "soon", "Today is the last day"),
        (1, "soon", "1 day left"),
        (14, "soon", "14 days left"),
        (15, "later", "15 days left"),
    ],
)
def test_each_distance_has_its_words(days, tone, words):
    today = date(2026, 2, 27)
    found = due(today + timedelta(days=days), today)
    assert (found.tone, found.words) == (tone, words)


def test_a_long_queue_has_pages_that_keep_what_was_asked(poland, to):
    for number in range(PAGE + 1):
        polish(poland, days_ago=1, title={"en": f"Course {number}"})
    client = to(POLISH)
    page = client.get("/review/?framework=pl-pqf").content.decode()
    following = re.search(r'href="(\?[^"]*page=2)"', page)[1].replace("&amp;", "&")
    assert "framework=pl-pqf" in following
    assert "Page 2 of 2" in text_of(client.get(f"/review/{following}"))


# One application


def test_a_new_version_is_told_by_what_it_changes(officer, world):
    row = acts.registered(world)
    workload = row.payload["workload"]
    hours = workload["contact_hours"]
    acts.revised(world, row, at=AT, workload=workload | {"contact_hours": hours + 1})
    page = text_of(officer.get(f"/review/{row.pk}/"))
    assert "What is new since version 1" in page
    assert "What is new (1)" in page
    assert f"Contact hours from {hours} to {hours + 1}" in page
    assert "version 1 stays in force until you decide" in page


def test_a_text_that_comes_back_is_told_by_what_changed_since(officer, world):
    row = acts.submitted(world)
    acts.decide(world, row, "RETURN", reasons="Say who it is for.")
    payload, later = row.payload | {"purpose": {"en": "For beekeepers"}}, AT + timedelta(hours=1)
    services.update_draft(activity=row, payload=payload, actor=world.registrar, at=later)
    services.submit_activity(activity=row, actor=world.registrar, at=later)
    page = text_of(officer.get(f"/review/{row.pk}/"))
    assert "What changed since it was returned on 2026-03-02" in page
    assert "Say who it is for." in page
    assert "to For beekeepers" in page


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/title/et", "Title, Estonian"),
        ("/learning_outcomes/2/text/et", "Outcome 3, What the learner can do, Estonian"),
        ("/assessment/0", "Types of assessment 1"),
        ("/workload/hours", "Workload, Hours in all"),
        ("/extra/ehis_programme_id", "National fields, EHIS programme identifier"),
        ("/nothing/known", "/nothing/known"),
        ("/workload/nothing", "/workload/nothing"),
        ("", ""),
    ],
)
def test_a_place_is_called_as_its_form_calls_it(pointer, words):
    frame = frameworks.framework("ee-estqf")
    form = form_for(frame, frame.route("mikrokvalifikatsioon", date(2026, 3, 2)))
    assert place_words(pointer, form) == words
    assert place_words(pointer, None) == pointer


def test_whether_the_institution_could_award_it_is_said(officer, world):
    # Kalda is accredited for level 5 and field 06, until the end of 2026.
    inside = acts.submitted(world)
    held_for = issuers.list_accreditations(world.institution).get()
    outside = acts.submitted(world, isced_f="0412")
    issuer_services.grant_accreditation(
        institution=world.institution,
        authority=world.authority,
        framework="ee-estqf",
        levels=["5"],
        fields=["06", "05"],
        reference="HAKA-8",
        valid_from=held_for.valid_from,
        actor=world.reviewer,
        at=AT,
    )
    page = text_of(officer.get(f"/review/{inside.pk}/"))
    assert "The institution is accredited to award it: HAKA-" in page
    page = text_of(officer.get(f"/review/{outside.pk}/"))
    assert "The field lies outside what the institution is accredited for." in page
    assert "It could be registered, but the institution couldn’t award it." in page


def test_likely_duplicates_are_named(officer, world):
    acts.registered(world, title={"en": "Beekeeping for town gardens"})
    row = acts.submitted(world, title={"en": "Beekeeping for town gardens"})
    page = text_of(officer.get(f"/review/{row.pk}/"))
    assert "Likely duplicates (1)" in page
    assert "Beekeeping for town gardens Kalda College · EstQF Title alike 100%" in page
    assert "Outcomes alike 100%" in page
    french = officer.get(f"/review/{row.pk}/", HTTP_ACCEPT_LANGUAGE="fr")
    assert "Titre semblable 100\u00a0%" in french.content.decode().replace("</dt><dd>", " ")


def test_what_is_like_nothing_says_so_and_a_version_isn_t_its_own_duplicate(officer, world):
    row = acts.registered(world)
    acts.revised(world, row, at=AT, purpose={"en": "For beekeepers"})
    page = text_of(officer.get(f"/review/{row.pk}/"))
    assert "Nothing registered is much like it." in page


def test_register(officer, world):
    row = acts.submitted(world)
    form = {"decision": "REGISTER", "reasons": "Sound", "seen": seen(row)}
    answer = officer.post(f"/review/{row.pk}/", form, follow=True)
    assert "Registered. It is public now." in text_of(answer)
    assert acts.fresh(row).state == "REGISTERED"
    made = activities.last_review(row)
    assert (made.reasons, made.reviewer_name) == ("Sound", "reviewer")


def test_returning_needs_reasons_and_says_so_at_the_field(officer, world):
    row = acts.submitted(world)
    bad = officer.post(f"/review/{row.pk}/", {"decision": "RETURN", "reasons": "  "})
    assert bad.status_code == 400
    page = bad.content.decode()
    assert 'aria-describedby="reasons-help reasons-problem"' in page
    assert '<a href="#reasons">Say why it is returned and what to change.</a>' in page
    assert acts.fresh(row).state == "SUBMITTED"
    form = {"decision": "RETURN", "reasons": "Say who it is for."}
    assert officer.post(f"/review/{row.pk}/", form).status_code == 302
    assert acts.fresh(row).state == "RETURNED"


@pytest.mark.parametrize("decision", ["", "REFUSE", "register"])
def test_another_decision_is_none(officer, world, decision):
    row = acts.submitted(world)
    answer = officer.post(f"/review/{row.pk}/", {"decision": decision, "reasons": "x"})
    assert answer.status_code == 400
    assert "Choose to register it or to return it." in text_of(answer)


def test_of_two_officers_one_wins_and_the_other_is_told(officer, world):
    row = acts.submitted(world)
    read = seen(row)
    acts.decide(world, row, "RETURN", at=timezone.now(), reasons="The hours don't fit.")
    form = {"decision": "REGISTER", "reasons": "Looks good to me", "seen": read}
    answer = officer.post(f"/review/{row.pk}/", form)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Somebody else was faster: reviewer decided on" in page
    assert "It was returned. Reasons: The hours don&#x27;t fit." in page
    assert "What you wrote wasn’t entered: Looks good to me" in page
    assert acts.fresh(row).state == "RETURNED"


def test_a_text_that_changed_meanwhile_is_not_decided_on(officer, world):
    row = acts.submitted(world)
    read = seen(row)
    services.withdraw_submission(activity=row, actor=world.registrar, at=AT)
    payload = row.payload | {"title": {"en": "Another title"}}
    services.update_draft(activity=row, payload=payload, actor=world.registrar, at=AT)
    services.submit_activity(activity=row, actor=world.registrar, at=AT)
    form = {"decision": "REGISTER", "reasons": "My reasons", "seen": read}
    answer = officer.post(f"/review/{row.pk}/", form)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The text was changed since you read it. Nothing was decided." in page
    assert "Another title" in page
    assert ">My reasons</textarea>" in page
    fresh = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert fresh == seen(acts.fresh(row)) != read
    assert officer.post(f"/review/{row.pk}/", form | {"seen": fresh}).status_code == 302


def test_each_reserved_word_is_cleared_under_the_officer_s_name(to):
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, source = activity_row("mc-nz-001")
    title = {"en": "National diploma of bees"}
    row = country.draft("nz-nzqcf", payload | {"title": title}, source["route"])
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    client = to("reviewer@nz.example")
    address, form = f"/review/{row.pk}/", {"decision": "REGISTER", "seen": seen(row)}
    page = text_of(client.get(address))
    assert "Why may the reserved word “national” stand in the title?" in page
    assert "under your name: reviewer" in page
    words = {"clearance-national": "The park's name", "clearance-diploma": " "}
    bad = client.post(address, form | words)
    assert bad.status_code == 400
    assert '<a href="#clearance-diploma">Say why “diploma” may stand' in bad.content.decode()
    assert "The park&#x27;s name</textarea>" in bad.content.decode()
    # A form without the fields, as an old page or a program sends it.
    assert client.post(address, form).status_code == 400
    words["clearance-diploma"] = "As of old"
    assert client.post(address, form | words).status_code == 302
    row.refresh_from_db()
    found = {c.word: (c.reason, c.reviewer_name) for c in row.current.clearances.all()}
    assert found["diploma"] == ("As of old", "reviewer")
    assert found["national"] == ("The park's name", "reviewer")


def test_warnings_stand_with_their_place_and_source(to):
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, source = activity_row("mc-nz-001")
    row = country.draft("nz-nzqcf", payload | {"title": {"en": "A diploma"}}, source["route"])
    services.submit_activity(activity=row, actor=country.registrar, at=AT)
    answer = to("reviewer@nz.example").get(f"/review/{row.pk}/")
    assert "! warning Title, English" in text_of(answer)
    findings = services.check_text(row, timezone.now())
    for one in findings:
        assert one.source.partition("(")[0].strip() in text_of(answer).replace("&amp;", "&")


def test_nobody_decides_for_their_own_institution(world, to):
    from registry.accounts import services as accounts
    from registry.accounts.selectors import find_user

    row = acts.submitted(world)
    accounts.add_membership(
        user=find_user("reviewer@example.org"),
        organisation=world.institution.organisation,
        role="REGISTRAR",
        actor=SYSTEM,
        at=AT,
    )
    client = to("reviewer@example.org")
    assert "Nobody decides on an activity of their own" in text_of(client.get(f"/review/{row.pk}/"))
    form = {"decision": "REGISTER", "seen": seen(row)}
    assert client.post(f"/review/{row.pk}/", form).status_code == 403
    assert acts.fresh(row).state == "SUBMITTED"


# Registered activities and institutions


def test_suspending_shows_what_it_touches_and_resuming_undoes_it(officer, world):
    row = acts.registered(world)
    acts.award(world, row)
    address = f"/review/activities/{row.pk}/"
    page = text_of(officer.get(address))
    assert "1 credential was issued to 1 learner" in page
    bad = officer.post(address, {"act": "suspend", "suspend-reasons": " "})
    assert bad.status_code == 400
    assert '<a href="#suspend-reasons">' in bad.content.decode()
    answer = officer.post(address, {"act": "suspend", "suspend-reasons": "Complaint"}, follow=True)
    assert "Suspended. Nothing is awarded now." in text_of(answer)
    assert acts.fresh(row).state == "SUSPENDED"
    assert 'value="suspend"' not in answer.content.decode()
    twice = officer.post(address, {"act": "suspend", "suspend-reasons": "Complaint"})
    assert twice.status_code == 409
    assert "Nothing was changed." in text_of(twice)
    answer = officer.post(address, {"act": "resume", "resume-reasons": ""}, follow=True)
    assert "Resumed." in text_of(answer)
    assert acts.fresh(row).state == "REGISTERED"


def test_ending_needs_reasons_and_to_be_sure(officer, world):
    row = acts.registered(world)
    address, form = f"/review/activities/{row.pk}/", {"act": "end", "end-reasons": "Law"}
    bad = officer.post(address, form)
    assert (bad.status_code, acts.fresh(row).state) == (400, "REGISTERED")
    assert "Say that you know it can’t be undone." in text_of(bad)
    assert officer.post(address, form | {"sure": "yes"}).status_code == 302
    assert acts.fresh(row).state == "ENDED"
    assert "nothing more can be done with it" in text_of(officer.get(address))


def test_the_list_of_registered_activities_finds_by_word_and_state(officer, world):
    acts.registered(world, title={"en": "Beekeeping"})
    other = acts.registered(world, title={"en": "Welding"})
    services.suspend_activity(activity=other, reasons="x", actor=world.reviewer, at=AT)
    acts.submitted(world, title={"en": "Not yet"})
    page = text_of(officer.get("/review/activities/"))
    assert "2 activities" in page
    assert "Not yet" not in page
    assert "Welding" not in text_of(officer.get("/review/activities/?q=BEEkeeping"))
    assert "Beekeeping" not in text_of(officer.get("/review/activities/?state=SUSPENDED"))
    assert "Nothing was found." in text_of(officer.get("/review/activities/?q=zzz"))


def test_an_institution_is_suspended_and_resumed(officer, world):
    acts.award(world, acts.registered(world))
    address = "/review/institutions/kalda/"
    page = text_of(officer.get(address))
    assert "1 credential was issued" in page
    assert "In good standing" in page
    assert officer.post(address, {"act": "suspend", "suspend-reasons": ""}).status_code == 400
    assert officer.post(address, {"act": "end", "end-reasons": "x"}).status_code == 400
    form = {"act": "suspend", "suspend-reasons": "It closed"}
    answer = officer.post(address, form, follow=True)
    assert "Suspended since" in text_of(answer)
    assert "It closed" in text_of(answer)
    assert issuers.open_suspension(world.institution).reasons == "It closed"
    assert officer.post(address, form).status_code == 409
    officer.post(address, {"act": "resume"})
    assert issuers.open_suspension(world.institution) is None


def test_the_standing_of_a_foreign_institution_is_another_authority_s(world, to, poland):
    client = to(POLISH)
    page = text_of(client.get("/review/institutions/kalda/"))
    assert "Only the authority of EE decides on its standing." in page
    # How many credentials it issued is between it and its authority.
    assert "credentials were issued" not in page
    assert "kalda" not in text_of(client.get("/review/institutions/"))
    assert "kalda" in text_of(client.get("/review/institutions/?where=all&q=kolledž"))


NUL, LONG = "a\x00b", "x" * 5001


@pytest.mark.parametrize("text", [NUL, LONG])
def test_what_can_not_be_kept_is_refused_at_its_field(officer, world, poland, to, text):
    """On PostgreSQL U+0000 in a text would be a fault of ours."""
    words = "isn’t text" if text is NUL else "Write at most 5000 characters."
    row, waiting, mine = acts.registered(world), acts.submitted(world), held(world)
    forms = [
        (f"/review/{waiting.pk}/", {"decision": "RETURN", "reasons": text}),
        (f"/review/activities/{row.pk}/", {"act": "suspend", "suspend-reasons": text}),
        ("/review/institutions/kalda/", {"act": "suspend", "suspend-reasons": text}),
        (
            f"/review/accreditations/{mine.pk}/withdraw",
            {"from_day": days_from_now(1), "withdraw-reasons": text},
        ),
        (f"/review/accreditations/{mine.pk}/change", GRANT | {"reasons": text}),
    ]
    for address, form in forms:
        answer = officer.post(address, form)
        assert answer.status_code == 400, address
        assert words in text_of(answer), address
    late = polish(poland, days_ago=5)
    answer = to(POLISH).post(f"/review/{late.pk}/extend", {"more-time": text})
    assert answer.status_code == 400
    assert words in text_of(answer)
    for path in ("", "accreditations/", "activities/", "institutions/", "ahead/"):
        asked = "framework={0}&q={0}&when={0}&state={0}&days={0}&since={0}&urgency={0}"
        answer = officer.get(f"/review/{path}?{asked.format('%00')}")
        assert answer.status_code in {200, 400}, path


# Accreditations


GRANT = {
    "framework": "ee-estqf",
    "levels": ["5", "6"],
    "fields": "06, 0541",
    "award_types": ["mikrokvalifikatsioon"],
    "reference": "HAKA 12-3/45",
    "first_day": "2026-12-01",
    "last_day": "2027-11-30",
}


def test_an_accreditation_is_granted_by_form(officer, world):
    page = officer.get("/review/institutions/other/accredit")
    assert "Levels" in text_of(page)
    answer = officer.post("/review/institutions/other/accredit", GRANT, follow=True)
    assert "Accredited." in text_of(answer)
    row = issuers.list_accreditations(world.other).get()
    assert (row.levels, row.fields, row.award_types) == (
        ["5", "6"],
        ["06", "0541"],
        ["mikrokvalifikatsioon"],
    )
    assert (row.valid_from, row.until) == (date(2026, 12, 1), date(2027, 12, 1))
    assert row.authority == world.authority
    assert "HAKA 12-3/45" in text_of(officer.get("/review/accreditations/?when=all"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reference", "", "Give the reference of the decision"),
        ("reference", "x" * 101, "Write at most 100 characters."),
        ("fields", "06, zz", "“zz” isn’t a field of ISCED-F"),
        ("fields", "77", "“77” isn’t a field of ISCED-F"),
        ("levels", ["5", "42"], "Choose levels of this framework."),
        ("award_types", ["nonsense"], "Choose types of award of this framework."),
        ("first_day", "", "Give the first day, as year-month-day."),
        ("first_day", "1.12.2026", "Give the first day, as year-month-day."),
        ("last_day", "2026-11-30", "The last day comes before the first."),
        ("last_day", "soon", "Give the last day as year-month-day, or leave it empty."),
        ("last_day", "9999-12-31", "Leave it empty if it has no end."),
    ],
)
def test_each_fault_stands_at_its_field(officer, world, field, value, words):
    answer = officer.post("/review/institutions/other/accredit", GRANT | {field: value})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'<a href="#{field}">{words}' in page
    assert f'id="{field}-problem"' in page
    assert f'id="{field}"' in page
    # What was typed elsewhere isn't lost.
    assert ('value="06, 0541"' in page) or field == "fields"
    assert not issuers.list_accreditations(world.other).exists()


def test_the_list_of_faults_leads_down_the_page(officer, world):
    form = GRANT | {"reference": "", "first_day": "", "fields": "zz", "levels": ["42"]}
    page = officer.post("/review/institutions/other/accredit", form).content.decode()
    summary = page.partition('role="alert"')[2].partition("</div>")[0]
    assert re.findall('href="#([^"]+)"', summary) == ["levels", "fields", "reference", "first_day"]


def test_the_same_scope_twice_is_told(officer, world):
    officer.post("/review/institutions/other/accredit", GRANT)
    answer = officer.post("/review/institutions/other/accredit", GRANT)
    assert answer.status_code == 409
    assert "Another accreditation covers the same in that period." in text_of(answer)
    assert 'value="HAKA 12-3/45"' in answer.content.decode()


def test_a_framework_of_another_authority_is_refused_at_its_field(officer, world):
    form = GRANT | {"framework": "mt-mqf"}
    answer = officer.post("/review/institutions/other/accredit", form)
    assert answer.status_code == 400
    assert "Choose a framework of your authority." in text_of(answer)


def test_an_accreditation_is_changed_and_both_rows_stay(officer, world):
    old, day = held(world), days_from_now(2)
    address = f"/review/accreditations/{old.pk}/change"
    page = officer.get(address).content.decode()
    assert 'value="HAKA-1"' in page
    assert re.search(r'value="5" id="level-5" checked', page)
    form = {"levels": ["5", "6"], "fields": "06", "reference": "HAKA-2", "first_day": day}
    past = officer.post(address, form | {"first_day": "2026-01-02"})
    assert "the past isn’t changed" in text_of(past)
    answer = officer.post(address, form | {"reasons": "Report of May"}, follow=True)
    assert "This is what holds from" in text_of(answer)
    rows = issuers.list_accreditations(world.other)
    assert [(r.reference, r.levels) for r in rows] == [("HAKA-2", ["5", "6"]), ("HAKA-1", ["5"])]
    before = text_of(officer.get(f"/review/accreditations/{old.pk}/"))
    assert f"Changed from {day} on" in before
    assert "Report of May" in before
    assert officer.post(address, form).status_code == 409


def test_each_accreditation_stands_in_one_list_of_its_time(officer, world):
    now, grant = held(world), issuer_services.grant_accreditation
    common = {"institution": world.other, "authority": world.authority, "framework": "ee-estqf"}
    common |= {"actor": world.reviewer, "at": AT}
    today = timezone.now().date()
    times = {"coming": (today + timedelta(days=1), None), "over": (date(2025, 1, 1), today)}
    for name, (start, end) in times.items():
        grant(reference=f"IS-{name}", levels=["4"], valid_from=start, valid_until=end, **common)
    never = grant(
        reference="IS-never", levels=["3"], valid_from=today + timedelta(days=9), **common
    )
    issuer_services.withdraw_accreditation(
        accreditation=never,
        from_day=never.valid_from,
        reasons="A mistake",
        actor=world.reviewer,
        at=timezone.now(),
    )
    lists = {"now": {now.reference}, "coming": {"IS-coming"}, "over": {"IS-over", "IS-never"}}
    for when, expected in lists.items():
        page = text_of(officer.get(f"/review/accreditations/?when={when}"))
        found = set(re.findall(r"Other College – (\S+)", page))
        assert found == expected, when
        assert f"{len(re.findall('College – ', page))} accreditation" in page
    for name in ("coming", "over", "never"):
        row = next(r for r in issuers.list_granted(world.reviewer) if r.reference == f"IS-{name}")
        words = "Coming" if name == "coming" else "Over"
        assert f"State {words}" in text_of(officer.get(f"/review/accreditations/{row.pk}/"))


def test_nothing_new_is_no_change(officer, world):
    old, day = held(world), days_from_now(0)
    form = {"levels": ["5"], "fields": "06", "reference": "HAKA-1", "first_day": day}
    answer = officer.post(f"/review/accreditations/{old.pk}/change", form)
    assert answer.status_code == 400
    assert "Nothing would change." in text_of(answer)


def test_an_accreditation_is_withdrawn_with_reasons(officer, world):
    row = held(world)
    address = f"/review/accreditations/{row.pk}/withdraw"
    bad = officer.post(address, {"from_day": "2026-01-01", "withdraw-reasons": ""})
    assert bad.status_code == 400
    assert '<a href="#from_day">' in bad.content.decode()
    assert '<a href="#withdraw-reasons">' in bad.content.decode()
    today = days_from_now(0)
    form = {"from_day": today, "withdraw-reasons": "It closed"}
    answer = officer.post(address, form, follow=True)
    assert f"Withdrawn from {today} on" in text_of(answer)
    assert "Over" in text_of(answer)
    assert officer.post(address, form).status_code == 409
    assert "Other College" not in text_of(officer.get("/review/accreditations/"))
    assert "Other College – HAKA-1" in text_of(officer.get("/review/accreditations/?when=over"))


# What is coming


def test_what_ends_soon_is_listed_ahead(officer, world):
    day = timezone.now().date() + timedelta(days=30)
    payload, _row = activity_row("mc-ee-001")
    quality = payload["quality_assurance"] | {"valid_until": day.isoformat()}
    acts.registered(world, title={"en": "Ends soon"}, quality_assurance=quality)
    page = text_of(officer.get("/review/ahead/"))
    assert "Ends soon" in page
    assert "30 days left" in page
    assert "Ends soon" not in text_of(officer.get("/review/ahead/?days=29"))
    bad = officer.get("/review/ahead/?days=many&since=x")
    assert bad.status_code == 400
    assert "Give a number of days" in text_of(bad)


def test_announced_rules_are_listed_with_the_drafts_they_would_break(to):
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "rules-of-2018-last-day")
    early = AT.replace(year=2022, month=8, day=1)
    country.draft("nz-nzqcf", payload | {"title": {"en": "An old course"}}, route, at=early)
    client = to("reviewer@nz.example")
    assert "No change is announced." in text_of(client.get("/review/ahead/"))
    page = client.get("/review/ahead/?since=2022-08-01").content.decode()
    address = re.search(r'href="(/review/ahead/nz-nzqcf/[^"]+)"', page)[1]
    assert address == "/review/ahead/nz-nzqcf/nz-mc-2018/2022-09-01/"
    found = text_of(client.get(address))
    assert "1 text was looked at. 1 would break." in found
    assert "An old course" in found
    assert client.get("/review/ahead/nz-nzqcf/nothing/2022-09-01/").status_code == 400
    assert client.get("/review/ahead/nz-nzqcf/nz-mc-2018/someday/").status_code == 404


# History


def test_the_history_of_an_activity_by_day_and_by_act(officer, world):
    row = acts.registered(world, title={"en": "Beekeeping"})
    later = AT + timedelta(days=10)
    services.suspend_activity(activity=row, reasons="Complaint", actor=world.reviewer, at=later)
    address = f"/history/activity/{row.pk}/"
    page = text_of(officer.get(address))
    assert "State Suspended" in page
    assert "It was suspended" in page
    assert "2026-03-12 10:00 UTC · reviewer" in page
    assert "State from Registered to Suspended" in page
    then = text_of(officer.get(f"{address}?day=2026-03-02"))
    assert "How it stood on 2026-03-02" in then
    assert "State Registered" in then.partition("What was done")[0]
    assert "Title, English Beekeeping" in then
    assert "Nothing was known of it on that day." in text_of(
        officer.get(f"{address}?day=2026-03-01")
    )
    for day, words in (("2099-01-01", "This day lies ahead."), ("x", "as year-month-day")):
        bad = officer.get(f"{address}?day={day}")
        assert bad.status_code == 400
        assert words in text_of(bad)


def test_everybody_sees_the_public_part_only(world, client):
    row = acts.registered(world)
    page = text_of(client.get(f"/history/activity/{row.pk}/"))
    assert "You see what is public of it" in page
    assert "It was registered" in page
    assert "A draft was begun" not in page
    hidden = acts.submitted(world)
    assert client.get(f"/history/activity/{hidden.pk}/").status_code == 404
    assert client.get(f"/history/nothing/{hidden.pk}/").status_code == 404
    assert client.get(f"/history/institution/{world.institution.pk}/").status_code == 200


def test_a_provider_sees_its_own_and_a_stranger_does_not(world, to):
    row = acts.draft(world)
    address = f"/history/activity/{row.pk}/"
    assert "A draft was begun" in text_of(to("registrar@example.org").get(address))
    assert to("stranger@example.org").get(address).status_code == 404


def test_a_draft_of_any_shape_has_its_history(world, to):
    row = acts.draft(world)
    shapes = ({"title": "no map", "learning_outcomes": [1, {"code": 2}], "level": []}, {"x": None})
    for payload in shapes:
        services.update_draft(activity=row, payload=payload, actor=world.registrar, at=AT)
    page = to("registrar@example.org").get(f"/history/activity/{row.pk}/")
    assert page.status_code == 200


def test_accreditations_and_institutions_have_theirs(officer, world):
    page = text_of(officer.get(f"/history/accreditation/{held(world).pk}/"))
    assert "It was granted" in page
    assert "Institution Other College" in page
    assert "Types of award all" in page
    issuer_services.suspend_institution(
        institution=world.institution, reasons="It closed", actor=world.reviewer, at=AT
    )
    page = text_of(officer.get(f"/history/institution/{world.institution.pk}/"))
    assert "Standing from In good standing to Suspended" in page


def test_french_says_one_activity_as_one_and_an_institution_as_it_is(officer, world):
    """The headings of lists are plural, and an institution isn't feminine."""
    row = acts.registered(world)
    french = {"HTTP_ACCEPT_LANGUAGE": "fr"}
    for path in (f"/review/activities/{row.pk}/", f"/history/activity/{row.pk}/"):
        page = text_of(officer.get(path, **french))
        assert "Enregistrée " in page, path
        assert "Enregistrées" not in page.replace("Activités enregistrées", ""), path
    issuer_services.suspend_institution(
        institution=world.institution, reasons="x", actor=world.reviewer, at=AT
    )
    page = text_of(officer.get(f"/history/institution/{world.institution.pk}/", **french))
    assert "Situation Suspendu " in page


def test_every_act_and_value_has_its_words():
    """An act that a service enters and the page can't name would be shown by its code."""
    from registry.activities.lifecycle import TRANSITIONS
    from registry.web.history_words import ACTS, KINDS

    assert {f"activity.{act}" for act in TRANSITIONS} <= set(ACTS)
    assert {act.partition(".")[0] for act in ACTS} == set(KINDS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_takes_markup_from_a_text(officer, world, language):
    row = acts.submitted(world, title={"en": "<script>alert(1)</script>"})
    for path in (f"/review/{row.pk}/", "/review/", f"/history/activity/{row.pk}/"):
        page = officer.get(path, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
