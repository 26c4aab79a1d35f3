"""Keys rotated, disowned, stopped: what was honest verifies for ever, what wasn't never does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from credentials.encoding import parse_json
from credentials.issue import prepare_document, sign
from registry.awards.models import Award
from registry.awards.services import resume_award
from registry.awards.stolen import affected_by, disown_key
from registry.common.actors import SYSTEM
from registry.common.audit import broken_links
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.common.ids import uuid7
from registry.common.models import AuditEvent
from registry.issuers import keys, selectors, stops
from registry.issuers.models import IssuingStop, SigningKey
from registry.ledger.services import publish_checkpoint
from registry.statuses.services import publish_status_lists
from registry.verification.services import verify_upload
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rotate(world, at, **more):
    return keys.rotate_signing_key(institution=world.institution, actor=SYSTEM, at=at, **more)


def verdict(award, at):
    report = verify_upload(bytes(award.secured), at=at)
    codes = {f.check: f.code for f in report.findings}
    return report.verdict.value, codes["key"], codes["compromise"]


def current(world):
    return SigningKey.objects.get(institution=world.institution, valid_until__isnull=True)


# --- Rotation -------------------------------------------------------------------------------------


def test_rotated_keys_overlap_and_both_verify(world, registered):
    old, first = current(world), acts.award(world, registered)
    new = rotate(world, AT + HOUR)
    second = acts.award(world, registered, at=AT + HOUR)
    assert (first.signed_with, second.signed_with) == (old.method_id, new.method_id)
    old.refresh_from_db()
    assert (old.valid_until, new.valid_until) == (AT + HOUR + DAY, None)
    for award in (first, second):
        assert verdict(award, AT + 2 * HOUR) == ("VALID", "key.issuers", "compromise.none")
    publish_status_lists(at=AT + 20 * DAY)
    assert verdict(first, AT + 20 * DAY)[0] == "VALID"


def test_a_credential_prepared_before_a_rotation_is_signed_with_the_key_of_then(
    world, registered, monkeypatch
):
    from registry.awards import services

    real = services.sign
    monkeypatch.setattr(services, "sign", lambda *a, **k: (_ for _ in ()).throw(KeyError()))
    with pytest.raises(KeyError):
        acts.award(world, registered)
    monkeypatch.setattr(services, "sign", real)
    old, row = current(world), Award.objects.get()
    rotate(world, AT + HOUR)
    done = resume_award(row, world.issuer, AT + 2 * HOUR)
    assert done.signed_with == old.method_id
    assert verdict(done, AT + 2 * HOUR)[0] == "VALID"


def test_many_rotations_lose_nothing(world, registered):
    made = []
    for number in range(8):
        at = AT + number * timedelta(seconds=5)
        made.append(acts.award(world, registered, at=at))
        rotate(world, at + timedelta(seconds=2), overlap=timedelta(minutes=1))
    assert len({award.signed_with for award in made}) == 8
    for award in made:
        assert verdict(award, AT + HOUR)[0] == "VALID"
    assert selectors.list_keys(world.institution).count() == 9


def test_lists_are_signed_with_the_new_key_from_then_on(award, world):
    new = rotate(world, AT + HOUR)
    publish_status_lists(at=AT + 15 * DAY)
    from registry.statuses.selectors import signed_list

    content = parse_json(signed_list("kalda", "revocation", 1))
    (proof,) = content["proof"]
    assert proof["verificationMethod"] == new.method_id
    assert verdict(award, AT + 20 * DAY)[0] == "VALID"


def test_the_history_is_public_and_recorded(award, world):
    old, new = current(world), rotate(world, AT + HOUR)
    document = selectors.did_document_for(world.institution)
    ends = {row["id"]: row.get("expires") for row in document["verificationMethod"]}
    assert ends == {old.method_id: "2026-03-03T11:00:00Z", new.method_id: None}
    acts_ = list(AuditEvent.objects.filter(subject_type="key").values_list("act", flat=True))
    assert acts_[-2:] == ["key.retired", "key.entered"]
    assert broken_links() == []


def test_only_the_operator_and_with_an_overlap(world):
    for actor in (world.registrar, world.issuer, world.reviewer):
        with pytest.raises(NotAllowed):
            keys.rotate_signing_key(institution=world.institution, actor=actor, at=AT)
    with pytest.raises(BadInput):
        rotate(world, AT, overlap=timedelta(seconds=59))


def test_no_key_is_ever_shared(world):
    key = current(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.create(
            institution=world.other,
            method_id=f"{world.other.did}#x",
            algorithm=key.algorithm,
            public_multibase=key.public_multibase,
            wrapped_private=b"x",
            valid_from=AT,
            valid_until=AT + DAY,
        )


# --- A stolen key ---------------------------------------------------------------------------------


def disown(world, since, at, key=None):
    key = key or current(world)
    return disown_key(key=key, since=since, reason="Laptop stolen", actor=SYSTEM, at=at)


def forged(award, at):
    """What a thief makes with the key, dated as he likes."""
    document = parse_json(bytes(award.secured))
    del document["proof"]
    document |= {"id": f"urn:uuid:{uuid7()}", "validFrom": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    signer = selectors.signer_at(award.institution, AT)
    return sign(prepare_document(document, at=at), signer=signer, at=at).raw


def test_the_drill_finds_exactly_the_credentials_in_the_window(world, registered):
    """Ten credentials an hour apart, each published; the key is stolen after the sixth."""
    made = []
    for number in range(10):
        at = AT + number * HOUR
        made.append(acts.award(world, registered, at=at))
        publish_checkpoint(at=at + timedelta(minutes=1))
    thief = forged(made[0], AT + timedelta(minutes=30))
    assert "inclusion.not_entered" in {f.code for f in verify_upload(thief, at=AT + HOUR).findings}
    since, now = AT + 5 * HOUR + timedelta(minutes=30), AT + 10 * HOUR
    came = disown(world, since, now)
    assert came.affected == [award.pk for award in made[6:]]
    assert came.lists.failed == 0
    assert came.replacement.method_id == current(world).method_id
    for award in made[:6]:
        assert verdict(award, now) == ("VALID", "key.issuers", "compromise.entered_before")
    for award in made[6:]:
        assert verdict(award, now)[:2] == ("INVALID", "key.compromised")
    report = verify_upload(thief, at=now)
    assert report.verdict.value == "INVALID"
    fresh = acts.award(world, registered, at=now)
    assert verdict(fresh, now) == ("VALID", "key.issuers", "compromise.none")


def test_what_the_log_does_not_show_yet_is_not_known(award, world):
    came = disown(world, AT + HOUR, AT + 2 * HOUR)
    assert came.affected == [award.pk]
    assert verdict(award, AT + 2 * HOUR)[0] == "INDETERMINATE"
    publish_checkpoint(at=AT + 3 * HOUR)
    assert verdict(award, AT + 3 * HOUR) == ("INVALID", "key.issuers", "compromise.entered_after")


def test_an_earlier_date_is_taken_and_a_later_one_is_not(award, world):
    key = current(world)
    disown(world, AT + HOUR, AT + 2 * HOUR)
    with pytest.raises(StateConflict):
        disown(world, AT + 2 * HOUR, AT + 3 * HOUR, key)
    came = disown(world, AT - HOUR, AT + 3 * HOUR, key)
    assert came.replacement is None
    assert affected_by(key.method_id, AT - HOUR) == [award.pk]


def test_disowning_is_refused(award, world):
    key = current(world)
    with pytest.raises(NotAllowed):
        disown_key(key=key, since=AT, reason="x", actor=world.issuer, at=AT)
    with pytest.raises(BadInput):
        disown(world, AT + DAY, AT)
    with pytest.raises(BadInput):
        disown_key(key=key, since=AT, reason=" ", actor=SYSTEM, at=AT)


def test_a_stolen_key_signs_nothing_any_more(award, world):
    key = current(world)
    disown(world, AT, AT + HOUR)
    key.refresh_from_db()
    assert key.valid_until == AT + HOUR
    assert selectors.signer_at(world.institution, AT + HOUR).verification_method != key.method_id
    with pytest.raises(selectors.NoSigningKey):
        selectors.signer_at(world.institution, AT, AT - DAY)


# --- The stop switch ------------------------------------------------------------------------------


def stop(world, actor=None, **scope):
    return stops.stop_issuing(reason="Incident", actor=actor or SYSTEM, at=AT, **scope)


@pytest.mark.parametrize("scope", ["everything", "institution", "key"])
def test_stopped_and_lifted(world, registered, scope):
    place = {"institution": {"institution": world.institution}, "key": {"key": current(world)}}
    row = stop(world, **place.get(scope, {}))
    with pytest.raises(stops.IssuingStopped) as refused:
        acts.award(world, registered)
    assert refused.value.params == {"scope": scope, "reason": "Incident"}
    with pytest.raises(StateConflict):
        stop(world, **place.get(scope, {}))
    stops.lift_stop(stop=row, actor=SYSTEM, at=AT)
    stops.lift_stop(stop=row, actor=SYSTEM, at=AT)
    assert acts.award(world, registered).state == "ISSUED"
    acts_ = AuditEvent.objects.filter(subject_type="stop").values_list("act", flat=True)
    assert list(acts_) == ["issuing.stopped", "issuing.resumed"]


def test_a_stop_between_preparing_and_entering_is_heeded(world, registered, monkeypatch):
    from registry.awards import services

    real = services._signed

    def signed(award, at):
        came = real(award, at)
        stop(world, institution=world.institution)
        return came

    monkeypatch.setattr(services, "_signed", signed)
    with pytest.raises(stops.IssuingStopped):
        acts.award(world, registered)
    assert Award.objects.get().state == "PREPARED"


def test_others_go_on(world, registered):
    stop(world, institution=world.other)
    create_key = current(world)
    assert acts.award(world, registered).signed_with == create_key.method_id


def test_a_stopped_institution_still_revokes(award, world):
    from registry.awards.changes import revoke_award

    stop(world)
    revoke_award(award=award, reason="misconduct", actor=world.issuer, at=AT + HOUR)
    assert verdict(award, AT + HOUR)[0] == "INVALID"


def test_who_may_stop_what(world):
    for actor in (world.registrar, world.issuer, world.reviewer):
        row = stop(world, actor, institution=world.institution)
        with pytest.raises(NotAllowed):
            stops.lift_stop(stop=row, actor=world.stranger, at=AT)
        stops.lift_stop(stop=row, actor=actor, at=AT)
        with pytest.raises(NotAllowed):
            stop(world, actor)
    for actor in (world.learner, world.stranger):
        for scope in ({"institution": world.institution}, {"key": current(world)}, {}):
            with pytest.raises(NotAllowed):
                stop(world, actor, **scope)
    with pytest.raises(BadInput):
        stops.stop_issuing(reason=" ", actor=SYSTEM, at=AT)
    assert IssuingStop.objects.filter(lifted_at=None).count() == 0
