"""Activities and versions at their addresses: the form that is wanted, links, tags, the page."""

import json
import re

import pytest
from django.utils.http import parse_http_date

from registry.activities.publication import FORMATS
from registry.activities.publication.own import SCHEMA_ID
from schemas.validation import validate
from tests.registry import in_turn as acts

pytestmark = pytest.mark.django_db
ELM = 'application/ld+json; profile="http://data.europa.eu/snb/model/ap/loq-constraints"'
COURSE = 'application/ld+json; profile="https://schema.org"'
LINK = re.compile(r'<([^>]+)>; rel="([^"]+)"(?:; type="((?:\\.|[^"\\])*)")?')


def links(answer):
    """(rel, type) → target."""
    return {
        (rel, kind.replace('\\"', '"')): target
        for target, rel, kind in LINK.findall(answer["Link"])
    }


@pytest.fixture
def two(world):
    """An activity with two versions."""
    return acts.revise(world, acts.register(world), title={"en": "Changed", "et": "Muudetud"})


def address(activity, end="/"):
    return f"/activities/{activity.pk}{end}"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("application/ld+json", ELM),
        (ELM, ELM),
        (COURSE, COURSE),
    ],
)
@pytest.mark.parametrize("place", ["/", "/versions/1/"])
def test_one_address_gives_the_form_that_is_wanted(two, client, accept, kind, place):
    answer = client.get(address(two, place), headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert "Accept" in [name.strip() for name in answer["Vary"].split(",")]
    head = client.head(address(two, place), headers={"accept": accept})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Link", "Last-Modified", "Cache-Control", "ETag"):
        assert head[name] == answer[name], name


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("place", ["", "/versions/1"])
def test_each_form_has_an_address_that_asks_no_header(two, client, form, place):
    url = address(two, f"{place}{form.suffix}")
    answer = client.get(url, headers={"accept": "text/turtle"})
    assert (answer.status_code, answer["Content-Type"]) == (200, form.content_type)
    assert "Accept" not in [name.strip() for name in answer["Vary"].split(",")]
    accepted = client.get(address(two, f"{place}/"), headers={"accept": form.content_type})
    assert answer.content == accepted.content
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_nothing_that_fits_is_told_with_what_there_is(two, client):
    answer = client.get(address(two), headers={"accept": "text/turtle, application/rdf+xml"})
    assert answer.status_code == 406
    body = answer.json()
    assert body["status"] == 406
    assert [row["type"] for row in body["available"]] == [
        "text/html", "application/json", ELM, COURSE,
    ]  # fmt: skip
    for row in body["available"]:
        path = row["url"].removeprefix("http://localhost:8000")
        assert client.get(path, headers={"accept": row["type"]}).status_code == 200
    assert "alternate" in answer["Link"]


def test_links_lead_to_the_other_forms_and_versions(two, client):
    base = f"http://localhost:8000/activities/{two.pk}"
    page = links(client.get(address(two)))
    assert page["canonical", ""] == f"{base}/"
    assert page["alternate", "application/json"] == f"{base}.json"
    assert page["alternate", ELM] == f"{base}.elm.jsonld"
    assert page["alternate", COURSE] == f"{base}.schema.jsonld"
    assert page["latest-version", ""] == f"{base}/versions/2/"
    assert page["predecessor-version", ""] == f"{base}/versions/1/"
    assert ("successor-version", "") not in page
    first = links(client.get(address(two, "/versions/1.json")))
    assert first["successor-version", ""] == f"{base}/versions/2/"
    assert first["latest-version", ""] == f"{base}/versions/2/"
    assert ("predecessor-version", "") not in first
    assert first["alternate", "text/html"] == f"{base}/versions/1/"
    assert first["describedby", ""] == "http://localhost:8000/schemas/activity-publication/v1"
    assert ("alternate", "application/json") not in first
    for (rel, _), target in {**page, **first}.items():
        if rel != "describedby":
            assert client.get(target.removeprefix("http://localhost:8000")).status_code == 200


def test_what_describes_a_document_can_be_fetched(two, client):
    schema = client.get("/schemas/activity-publication/v1")
    assert schema.json()["$id"] == SCHEMA_ID
    assert client.get("/schemas/no/such").status_code == 404


@pytest.mark.parametrize("end", ["/", ".json", ".elm.jsonld", ".schema.jsonld", "/versions/1.json"])
def test_whoever_has_it_already_gets_no_body(two, world, client, end):
    first = client.get(address(two, end))
    tag = first["ETag"]
    same = client.get(address(two, end), headers={"if-none-match": f'"other", {tag}'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert same["Cache-Control"] == first["Cache-Control"]
    acts.suspend(world, two)
    changed = client.get(address(two, end), headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_documents_have_strong_tags_and_pages_weak_ones(two, client):
    assert client.get(address(two, ".json"))["ETag"].startswith('"')
    page = client.get(address(two))
    assert page["ETag"].startswith('W/"')
    assert page["Cache-Control"] == "private, no-cache"
    # Two readings differ in the token of the language form, and in nothing that is tagged.
    assert client.get(address(two))["ETag"] == page["ETag"]
    french = client.get(address(two), headers={"accept-language": "fr"})
    assert french["ETag"] != page["ETag"]


def test_the_last_change_is_of_the_text_or_of_the_state(two, world, client):
    before = parse_http_date(client.get(address(two, ".json"))["Last-Modified"])
    acts.suspend(world, two)
    after = parse_http_date(client.get(address(two, ".json"))["Last-Modified"])
    assert after > before


def test_the_address_space_of_the_field_is_chosen_in_the_address(two, client):
    asked = client.get(address(two, ".json?isced=esco")).json()
    assert asked["field"]["uri"] == "http://data.europa.eu/esco/isced-f/0613"
    refused = client.get(address(two, ".json?isced=x"))
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


def test_the_public_never_reads_a_text_in_preparation(world, registered, client):
    from registry.activities.models import Activity

    # Whatever stands in the working text, the version is what is public.
    Activity.objects.filter(pk=registered.pk).update(
        payload={**registered.payload, "title": {"en": "Secret plans"}}
    )
    for end in ("/", ".json", ".elm.jsonld", ".schema.jsonld", "/versions/1/"):
        assert b"Secret plans" not in client.get(address(registered, end)).content
    assert b"Secret plans" not in client.get(f"/api/v1/activities/{registered.pk}").content


def test_a_draft_and_a_number_that_is_none_are_not_there(world, registered, client):
    from registry.activities import services
    from tests.conftest import AT, activity_row

    payload, row = activity_row("mc-ee-001")
    draft = services.create_draft(
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload,
        actor=world.registrar,
        at=AT,
    )
    for end in ("/", ".json", "/versions/1/", "/versions/1.json"):
        assert client.get(address(draft, end)).status_code == 404
    for end in ("/versions/2/", "/versions/0/", "/versions/2.elm.jsonld"):
        assert client.get(address(registered, end)).status_code == 404
    missing = client.get(address(draft, ".json"))
    assert missing["Content-Type"] == "application/problem+json"


def test_a_version_stays_as_it_was_registered(two, world, client):
    before = client.get(address(two, "/versions/1.json")).json()
    acts.revise(world, two, sectors=["law"])
    after = client.get(address(two, "/versions/1.json")).json()
    for name in ("payload", "digest", "version", "version_registered_at", "warnings"):
        assert after[name] == before[name]
    assert validate(after, SCHEMA_ID) == ()
    assert (after["current"], [row["version"] for row in after["versions"]]) == (False, [3, 2, 1])


def test_a_page_and_a_document_ask_the_database_a_few_times(
    two, world, client, django_assert_max_num_queries
):
    for number in range(4):
        acts.revise(world, two, prerequisites=[f"Number {number}"])
    client.get(address(two))
    with django_assert_max_num_queries(12):
        client.get(address(two))
    with django_assert_max_num_queries(7):
        client.get(address(two, ".json"))


def test_the_page_embeds_a_course_that_no_text_can_break_out_of(world, client):
    evil = "</script><script>alert(1)</script><!--"
    one = acts.register(world, title={"en": evil}, prerequisites=[evil])
    answer = client.get(address(one))
    page = answer.content.decode()
    assert "<script>alert" not in page
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    course = json.loads(block)
    assert course["@type"] == "Course"
    assert course["name"] == [{"@language": "en", "@value": evil}]
    assert course == client.get(address(one, ".schema.jsonld")).json()
    # A data block isn't run: the policy needs no exception for it.
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert page.count("<script") == 1


def test_the_page_says_in_which_version_what_changed(two, world, client):
    three = acts.revise(world, two, workload={"hours": 182, "credits": 7, "credit_system": "ekap"})
    page = client.get(address(three)).content.decode()
    assert re.search(r"Hours.*?<del[^>]*>156</del>.*?<ins[^>]*>182</ins>", page, re.DOTALL)
    assert '<ins lang="et">Muudetud</ins>' in page
    old = client.get(address(three, "/versions/1/")).content.decode()
    assert "Version 3 is in force now" in old
    assert "Muudetud" not in old
    assert '<meta name="robots" content="noindex">' in old
    assert "noindex" not in page


def test_a_text_in_another_language_says_so(world, client):
    one = acts.register(world, title={"et": "Ainult eesti keeles"}, purpose={"et": "Kõigile."})
    page = client.get(address(one)).content.decode()
    assert '<h1><span lang="et">Ainult eesti keeles</span></h1>' in page
    assert "it is shown in Estonian" in page
    assert re.search(r'<span lang="et">Kõigile.</span> <span[^>]*>\(Estonian\)</span>', page)


def test_nothing_that_is_not_accredited_looks_accredited(world, client):
    def page(kind):
        quality = {"kind": kind, "text": "Text of the institution"}
        return client.get(address(acts.register(world, quality_assurance=quality))).content.decode()

    public, own = page("study_programme_right"), page("self_declared")
    assert "Quality assured by a public authority" in public
    assert "Accreditation of the awarding body" in public
    assert "HAKA-1" in public
    for said in ("Not accredited", 'class="vouch vouch-own_word"'):
        assert said in own
        assert said not in public
    for said in ("public authority", "Accreditation of the awarding body", "HAKA-1", "✓"):
        assert said not in own


@pytest.mark.parametrize("act", ["suspend", "end"])
def test_a_state_is_said_on_the_page_and_on_every_version(two, world, client, act):
    getattr(acts, act)(world, two)
    words = {"suspend": "Suspended: nothing is awarded", "end": "Ended: it is no longer offered"}
    for end in ("/", "/versions/1/", "/versions/2/"):
        assert words[act] in client.get(address(two, end)).content.decode()
