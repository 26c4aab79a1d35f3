"""The form of every route: each member has its field, and no value is lost on its way through."""

import copy
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.forms import apply, blank, flatten, form_for, languages, unshown
from schemas.forms.differences import differences
from schemas.forms.names import column, pointer
from schemas.forms.scalars import number
from schemas.forms.values import add_language, drop_language
from schemas.frameworks import framework, frameworks
from schemas.rules import Body, check_activity
from tests.conftest import FIXTURES, activity_row
from tests.schemas.world import check, files, load, name

ROUTES = [(frame, route) for frame in frameworks() for route in frame.routes]
DEMO = [row["id"] for row in FIXTURES["activities"]]


def route_id(value):
    return value.version if hasattr(value, "version") else value.code


def form_of_case(path):
    case, frame = load(path), framework(path.parts[-3])
    route = next(
        r
        for r in frame.routes
        if r.code == case["route"] and r.holds_on(date.fromisoformat(case["day"]))
    )
    return form_for(frame, route), case["payload"]


def demo(code):
    payload, row = activity_row(code)
    frame = framework(row["framework"])
    return form_for(frame, next(r for r in frame.routes if r.code == row["route"])), payload


def field(form, place):
    return next(one for one in form.every_field() if one.pointer == place)


def tidy(value):
    """A payload without what says nothing."""
    if isinstance(value, dict):
        kept = {name: tidy(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, [], {})}
    return [tidy(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", files("valid"), ids=name)
def test_a_valid_case_comes_back_as_it_was(path):
    form, payload = form_of_case(path)
    before = copy.deepcopy(payload)
    assert apply(form, payload, flatten(form, payload)) == before
    assert payload == before


@pytest.mark.parametrize("code", DEMO)
def test_an_activity_of_the_demo_comes_back_as_it_was(code):
    form, payload = demo(code)
    assert json.dumps(apply(form, payload, flatten(form, payload))) == json.dumps(payload)


@pytest.mark.parametrize("path", files("valid"), ids=name)
def test_a_valid_case_can_be_written_on_a_blank_form(path):
    form, payload = form_of_case(path)
    typed = {place: texts for place, texts in flatten(form, payload).items() if any(texts)}
    written = apply(form, blank(form, "en") | {"title": {}}, typed)
    written.pop("source_language") if "source_language" not in payload else None
    assert tidy(written) == tidy(
        {k: v for k, v in payload.items() if k not in unseen(form, payload)}
    )


def unseen(form, payload):
    return {"isced_f_label", *(place[1:] for place in unshown(form, payload))}


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["en", "quiz", "5", "line\nbreak", "\r\n", " ", "0613", "2026-02-29"]),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
MEMBERS = sorted({one.name for frame, route in ROUTES for one in form_for(frame, route).fields()})


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ROUTES),
    st.sampled_from(DEMO),
    st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=5), JSON, max_size=4),
    st.lists(st.tuples(st.integers(0, 200), JSON), max_size=4),
)
def test_whatever_a_payload_holds_comes_back_as_it_was(route, code, members, leaves):
    form, (payload, _row) = form_for(*route), activity_row(code)
    payload |= members
    for index, value in leaves:
        holder, key = spots(payload)[index % len(spots(payload))]
        holder[key] = value
    before = copy.deepcopy(payload)
    shown = flatten(form, payload)
    assert all(isinstance(text, str) for texts in shown.values() for text in texts)
    after = apply(form, payload, shown)
    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)


