"""Accreditations are dated rows: granted, changed, withdrawn, and never rewritten."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from credentials.verify import PinnedSources, verify
from registry.activities import services as activity_services
from registry.common import audit
from registry.common.actors import SYSTEM
from registry.common.errors import BadInput, NotAllowed, NotFound, StateConflict
from registry.issuers import selectors, services
from registry.issuers.models import Accreditation, AccreditationEnd
from registry.ledger.models import LedgerEntry
from registry.statuses.services import publish_status_lists
from registry.verification.services import trust_file, verify_upload
from tests.conftest import AT
from tests.registry import acts
from tests.registry.acts import DAY

pytestmark = pytest.mark.django_db
APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))


def noon(day):
    return datetime.combine(day, time(12), UTC)


@pytest.fixture
def held(world):
    """The accreditation of the world: level 5, field 06, in 2026."""
    return selectors.list_accreditations(world.institution).get()


def change(world, row, **changes):
    values = {"accreditation": row, "from_day": MAY, "actor": world.reviewer, "at": AT}
    return services.change_accreditation(**values | changes)


def withdraw(world, row, **changes):
    values = {
        "accreditation": row,
        "from_day": MAY,
        "reasons": "Licence lost",
        "actor": world.reviewer,
        "at": AT,
    }
    return services.withdraw_accreditation(**values | changes)


def grant(world, **changes):
    values = {
        "institution": world.institution,
        "authority": world.authority,
        "framework": "ee-estqf",
        "reference": "HAKA-2",
        "valid_from": APRIL,
        "actor": world.reviewer,
        "at": AT,
    }
    return services.grant_accreditation(**values | changes)


def levels_on(world, day, known_at=None):
    rows = selectors.accreditations_at(world.institution, day, known_at)
    return [row.levels for row in rows]


def clause(world, day, **question):
    values = {"framework": "ee-estqf", "level": "5", "field": "0613", "day": day}
    try:
        selectors.covering_accreditation(world.institution, **values | question)
    except selectors.IssuerNotAccredited as error:
        return error.params["clause"]
    return None


def test_a_change_ends_the_old_from_a_day_and_opens_the_new(world, held):
    new = change(world, held, levels=["5", "6"])
    assert (new.valid_from, new.until, new.replaces_id) == (MAY, date(2027, 1, 1), held.pk)
    assert (new.fields, new.reference) == (held.fields, "HAKA-1")
    old = selectors.get_accreditation(held.pk)
    assert (old.valid_until, old.until) == (date(2027, 1, 1), MAY)
    assert levels_on(world, date(2026, 4, 30)) == [["5"]]
    assert levels_on(world, MAY) == [["5", "6"]]
    assert clause(world, date(2026, 4, 30), level="6") == "level"
    assert clause(world, MAY, level="6") is None


def test_what_was_known_then_stays_answerable(world, held):
    later = AT + 3 * DAY
    change(world, held, levels=["6"], at=later)
    assert levels_on(world, JUNE, known_at=AT) == [["5"]]
    assert levels_on(world, JUNE, known_at=later) == [["6"]]
    withdraw(world, selectors.get_accreditation(held.replaced_by.pk), at=later + DAY)
    assert levels_on(world, JUNE) == []
    assert levels_on(world, JUNE, known_at=later) == [["6"]]
    assert levels_on(world, JUNE, known_at=AT) == [["5"]]
    assert levels_on(world, JUNE, known_at=AT - DAY) == []


def test_a_withdrawal_ends_it_from_a_day_and_keeps_what_was_issued(world, held):
    row = acts.registered(world)
    before = acts.award(world, row, at=AT)
    withdraw(world, held)
    last = noon(date(2026, 4, 30))
    also = acts.award(world, row, at=last)
    with pytest.raises(selectors.IssuerNotAccredited) as caught:
        acts.award(world, row, at=noon(MAY))
    assert caught.value.params == {"clause": "period", "framework": "ee-estqf", "day": str(MAY)}
    publish_status_lists(at=noon(JUNE))
    pinned = PinnedSources([trust_file()])
    for credential in (before, also):
        raw = bytes(credential.secured)
        assert verify_upload(raw, at=noon(JUNE)).verdict == "VALID"
        assert verify(raw, sources=pinned, at=noon(JUNE)).verdict == "VALID"
    (end,) = selectors.list_ends(held)
    assert (end.kind, end.reasons, end.reviewer_name) == ("WITHDRAWAL", "Licence lost", "reviewer")


def test_the_past_is_not_changed_and_an_end_is_an_end(world, held):
    for act in (change, withdraw):
        with pytest.raises(BadInput) as caught:
            act(world, held, from_day=(AT - DAY).date(), **_some(act))
        assert caught.value.params == {"field": "from_day", "day": str(AT.date())}
        for day in (date(2027, 1, 1), date(2028, 1, 1)):
            with pytest.raises(StateConflict):
                act(world, held, from_day=day, **_some(act))
    withdraw(world, held)
    for act in (change, withdraw):
        with pytest.raises(StateConflict):
            act(world, held, **_some(act))
        with pytest.raises(StateConflict):
            act(world, held, at=noon(JUNE), from_day=JUNE, **_some(act))
    # It may still end earlier.
    withdraw(world, held, from_day=APRIL)
    assert selectors.get_accreditation(held.pk).until == APRIL


def _some(act):
    return {"levels": ["6"]} if act is change else {}


def test_reasons_rights_and_a_real_change_are_asked_for(world, held):
    with pytest.raises(BadInput):
        withdraw(world, held, reasons="  ")
    with pytest.raises(BadInput):
        change(world, held)
    for actor in (world.registrar, world.issuer, world.stranger, world.learner):
        for act in (change, withdraw):
            with pytest.raises(NotAllowed):
                act(world, held, actor=actor, **_some(act))
        with pytest.raises(NotAllowed):
            grant(world, actor=actor)
    assert AccreditationEnd.objects.count() == 0
    with pytest.raises(NotFound):
        selectors.get_accreditation(world.institution.pk)


def test_one_that_has_not_begun_is_changed_or_withdrawn_from_its_start(world):
    coming = grant(world, valid_from=JUNE)
    with pytest.raises(BadInput):
        withdraw(world, coming, from_day=MAY)
    withdraw(world, coming, from_day=JUNE)
    assert levels_on(world, JUNE) == [["5"]]
    references = [row["reference"] for row in selectors.trust_rows()[1]]
    assert references == ["HAKA-1"]
    # What never held stands in nobody's way.
    again = grant(world, valid_from=JUNE)
    assert again.until is None


def test_of_one_scope_no_two_hold_at_once(world, held):
    same = {"levels": ["5"], "fields": ["06"]}
    for period in (
        {"valid_from": APRIL, "valid_until": MAY},
        {"valid_from": date(2025, 1, 1), "valid_until": date(2026, 1, 2)},
        {"valid_from": date(2026, 12, 31)},
        {"valid_from": date(2020, 1, 1)},
    ):
        with pytest.raises(services.AccreditationOverlaps) as caught:
            grant(world, **same, **period)
        assert caught.value.params["accreditation"] == str(held.pk)
    grant(world, **same, valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1))
    grant(world, **same, valid_from=date(2027, 1, 1))
    grant(world, levels=["5"], fields=["07"])
    assert Accreditation.objects.filter(institution=world.institution).count() == 4


def test_a_scope_is_the_same_in_any_order(world):
    grant(world, levels=["6", "5"], fields=["06", "07"])
    with pytest.raises(services.AccreditationOverlaps):
        grant(world, levels=["5", "6", "5"], fields=["07", "06"])


def test_a_change_into_the_scope_of_another_is_refused_whole(world, held):
    other = grant(world, levels=["6"], fields=["06"])
    with pytest.raises(services.AccreditationOverlaps):
        change(world, held, levels=["6"])
    assert AccreditationEnd.objects.count() == 0
    assert selectors.get_accreditation(held.pk).until == date(2027, 1, 1)
    assert selectors.get_accreditation(other.pk).until is None


@pytest.mark.parametrize(
    "part",
    [
        {"levels": ["9"]},
        {"fields": ["6"]},
        {"fields": ["11"]},
        {"fields": ["06x"]},
        {"award_types": ["zrk-market"]},
        {"framework": "xx"},
        {"reference": " "},
        {"reference": "x" * 101},
        {"valid_until": APRIL},
    ],
)
def test_what_no_framework_knows_is_refused(world, part):
    with pytest.raises(BadInput):
        grant(world, **part)


def test_the_end_can_be_moved_or_opened(world, held):
    open_end = change(world, held, valid_until=None)
    assert open_end.until is None
    closed = change(world, open_end, from_day=JUNE, valid_until=date(2026, 7, 1))
    assert closed.until == date(2026, 7, 1)
    assert levels_on(world, date(2026, 7, 1)) == []


def test_types_of_award_are_the_routes_and_their_classes(world):
    grant(world, award_types=["mikrokraad"], levels=["7"])
    row = acts.registered(world)
    acts.award(world, row, at=AT)
    withdraw(world, selectors.list_accreditations(world.institution).get(reference="HAKA-1"))
    grant(world, award_types=["mikrokraad"], fields=["06"])
    assert clause(world, MAY, award_types=frozenset({"mikrokvalifikatsioon"})) == "award_type"
    assert clause(world, MAY, award_types=frozenset({"mikrokraad"})) is None
    with pytest.raises(selectors.IssuerNotAccredited) as caught:
        acts.award(world, row, at=noon(MAY))
    assert caught.value.params == {"clause": "award_type"}


def test_a_class_of_award_is_covered_by_its_route_or_by_itself():
    country = acts.make_country("IE", "vet_college", "ie-nfq")
    (whole,) = selectors.list_accreditations(country.institution)
    payload, route = acts.case("ie-nfq", "qqi-special-purpose-safe-pass")
    row = country.draft("ie-nfq", payload, route)
    activity_services.submit_activity(activity=row, actor=country.registrar, at=AT)
    acts.decide(country, row)
    for types, fits in (
        (["qqi-minor-special/special_purpose"], True),
        (["qqi-minor-special"], True),
        (["qqi-minor-special/minor"], False),
        (["dab-microcred"], False),
    ):
        whole = services.change_accreditation(
            accreditation=whole,
            from_day=AT.date(),
            award_types=types,
            reference=types[0],
            actor=country.reviewer,
            at=AT,
        )
        if fits:
            credential = acts.award(country, row)
            assert verify_upload(bytes(credential.secured), at=AT).verdict == "VALID"
        else:
            with pytest.raises(selectors.IssuerNotAccredited):
                acts.award(country, row)


def test_a_credential_outside_the_type_of_award_is_not_confirmed(world, held):
    row = acts.registered(world)
    credential = acts.award(world, row, at=noon(MAY))
    change(world, held, award_types=["mikrokraad"])
    report = verify_upload(bytes(credential.secured), at=noon(JUNE))
    assert report.verdict == "INVALID"
    assert "accreditation.not_covered" in {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issuers_accreditation SET reference = 'x'",
        "DELETE FROM issuers_accreditation",
        "UPDATE issuers_accreditationend SET reasons = 'x'",
        "DELETE FROM issuers_accreditationend",
    ],
)
def test_no_accreditation_is_rewritten(world, held, statement):
    withdraw(world, held)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_lets_one_follow_another_once(world, held):
    change(world, held, levels=["6"])
    values = Accreditation.objects.filter(replaces=held).values(
        "institution_id", "authority_id", "framework", "valid_from", "recorded_at", "replaces_id"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Accreditation.objects.create(**values.get(), scope="x", reference="x")


def test_each_act_is_in_the_ledger_and_in_the_trail(world, held):
    entries = LedgerEntry.objects.filter(kind="accreditation").count()
    change(world, held, levels=["6"])
    withdraw(world, selectors.get_accreditation(held.replaced_by.pk))
    assert LedgerEntry.objects.filter(kind="accreditation").count() == entries + 3
    assert audit.broken_links() == []


def test_suspending_twice_or_resuming_what_stands_is_told(world):
    do = {"institution": world.institution, "actor": world.reviewer}
    with pytest.raises(StateConflict):
        services.resume_institution(at=AT, **do)
    services.suspend_institution(reasons="Audit", at=AT, **do)
    with pytest.raises(StateConflict):
        services.suspend_institution(reasons="Audit", at=AT, **do)
    with pytest.raises(BadInput):
        services.suspend_institution(
            institution=world.other, reasons=" ", actor=world.reviewer, at=AT
        )
    with pytest.raises(NotAllowed):
        services.resume_institution(
            institution=world.institution, actor=world.registrar, at=AT + DAY
        )
    services.resume_institution(at=AT + DAY, **do)
    assert selectors.suspension_at(world.institution, AT) is not None
    assert selectors.suspension_at(world.institution, AT + DAY) is None
    services.suspend_institution(
        institution=world.institution, reasons="Again", actor=SYSTEM, at=AT + 2 * DAY
    )
    assert selectors.list_suspensions(world.institution).count() == 2
