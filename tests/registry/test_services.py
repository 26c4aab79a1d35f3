"""The acts: what they do, what they refuse by name, that they are safe twice, and the trail."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from credentials.encoding import canonicalize, sha256
from credentials.errors import NotFound as NoSuchKey
from credentials.errors import SourceUnavailable
from registry.accounts.selectors import actor_for, authenticate_token
from registry.accounts.services import create_api_token
from registry.activities import selectors as activities
from registry.activities import services
from registry.activities.models import Activity, ActivityVersion
from registry.activities.services import ActivityNotOpen
from registry.awards.facts import RecipientData
from registry.awards.models import Award
from registry.awards.services import (
    IdempotencyKeyReused,
    SigningUnavailable,
    award_credential,
    resume_award,
)
from registry.awards.validity import valid_until
from registry.common import audit
from registry.common.actors import SYSTEM
from registry.common.errors import BadInput, NotAllowed, NotFound, StateConflict
from registry.issuers import keystore
from registry.issuers.models import SigningKey
from registry.issuers.selectors import IssuerNotAccredited, covering_accreditation
from registry.ledger.models import LedgerEntry
from registry.ledger.selectors import is_entered
from registry.sharing.selectors import NotShared, open_share
from registry.sharing.services import close_share, create_share
from registry.verification.services import trust_file, verify_share, verify_upload
from registry.verification.sources import RegistrySources
from tests.conftest import AT, activity_row

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def draft(world, name="mc-ee-001", **changes):
    payload, row = activity_row(name)
    return services.create_draft(
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload | changes,
        actor=world.registrar,
        at=AT,
    )


def issue(world, activity, **changes):
    values = {
        "activity": activity,
        "recipient": RecipientData("Sukmawati", email="learner@example.org"),
        "awarded_on": AT.date(),
        "actor": world.issuer,
        "at": AT,
    }
    return award_credential(**values | changes)


def test_what_breaks_a_rule_comes_back_with_its_places(world):
    activity = draft(world, assessment=["level_of_attendance"], isced_f="0699")
    with pytest.raises(services.ActivityNotAcceptable) as caught:
        services.submit_activity(activity=activity, actor=world.registrar, at=AT)
    found = {v.code: v for v in caught.value.violations}
    assert found["attendance_is_not_assessment"].pointer == "/assessment"
    activity.refresh_from_db()
    assert activity.state == "DRAFT"


def test_roles_decide_who_may_do_what(world, registered):
    other = draft(world)
    for act in (
        lambda: services.submit_activity(activity=other, actor=world.stranger, at=AT),
        lambda: services.submit_activity(activity=other, actor=world.reviewer, at=AT),
        lambda: services.update_draft(activity=other, payload={}, actor=world.issuer, at=AT),
        lambda: issue(world, registered, actor=world.registrar),
        lambda: issue(world, registered, actor=world.reviewer),
    ):
        with pytest.raises(NotAllowed):
            act()
    services.submit_activity(activity=other, actor=world.registrar, at=AT)
    for actor in (world.registrar, world.issuer, world.stranger, world.learner):
        with pytest.raises(NotAllowed):
            services.decide_review(
                activity=other, decision="REGISTER", reasons="", actor=actor, at=AT
            )
    with pytest.raises(NotFound):
        activities.get_for(draft(world).pk, world.stranger)


def test_returning_needs_reasons_and_leads_back(world):
    activity = draft(world)
    services.submit_activity(activity=activity, actor=world.registrar, at=AT)
    decide = {"activity": activity, "actor": world.reviewer, "at": AT}
    with pytest.raises(BadInput):
        services.decide_review(decision="RETURN", reasons=" ", **decide)
    services.decide_review(decision="RETURN", reasons="Say how.", **decide)
    assert activity.state == "RETURNED"
    services.submit_activity(activity=activity, actor=world.registrar, at=AT)
    services.decide_review(decision="REGISTER", reasons="", **decide)
    with pytest.raises(StateConflict):
        services.decide_review(decision="REGISTER", reasons="", **decide)
    assert ActivityVersion.objects.filter(activity=activity).count() == 1


def test_suspension_and_end_are_remembered_by_the_day(world, registered):
    services.suspend_activity(activity=registered, reasons="x", actor=world.reviewer, at=LATER)
    with pytest.raises(ActivityNotOpen):
        issue(world, registered, at=LATER)
    services.resume_activity(
        activity=registered, actor=world.reviewer, at=LATER + timedelta(hours=1)
    )
    assert activities.was_registered(registered.pk, AT)
    assert not activities.was_registered(registered.pk, LATER)
    assert activities.was_registered(registered.pk, LATER + timedelta(hours=1))


def refused(world, **question):
    values = {"framework": "ee-estqf", "level": "5", "field": "0613", "day": AT.date()}
    with pytest.raises(IssuerNotAccredited) as caught:
        covering_accreditation(world.institution, **values | question)
    return caught.value.params["clause"]


def test_the_scope_gate_names_the_clause(world):
    assert refused(world, framework="mt-mqf") == "framework"
    assert refused(world, level="6") == "level"
    assert refused(world, field="0421") == "field"
    assert refused(world, day=date(2025, 12, 31)) == "period"
    assert refused(world, day=date(2027, 1, 1)) == "period"
    with pytest.raises(IssuerNotAccredited):
        services_activity = draft(world, "mc-ee-002")
        services.submit_activity(activity=services_activity, actor=world.registrar, at=AT)
        services.decide_review(
            activity=services_activity, decision="REGISTER", reasons="", actor=SYSTEM, at=AT
        )
        issue(world, services_activity)


def test_an_award_is_signed_stored_entered_and_valid(world, registered, award):
    raw = bytes(award.secured)
    assert bytes(award.digest) == sha256(raw)
    assert verify_upload(raw, at=AT).verdict == "VALID"
    assert is_entered(award.pk, bytes(award.digest))
    assert LedgerEntry.objects.filter(kind="award").count() == 1
    assert audit.broken_links() == []


def test_the_same_key_gives_the_same_answer(world, registered):
    first = issue(world, registered, idempotency_key="k-1")
    again = issue(world, registered, idempotency_key="k-1", at=LATER)
    assert first.pk == again.pk
    assert bytes(first.secured) == bytes(again.secured)
    with pytest.raises(IdempotencyKeyReused):
        issue(world, registered, idempotency_key="k-1", grade="B")
    assert Award.objects.count() == 1


def test_a_broken_signer_loses_nothing_and_doubles_nothing(world, registered, monkeypatch):
    good = keystore.unwrap
    other = keystore.PrivateKey.generate()
    monkeypatch.setattr(keystore, "unwrap", lambda *a, **k: _Garbage(good(*a, **k), other))
    with pytest.raises(SigningUnavailable):
        issue(world, registered, idempotency_key="k-2")
    row = Award.objects.get()
    assert (row.state, row.secured) == ("PREPARED", None)
    monkeypatch.undo()
    done = issue(world, registered, idempotency_key="k-2")
    assert done.pk == row.pk
    assert verify_upload(bytes(done.secured), at=AT).verdict == "VALID"
    assert resume_award_again(done) == bytes(done.secured)


class _Garbage:
    def __init__(self, key, other):
        self.public, self.sign = key.public, other.sign


def resume_award_again(award):
    with pytest.raises(Exception):  # noqa: B017 - nothing is left to sign
        resume_award(award, SYSTEM, AT)
    award.refresh_from_db()
    return bytes(award.secured)


@pytest.mark.parametrize("name", ["", " x", "a\u202eb", "a\x00b", "x" * 201])
def test_names_that_hide_something_are_refused(world, registered, name):
    with pytest.raises(BadInput):
        issue(world, registered, recipient=RecipientData(name))


def test_days_outside_the_window_are_refused(world, registered):
    for day in (AT.date() + timedelta(days=1), AT.date() - timedelta(days=1)):
        with pytest.raises(BadInput):
            issue(world, registered, awarded_on=day)


def test_validity_is_counted_by_the_calendar():
    end = valid_until({"kind": "expires", "months": 36}, date(2024, 2, 29))
    assert end.isoformat() == "2027-02-28T23:59:59+00:00"


def test_links_open_close_and_look_alike(world, award):
    share, token = create_share(
        award=award, expires_at=AT + timedelta(days=1), actor=world.learner, at=AT
    )
    assert open_share(token, AT) == share
    assert token not in str(share.__dict__)
    report, _ = verify_share(token, at=AT)
    assert report.verdict == "VALID"
    for actor in (world.issuer, world.stranger):
        with pytest.raises(NotAllowed):
            create_share(award=award, expires_at=LATER, actor=actor, at=AT)
        with pytest.raises(NotAllowed):
            close_share(share=share, actor=actor, at=AT)
    messages = set()
    for text, at in (("x", AT), (token, AT + timedelta(days=1)), ("\ud800", AT)):
        with pytest.raises(NotShared) as caught:
            open_share(text, at)
        messages.add(str(caught.value))
    close_share(share=share, actor=world.learner, at=AT)
    close_share(share=share, actor=world.learner, at=AT)
    with pytest.raises(NotShared) as caught:
        open_share(token, AT)
    assert messages == {str(caught.value)}
    with pytest.raises(BadInput):
        create_share(award=award, expires_at=AT, actor=world.learner, at=AT)


def test_the_registrys_sources_tell_no_from_not_known(world):
    sources = RegistrySources()
    with pytest.raises(NoSuchKey):
        sources.verification_method(f"{world.institution.did}#z6Mkx")
    with pytest.raises(SourceUnavailable):
        sources.verification_method("did:web:elsewhere.example#k")


def test_the_trust_file_gives_the_same_verdict_offline(award):
    from credentials.verify import PinnedSources, verify

    pinned = PinnedSources([trust_file()])
    assert verify(bytes(award.secured), sources=pinned, at=AT).verdict == "VALID"


def test_keys_are_wrapped_and_bound_to_their_row(world):
    key = SigningKey.objects.get(institution=world.institution)
    other = SigningKey.objects.get(institution=world.other)
    envelope = bytes(key.wrapped_private)
    opened = keystore.unwrap(envelope, "Ed25519", bound_to=f"{key.pk}|{key.institution_id}")
    assert opened.public.multibase == key.public_multibase
    assert opened.to_bytes() not in envelope
    with pytest.raises(keystore.KeyUnavailable):
        keystore.unwrap(envelope, "Ed25519", bound_to=f"{other.pk}|{other.institution_id}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_auditevent SET act = 'x'",
        "DELETE FROM common_auditevent",
        "UPDATE ledger_ledgerentry SET kind = 'x'",
        "DELETE FROM ledger_ledgerentry",
        "UPDATE activities_activityversion SET number = 7",
        "DELETE FROM activities_activityversion",
        "UPDATE awards_award SET grade = 'Z'",
        "DELETE FROM awards_award",
    ],
)
def test_what_happened_cannot_be_rewritten(award, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_tokens_are_known_by_their_hash_and_end(world):
    from registry.accounts.models import User

    user = User.objects.get(email="registrar@example.org")
    token, text = create_api_token(
        user=user, label="t", expires_at=LATER, actor=actor_for(user), at=AT
    )
    assert authenticate_token(text, AT) == user
    assert authenticate_token(text, LATER) is None
    assert authenticate_token(text + "x", AT) is None
    assert authenticate_token("", AT) is None
    assert text.encode() not in bytes(token.digest)


@pytest.mark.django_db(transaction=False)
def test_a_version_keeps_the_digest_of_its_text(registered):
    version = activities.current_version(registered)
    assert bytes(version.digest) == sha256(canonicalize(version.payload))
    assert version.route_version == "mikrokvalifikatsioon-2025-04-01"
    assert Activity.objects.get().state == "REGISTERED"