def spots(value):
    """Every place inside of a payload that can be given another value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in pairs:
        found.append((value, key))
        if isinstance(inner, dict | list):
            found += spots(inner)
    return found


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ROUTES),
    st.dictionaries(st.text(max_size=30), st.lists(st.text(max_size=5), max_size=3), max_size=9),
)
def test_no_text_that_is_sent_breaks_the_form(route, texts):
    form = form_for(*route)
    names = [one.pointer.replace("*", "0") for one in form.every_field()]
    sent = {**texts, **{names[len(key) % len(names)]: value for key, value in texts.items()}}
    payload = apply(form, blank(form, "en"), sent)
    check_activity(
        payload,
        framework=form.framework.code,
        route=form.route.code,
        day=form.route.valid_from or date(2026, 3, 2),
        awarding_body=Body("public_he", True, "EE", "kalda"),
    )


@pytest.mark.parametrize(("frame", "route"), ROUTES, ids=route_id)
def test_every_member_of_the_schema_has_one_field_and_one_place(frame, route):
    form = form_for(frame, route)
    names = [one.name for one in form.fields()]
    assert len(names) == len(set(names))
    expected = {"title", "learning_outcomes", "workload", "level", "isced_f", "assessment"}
    assert expected <= set(names)
    extras = {one.name for one in form.every_field() if one.pointer.startswith("/extra/")}
    assert {extra.code for extra in route.extra_fields} <= extras
    assert form.sections[-1].code != "other"


@pytest.mark.parametrize(("frame", "route"), ROUTES, ids=route_id)
def test_a_national_field_says_where_it_was_read(frame, route):
    form = form_for(frame, route)
    for extra in route.extra_fields:
        one = field(form, f"/extra/{extra.code}")
        assert one.national
        assert one.verified == extra.fact.verified
        assert one.help[0].verified == extra.fact.verified
        assert one.help[0].sources == extra.fact.sources


def test_where_a_level_is_forbidden_there_is_no_field_but_the_reason():
    form = form_for(framework("fr-cncp"), framework("fr-cncp").route("rs", date(2026, 1, 1)))
    section = next(section for section in form.sections if section.code == "level")
    assert all(one.hidden for one in section.fields[0].fields)
    assert "carries no level" in section.help[0].words
    assert section.help[0].verified
    assert section.help[0].sources
    assert blank(form, "fr")["level"] == {"national": None, "eqf": None}


def slovenian():
    """The Slovenian route, open to all levels: at level 9 the EQF level must be said."""
    frame = framework("si-sqf")
    return form_for(frame, replace(frame.routes[0], levels_allowed=()))


def test_levels_say_what_they_are_in_the_eqf():
    form = slovenian()
    labels = {c.code: c.label["en"] for c in field(form, "/level/national").choices}
    assert labels["9"].endswith("(EQF 7 or 8)")
    assert labels["5"].endswith("(EQF 4)")
    scottish = form_for(framework("gb-sct-scqf"), framework("gb-sct-scqf").routes[0])
    assert field(scottish, "/level/national").choices[1].label["en"].endswith("(no EQF level)")


def test_the_eqf_level_follows_unless_there_are_two():
    form = slovenian()
    assert "at these it must be said: 9" in field(form, "/level/eqf").help[0].words
    start = blank(form, "sl")
    five = apply(form, start, {"/level/national": ["5"], "/level/eqf": [""]})
    assert five["level"] == {"national": "5", "eqf": [4]}
    nine = apply(form, five, {"/level/national": ["9"], "/level/eqf": ["4"]})
    assert nine["level"] == {"national": "9", "eqf": []}
    said = apply(form, nine, {"/level/national": ["9"], "/level/eqf": ["7"]})
    assert said["level"] == {"national": "9", "eqf": [7]}


def test_a_framework_without_eqf_asks_for_none():
    form = form_for(framework("nz-nzqcf"), framework("nz-nzqcf").routes[0])
    assert field(form, "/level/eqf").hidden
    told = next(section for section in form.sections if section.code == "level").help
    assert any("referenced to the EQF" in help_.words for help_ in told)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ee-estqf", "From 5 to 30 EAP."),
        ("gb-sct-scqf", "At least 1 SCQF points."),
        ("eu-baseline", "Below 60 ECTS."),
        ("pl-pqf", "No limit is set; the size is counted in hours."),
    ],
)
def test_the_size_rule_stands_at_its_field(code, words):
    form = form_for(framework(code), framework(code).routes[0])
    place = "/workload/hours" if code == "pl-pqf" else "/workload/credits"
    assert field(form, place).help[0].words == words


def test_the_spanish_bound_is_below_and_not_up_to():
    form = form_for(framework("es-mecu"), framework("es-mecu").routes[0])
    assert field(form, "/workload/credits").help[0].words == "At least 1 and below 15 ECTS."


def test_a_pattern_is_spelt_out():
    form = form_for(framework("fr-cncp"), framework("fr-cncp").routes[0])
    words = [help_.words for help_ in field(form, "/extra/bloc_code").help]
    assert "Written as: RNCP, 1 to 6 digits, BC, 2 digits." in words
    assert "Begins with: RNCP number of the parent certification." in words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("5.0", 5),
        ("0.125", 0.125),
        ("-3", -3),
        ("1.500", "1.500"),
        ("1,500", "1,500"),
        ("1_0", "1_0"),
        ("٣", "٣"),
        ("1e400", "1e400"),
        ("NaN", "NaN"),
        ("9007199254740993", "9007199254740993"),
        ("five", "five"),
    ],
)
def test_a_number_is_read_or_stays_what_was_typed(text, value):
    assert number(text) == value
    assert type(number(text)) is type(value)


def test_what_cant_be_read_is_kept_for_the_validation():
    form, payload = demo("mc-ee-001")
    texts = flatten(form, payload) | {
        "/workload/hours": ["about 130"],
        "/isced_f": ["9999"],
        "/learning_outcomes/0/dimension": ["wisdom"],
    }
    kept = apply(form, payload, texts)
    assert kept["workload"]["hours"] == "about 130"
    places = {violation.pointer for violation in checked(kept)}
    assert places >= {"/workload/hours", "/isced_f", "/learning_outcomes/0/dimension"}


def checked(payload):
    return check_activity(
        payload,
        framework="ee-estqf",
        route="mikrokvalifikatsioon",
        day=date(2026, 3, 2),
        awarding_body=Body("vet_college", True, "EE", "kalda"),
    )


def test_a_new_outcome_gets_the_next_code_and_an_emptied_one_goes():
    form, payload = demo("mc-ee-001")
    count = len(payload["learning_outcomes"])
    texts = flatten(form, payload) | {
        f"/learning_outcomes/{count}/text/en": ["Plan a course"],
        f"/learning_outcomes/{count}/dimension": ["skills"],
        f"/learning_outcomes/{count + 1}/text/en": [""],
    }
    more = apply(form, payload, texts)
    assert len(more["learning_outcomes"]) == count + 1
    assert more["learning_outcomes"][count]["code"] == f"LO{count + 1}"
    emptied = {n: [""] for n in flatten(form, more) if n.startswith("/learning_outcomes/0/")}
    fewer = apply(form, more, flatten(form, more) | emptied)
    assert fewer["learning_outcomes"] == more["learning_outcomes"][1:]


def test_a_row_that_is_taken_out_leaves_the_others_as_they_were():
    form, payload = demo("mc-ee-001")
    texts = flatten(form, payload)
    gone = apply(form, payload, texts, without=frozenset({"/learning_outcomes/0"}))
    assert gone["learning_outcomes"] == payload["learning_outcomes"][1:]
    assert {**gone, "learning_outcomes": 0} == {**payload, "learning_outcomes": 0}


def test_the_order_of_a_list_is_its_owners():
    form, payload = demo("mc-ee-001")
    payload["assessment"] = ["project_work", "written_examination"]
    texts = flatten(form, payload) | {"/assessment": ["", "written_examination", "project_work"]}
    assert apply(form, payload, texts)["assessment"] == payload["assessment"]
    texts["/assessment"] = ["", "written_examination", "project_work", "quiz"]
    changed = apply(form, payload, texts)["assessment"]
    assert changed == ["project_work", "written_examination", "quiz"]


def test_the_label_of_a_field_of_study_follows_its_code():
    form, payload = demo("mc-ee-001")
    assert payload["isced_f_label"]
    changed = apply(form, payload, flatten(form, payload) | {"/isced_f": ["0915"]})
    assert changed["isced_f_label"] == "Therapy and rehabilitation"


def test_languages_come_and_go_with_all_their_texts():
    _form, payload = demo("mc-ee-001")
    payload["source_language"] = "et"
    assert languages(payload) == ("et", "en", "fr")
    more = add_language(payload, "fi")
    assert more["title"]["fi"] == ""
    assert [v.pointer for v in checked(more) if v.severity == "error"] == ["/title/fi"]
    assert drop_language(more, "fi") == payload
    without = drop_language(payload, "et")
    assert languages(without) == ("en", "fr")
    assert '"et":' not in json.dumps({**without, "languages_of_instruction": [], "extra": {}})


@pytest.mark.parametrize(("frame", "route"), ROUTES, ids=route_id)
def test_a_blank_form_asks_for_what_is_missing_and_has_nothing_wrong(frame, route):
    found = check_activity(
        blank(form_for(frame, route), "en"),
        framework=frame.code,
        route=route.code,
        day=route.valid_from or date(2026, 3, 2),
        awarding_body=Body(min(route.provider_types), True, frame.country, "body"),
    )
    missing = {"missing", "too_short", "level_required", "workload_missing", "extra_field_missing"}
    assert {v.code for v in found if v.severity == "error"} <= missing


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("/title/en", "title.en"),
        ("/learning_outcomes/0/text/et", "learning_outcomes.1.text.et"),
        ("/level/eqf", "level.eqf"),
        ("/title/zh-Hant", "title.zh-Hant"),
        ("/title/a.b", "/title/a.b"),
        ("/a~1b", "/a~1b"),
    ],
)
def test_a_column_and_its_place_name_each_other(place, name):
    assert column(place) == name
    assert pointer(name) == place


@given(st.text(max_size=12))
def test_a_column_that_names_a_place_is_named_by_it(text):
    place = pointer(text)
    assert place is None or pointer(column(place)) == place


def test_no_case_needs_a_form_that_isnt_built():
    for path in files("invalid"):
        if path.stem.startswith("route_not_in_force"):
            continue
        form, payload = form_of_case(path)
        assert apply(form, payload, flatten(form, payload)) == payload
        assert check(path.parts[-3], load(path)) is not None


def test_differences_are_told_by_field_and_follow_a_row_that_moved():
    form, payload = demo("mc-ee-001")
    assert differences(form, payload, copy.deepcopy(payload)) == ()
    changed = copy.deepcopy(payload)
    changed["learning_outcomes"].reverse()
    assert differences(form, payload, changed) == ()
    changed["workload"]["hours"] = 131
    changed["title"]["en"] = "Another title"
    changed["learning_outcomes"][0]["dimension"] = "knowledge"
    changed["unheard"] = {"of": 1}
    found = {d.pointer: (d.before, d.after) for d in differences(form, payload, changed)}
    assert found == {
        "/title/en": ((payload["title"]["en"],), ("Another title",)),
        "/learning_outcomes/0/dimension": (("responsibility",), ("knowledge",)),
        "/workload/hours": (("156",), ("131",)),
        "/unheard": ((), ('{"of": 1}',)),
    }
    path = differences(form, payload, changed)[1].path
    assert [(step.label, step.row) for step in path] == [("Outcome", "LO3"), ("Dimension", "")]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(DEMO),
    st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=5), JSON, max_size=4),
)
def test_two_payloads_that_differ_are_told_to(code, members):
    form, payload = demo(code)
    assert differences(form, payload, copy.deepcopy(payload)) == ()
    changed = payload | members
    if tidy(changed) != tidy(payload):
        assert differences(form, payload, changed)
