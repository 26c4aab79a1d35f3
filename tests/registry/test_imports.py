"""Many activities from one table: every fault at its cell, and all of the rows or none."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.activities import exports, imports, selectors, services
from registry.activities.models import Activity
from registry.activities.sheets import (
    SheetUnreadable,
    csv_bytes,
    defused,
    read_sheet,
    undefused,
    xlsx_bytes,
)
from registry.common import audit
from registry.common.errors import BadInput, NotAllowed, NotFound, StateConflict
from registry.common.models import AuditEvent
from schemas.forms import form_for, languages
from schemas.forms.columns import cells, columns, read_row
from schemas.forms.names import column, pointer
from schemas.frameworks import framework
from tests.conftest import AT, FIXTURES, activity_row
from tests.schemas.test_forms import DEMO, demo, form_of_case, tidy
from tests.schemas.world import files, name

WAY = {"framework": "ee-estqf", "route": "mikrokvalifikatsioon"}
FORM = form_for(framework("ee-estqf"), framework("ee-estqf").routes[0])


def example(title="Data work", **columns):
    """A row that is right, by column."""
    payload, _row = activity_row("mc-ee-001")
    payload["title"] = {"en": title}
    row = {column(place): text for place, text in cells(FORM, payload).items()}
    return row | columns


def said(payload):
    """A payload without what says nothing, and without the label that its code says."""
    return tidy({name: value for name, value in payload.items() if name != "isced_f_label"})


def sheet_of(*rows, header=None):
    names = header or list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue().encode()


def plan(world, raw, **more):
    asked = {"institution": world.institution, "actor": world.registrar, "at": AT, **WAY, **more}
    return imports.plan_import(raw=raw, **asked)


def take(world, raw, **more):
    asked = {"institution": world.institution, "actor": world.registrar, "at": AT, **WAY}
    return imports.import_activities(raw=raw, **(asked | {"submit": False} | more))


def faults(found, severity="error"):
    return [
        (problem.row, problem.column, problem.violation.code)
        for problem in found.problems
        if problem.violation.severity == severity
    ]


def test_a_table_becomes_drafts_that_say_what_it_said(world):
    raw = sheet_of(example("One"), example("Two", **{"workload.contact_hours": "41"}))
    done = take(world, raw)
    assert [row.payload["title"]["en"] for row in done.activities] == ["One", "Two"]
    assert {row.state for row in Activity.objects.all()} == {"DRAFT"}
    assert done.activities[1].payload["workload"]["contact_hours"] == 41
    payload, _row = activity_row("mc-ee-001")
    again = {**done.activities[0].payload, "title": payload["title"]}
    assert tidy(again) == said(payload)


def test_a_table_can_be_submitted_at_once(world):
    done = take(world, sheet_of(example("One"), example("Two")), submit=True)
    assert {row.state for row in done.activities} == {"SUBMITTED"}
    assert {row.state for row in Activity.objects.all()} == {"SUBMITTED"}


def test_the_trail_is_the_same_as_of_one_activity_after_another(world):
    single = services.create_draft(
        institution=world.institution,
        payload=plan(world, sheet_of(example("One"))).rows[0].payload,
        actor=world.registrar,
        at=AT,
        **WAY,
    )
    services.submit_activity(activity=single, actor=world.registrar, at=AT)
    many = take(world, sheet_of(example("Two"), example("One, again")), submit=True).activities

    def trail(row):
        events = AuditEvent.objects.filter(subject_id=str(row.pk)).order_by("sequence")
        return [(e.act, e.actor_name, e.at, e.before, e.after) for e in events]

    alike = json.dumps(trail(single), default=str).replace('"One"', '"One, again"')
    assert json.dumps(trail(many[1]), default=str) == alike
    assert [event[0] for event in trail(many[0])] == ["activity.drafted", "activity.submit"]
    assert audit.broken_links() == []
    for row in many:
        assert Activity.objects.get(pk=row.pk).due_on == row.due_on == single.due_on


def test_the_writing_of_many_rows_asks_few_questions(world, django_assert_max_num_queries):
    raw = sheet_of(*(example(f"Row {n}") for n in range(40)))
    with django_assert_max_num_queries(30):
        take(world, raw, submit=True)
    assert Activity.objects.filter(state="SUBMITTED").count() == 40


BROKEN = {
    "no title": ({"title.en": ""}, "title.en", "missing"),
    "hours in words": ({"workload.hours": "about 130"}, "workload.hours", "wrong_type"),
    "hours with a dot of thousands": ({"workload.hours": "1.500"}, "workload.hours", "wrong_type"),
    "below the route's size": (
        {"workload.credits": "4", "workload.hours": "104"},
        "workload.credits",
        "size_below_minimum",
    ),
    "above the route's size": (
        {"workload.credits": "31", "workload.hours": "806"},
        "workload.credits",
        "size_above_maximum",
    ),
    "hours and credits apart": (
        {"workload.hours": "400"},
        "workload.hours",
        "hours_do_not_match_credits",
    ),
    "a level that isn't there": ({"level.national": "9"}, "level.national", "level_unknown"),
    "a level beyond the EQF": ({"level.eqf": "9"}, "level.eqf", "too_large"),
    "a field of study that isn't there": ({"isced_f": "9998"}, "isced_f", "field_unknown"),
    "a dimension that isn't there": (
        {"learning_outcomes.2.dimension": "wisdom"},
        "learning_outcomes.2.dimension",
        "not_in_list",
    ),
    "a code twice": (
        {"learning_outcomes.2.code": "LO1"},
        "learning_outcomes.2.code",
        "outcome_code_twice",
    ),
    "presence for assessment": (
        {"assessment": "level_of_attendance"},
        "assessment",
        "attendance_is_not_assessment",
    ),
    "no national field": (
        {"extra.ehis_programme_id": ""},
        "extra.ehis_programme_id",
        "extra_field_missing",
    ),
    "a date that is none": ({"dates.review": "31.02.2027"}, "dates.review", "wrong_format"),
    "a credit system of another country": (
        {"workload.credit_system": "scqf"},
        "workload.credit_system",
        "credit_system_unknown",
    ),
    "an address that is no skill": (
        {"learning_outcomes.1.esco": "https://example.org/skill"},
        "learning_outcomes.1.esco",
        "wrong_format",
    ),
    "a number beyond all bounds": ({"other": '{"/x": 1e300}'}, "", "row_unreadable"),
    "text that is none": ({"other": '{"/x": "\\u0000"}'}, "", "row_unreadable"),
    "JSON that is none": ({"other": "{"}, "other", "cell_unreadable"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_row_is_told_at_its_row_and_column(world, kind):
    change, place, code = BROKEN[kind]
    raw = sheet_of(example("One"), example("Two", **change), example("Three"))
    found = plan(world, raw)
    assert faults(found) == [(3, place, code)]
    assert not found.acceptable
    with pytest.raises(imports.ImportNotAcceptable):
        take(world, raw)
    assert Activity.objects.count() == 0
    assert AuditEvent.objects.filter(act="activity.drafted").count() == 0


def test_every_fault_of_every_row_comes_at_once(world):
    rows = [example(f"Row {n}", **change) for n, (change, _c, _v) in enumerate(BROKEN.values())]
    found = plan(world, sheet_of(*rows))
    codes = {code for _change, _place, code in BROKEN.values()}
    assert {code for _row, _column, code in faults(found)} == codes
    assert {row for row, _column, _code in faults(found)} == set(range(2, len(rows) + 2))
    with pytest.raises(imports.ImportNotAcceptable) as refused:
        take(world, sheet_of(*rows))
    assert refused.value.plan.problems == found.problems
    assert Activity.objects.count() == 0


def test_columns_that_nobody_knows_are_told_with_the_one_that_is_meant(world):
    raw = sheet_of(example(**{"titel.en": "x", "workload.hour": "3"}))
    found = plan(world, raw)
    assert {(p.row, p.column, p.violation.code) for p in found.problems} >= {
        (1, "titel.en", "column_unknown"),
        (1, "workload.hour", "column_unknown"),
    }
    told = {p.column: p.violation.message for p in found.problems}
    assert "workload.hours" in told["workload.hour"]


def test_a_column_that_stands_twice_is_refused(world):
    names = [*example(), "title.en"]
    raw = sheet_of(example(), header=names)
    assert (1, "title.en", "column_twice") in faults(plan(world, raw))


def test_a_cell_too_many_is_told(world):
    lines = sheet_of(example()).decode().rstrip("\r\n")
    raw = (lines + ",surplus\r\n").encode()
    assert (2, "", "cell_without_column") in faults(plan(world, raw))


def test_a_gap_between_outcomes_leaves_faults_at_their_own_column(world):
    row = {name: text for name, text in example().items() if not name.startswith("learning_out")}
    row |= {
        "learning_outcomes.3.dimension": "skills",
        "learning_outcomes.3.text.en": "Plan a week",
        "learning_outcomes.7.dimension": "wisdom",
        "learning_outcomes.7.text.en": "Measure a part",
    }
    found = plan(world, sheet_of(row))
    assert faults(found) == [(2, "learning_outcomes.7.dimension", "not_in_list")]
    codes = [outcome["code"] for outcome in found.rows[0].payload["learning_outcomes"]]
    assert codes == ["LO1", "LO2"]


def test_a_title_twice_is_refused_and_one_on_the_desk_is_warned_of(world):
    take(world, sheet_of(example("There already")))
    found = plan(world, sheet_of(example("Same"), example("Same"), example("There already")))
    assert faults(found) == [(3, "title.en", "row_twice")]
    assert (4, "title.en", "title_on_desk") in faults(found, "warning")


def test_codes_are_known_by_their_labels_and_with_zeros_lost(world):
    changes = {
        "participation": "Blended",
        "assessment": "Written examination; Quiz",
        "isced_f": "613",
        "languages_of_instruction": "Estonian, en",
        "learning_outcomes.1.dimension": "SKILLS",
    }
    row = plan(world, sheet_of(example(**changes))).rows[0].payload
    assert row["participation"] == "blended"
    assert row["assessment"] == ["written_examination", "quiz"]
    assert row["isced_f"] == "0613"
    assert row["languages_of_instruction"] == ["et", "en"]
    assert row["learning_outcomes"][0]["dimension"] == "skills"


def test_columns_may_be_called_by_their_pointers(world):
    row = {pointer(name): text for name, text in example().items()}
    found = plan(world, sheet_of(row | {"/workload/hours": "many"}))
    assert faults(found) == [(2, "/workload/hours", "wrong_type")]


def test_who_may_not_write_there_imports_nothing(world):
    for actor in (world.issuer, world.stranger, world.reviewer, world.learner):
        with pytest.raises(NotAllowed):
            plan(world, sheet_of(example()), actor=actor)
    with pytest.raises(BadInput):
        plan(world, sheet_of(example()), route="nothing")


def test_a_refusal_in_the_middle_takes_all_of_it_back(world):
    from registry.common.actors import SYSTEM
    from registry.issuers.services import suspend_institution

    suspend_institution(institution=world.institution, reasons="Closed", actor=SYSTEM, at=AT)
    with pytest.raises(StateConflict):
        take(world, sheet_of(example("One"), example("Two")), submit=True)
    assert Activity.objects.count() == 0


# --- the file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_usual_encodings_and_separators_are_read(encoding, separator):
    text = f"title.et{separator}purpose.et\r\nTööohutus kõrgusel{separator}Šokolaadi žürii\r\n"
    sheet = read_sheet(text.encode(encoding), languages=["et", "en"])
    assert sheet.header == ("title.et", "purpose.et")
    assert sheet.rows == ((2, ("Tööohutus kõrgusel", "Šokolaadi žürii")),)
    assert sheet.guessed == (encoding == "cp1257")


OLD = {
    "el": ("cp1253", "Ασφάλεια τροφίμων στην εστίαση"),
    "et": ("cp1257", "Šokolaadi žürii kõrgkoolis"),
    "lv": ("cp1257", "Ūdens apsaimniekošana ēkās"),
    "lt": ("cp1257", "Žemės ūkio mašinų priežiūra"),
    "cs": ("cp1250", "Řízení jakosti: příliš žluťoučký kůň"),
    "sk": ("iso8859_2", "Šťastný žiak v škole"),
    "pl": ("iso8859_2", "Zarządzanie jakością źródeł"),
    "hu": ("cp1250", "Minőségirányítás őrzött termékűzemben"),
    "fr": ("cp1252", "Évaluer l’œuvre à l’école"),
    "tr": ("cp1254", "Gıda güvenliği şirkette"),
    "bg": ("cp1251", "Безопасност на храните"),
}


@pytest.mark.parametrize("language", OLD)
def test_old_code_pages_are_known_by_the_letters_of_their_language(language):
    encoding, text = OLD[language]
    raw = f"title;purpose\n{text};{text}\n".encode(encoding)
    sheet = read_sheet(raw, languages=["en", language])
    assert sheet.rows[0][1] == (text, text)
    assert sheet.guessed


def test_without_a_language_the_pages_of_europe_are_tried():
    text = "title.el;purpose.el\nΑσφάλεια τροφίμων στην εστίαση;Για όσους εργάζονται σε κουζίνα\n"
    sheet = read_sheet(text.encode("cp1253"))
    assert (sheet.encoding, sheet.guessed) == ("cp1253", True)


def test_the_persons_own_word_on_the_encoding_counts():
    raw = "title.pl;purpose.pl\nŻółw i gęś;ąę\n".encode("iso8859_2")
    assert read_sheet(raw, encoding="iso8859_2").rows[0][1] == ("Żółw i gęś", "ąę")
    with pytest.raises(SheetUnreadable, match="encodings"):
        read_sheet(raw, encoding="utf-7")
    with pytest.raises(SheetUnreadable, match="utf-8"):
        read_sheet(raw, encoding="utf-8")


def test_a_cell_of_several_lines_is_one_row():
    sheet = read_sheet(b'a,b\n"one\ntwo",x\ny,z\n')
    assert sheet.rows == ((2, ("one\ntwo", "x")), (3, ("y", "z")))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"a,b\n1,\x002\n", "isn’t text"),
        (b'a,b\n"x"y,2\n', "Row 2"),
        (b'a,b\n"never closed', "Row 2"),
        (b"\xd0\xcf\x11\xe0rest", "old or protected"),
        (b"PK\x03\x04rest", "damaged"),
        (b"a\n" + b"x\n" * 2_001, "2001 rows"),
        (b"a\n" + b"x\n" * 9_000, "2000 rows"),
        (b"a\n" + b"," * 700 + b"x\n", "columns"),
        (b"a\n" + b"x" * 40_000 + b"\n", "characters"),
        (b"a\n" + b"x" * 200_000 + b"\n", "Row 2"),
        (b"a" * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(raw, words):
    with pytest.raises(SheetUnreadable, match=words):
        read_sheet(raw)


def workbook(*rows, far=None):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for position, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, position, value, days)
            elif isinstance(value, tuple):
                sheet.write_formula(number, position, value[0], None, value[1])
            elif value is not None:
                sheet.write(number, position, value)
    if far:
        sheet.write(*far, "far")
    book.close()
    return out.getvalue()


def test_a_workbook_is_read_as_people_see_it():
    raw = workbook(
        [None],
        ["a", "b", "c", "d", "e", "f"],
        [613, 2.5, 1.125, True, date(2026, 9, 30), ("=1+1", 2)],
        [None],
        ["'=x", "0613", "'t Hof"],
    )
    sheet = read_sheet(raw)
    assert (sheet.kind, sheet.header) == ("xlsx", ("a", "b", "c", "d", "e", "f"))
    assert sheet.rows == (
        (3, ("613", "2.5", "1.1250", "true", "2026-09-30", "2")),
        (5, ("=x", "0613", "'t Hof")),
    )


def test_a_workbook_that_unpacks_too_far_is_refused_before_any_work():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"<x>" + b" " * 700_000_000)
    raw = out.getvalue()
    assert len(raw) < 3_000_000
    with pytest.raises(SheetUnreadable, match="unpacks to 667 MB"):
        read_sheet(raw)


@pytest.mark.parametrize("far", [(200_000, 3_000), (1_048_575, 16_383)])
def test_a_cell_far_out_ends_the_reader_and_not_the_registry(far):
    raw = workbook(["a"], ["x"], far=far)
    assert len(raw) < 10_000
    with pytest.raises(SheetUnreadable, match="far out"):
        read_sheet(raw)


def test_a_workbook_that_says_it_is_small_and_isnt_is_refused():
    raw = bytearray(workbook(["a"], ["x" * 30_000]))
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as package:
        part = next(p for p in package.infolist() if p.filename == "xl/sharedStrings.xml")
    at = raw.index((part.file_size).to_bytes(4, "little"), raw.index(b"PK\x01\x02"))
    raw[at : at + 4] = (8).to_bytes(4, "little")
    with pytest.raises(SheetUnreadable):
        read_sheet(bytes(raw))


# --- there and back ------------------------------------------------------------------------------


@given(st.text(max_size=8) | st.sampled_from(["=1+1", "'=1", "''", "'t Hof", "-5", "@a", "\tx"]))
def test_a_cell_that_was_made_harmless_comes_back(text):
    cell = defused(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert undefused(cell) == text


@pytest.mark.parametrize("path", files("valid"), ids=name)
def test_a_valid_case_comes_back_from_its_cells(path):
    form, payload = form_of_case(path)
    shown = cells(form, payload)
    again = read_row(form, dict(enumerate(shown)), list(shown.values()))
    assert again.wrong == []
    assert tidy(again.payload) == said(payload)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(DEMO),
    st.dictionaries(
        st.sampled_from(["title", "prerequisites", "platform", "links", "unheard", "workload"]),
        st.recursive(
            st.none() | st.text(max_size=6) | st.integers(-9, 9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=4), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=3,
    ),
)
def test_any_payload_comes_back_from_its_cells(code, members):
    form, payload = demo(code)
    payload |= members
    shown = cells(form, payload)
    again = read_row(form, dict(enumerate(shown)), list(shown.values()))
    assert tidy(again.payload) == said(payload)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported(world, kind):
    made = take(world, sheet_of(example("=HYPERLINK(1)"), example("'t Hof"))).activities
    table = exports.table(FORM, made, ["en", "et"])
    raw = csv_bytes(table) if kind == "csv" else xlsx_bytes([table])
    if kind == "csv":
        assert "'=HYPERLINK(1)" in raw.decode("utf-8-sig")
    found = plan(world, raw)
    assert found.acceptable
    assert {code for _row, _column, code in faults(found, "warning")} >= {"title_on_desk"}
    assert [tidy(row.payload) for row in found.rows] == [tidy(row.payload) for row in made]


def test_an_export_holds_ones_own_activities_of_the_route(world):
    made = take(world, sheet_of(example("One"), example("Two"))).activities
    rows = selectors.list_for_export(
        world.institution.pk, "ee-estqf", ["mikrokvalifikatsioon"], world.registrar
    )
    assert [row.pk for row in rows] == [row.pk for row in made]
    with pytest.raises(NotFound):
        selectors.list_for_export(world.institution.pk, "ee-estqf", ["x"], world.stranger)


def test_the_template_explains_each_of_its_columns():
    tables = exports.template(FORM, ["et", "en"])
    assert [table.name for table in tables] == ["Activities", "Explanation", "Lists"]
    explained = [row[0] for row in tables[1].rows]
    assert explained == [*tables[0].header, "other"]
    by_name = {row[0]: row for row in tables[1].rows}
    assert by_name["workload.credits"][2] == "yes"
    assert "From 5 to 30 EAP." in by_name["workload.credits"][4]
    assert by_name["workload.credits"][5] == "yes"
    assert by_name["extra.instruction_language"][5] == "no"
    assert by_name["learning_outcomes.1.text.et"][2] == "yes"
    assert by_name["learning_outcomes.2.text.et"][2] == "no"
    sheet = read_sheet(xlsx_bytes(tables, empty_rows=5))
    assert list(sheet.header) == list(tables[0].header)
    assert sheet.rows == ()


@pytest.mark.parametrize("row", FIXTURES["activities"], ids=lambda row: row["id"])
def test_the_template_of_a_route_has_all_columns_its_activity_needs(row):
    form, payload = demo(row["id"])
    rows = len(payload["learning_outcomes"])
    header = {one.name for one in columns(form, languages=languages(payload), rows=rows)}
    assert {column(place) for place in cells(form, payload)} - {"other"} <= header


def test_the_work_for_many_rows_is_bounded(world, django_assert_max_num_queries):
    few = sheet_of(*(example(f"Row {n}") for n in range(3)))
    with django_assert_max_num_queries(6):
        plan(world, few)
    many = sheet_of(*(example(f"Row {n}") for n in range(30)))
    with django_assert_max_num_queries(6):
        plan(world, many)
