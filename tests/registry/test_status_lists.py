"""Places, lists and their signing: each place once and for ever, each list true within a round."""

import itertools
import json
import secrets
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from credentials.status import bitstring
from credentials.verify import OFFLINE, verify
from registry.common.errors import StateConflict
from registry.issuers.models import SigningKey
from registry.statuses import selectors, services
from registry.statuses.models import SignedList, StatusList, StatusPlace
from registry.verification.sources import RegistrySources
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def publish(at=AT):
    return services.publish_status_lists(at=at)


def served(purpose, number=1, at=None, slug="kalda"):
    return json.loads(selectors.signed_list(slug, purpose, number, at))


def bits(purpose, number=1):
    return bitstring.expand(served(purpose, number)["credentialSubject"]["encodedList"])


def test_a_credential_names_a_place_in_a_list_of_each_purpose(award, world):
    entries = json.loads(bytes(award.secured))["credentialStatus"]
    assert [e["statusPurpose"] for e in entries] == [
        "revocation",
        "suspension",
        "refresh",
        "message",
    ]
    assert len({e["statusListIndex"] for e in entries}) > 1
    for entry in entries:
        assert entry["statusListCredential"] == (
            f"http://localhost:8000/institutions/kalda/status/{entry['statusPurpose']}/1"
        )
    assert entries[3]["statusSize"] == 2
    assert [row["status"] for row in entries[3]["statusMessage"]] == ["0x0", "0x1", "0x2", "0x3"]


def test_new_lists_are_signed_before_anybody_asks(award):
    assert not selectors.waits()
    for purpose in ("revocation", "suspension", "refresh"):
        content = served(purpose)
        assert content["issuer"].endswith("institutions:kalda")
        assert content["validUntil"] == "2026-04-01T10:00:00Z"
        assert len(bits(purpose)) * 8 == 131_072
        assert not any(bits(purpose))
        raw = selectors.signed_list("kalda", purpose, 1)
        report = verify(raw, sources=RegistrySources(), at=AT, policy=OFFLINE)
        assert {f.code for f in report.findings} >= {"proof.verified", "key.issuers"}


def test_only_one_purpose_is_one_entry_as_open_badges_own_schema_has_it(
    world, registered, settings
):
    settings.STATUS_PURPOSES = ["revocation"]
    document = json.loads(bytes(acts.award(world, registered).secured))
    assert document["credentialStatus"]["statusPurpose"] == "revocation"


def test_the_same_credential_keeps_its_places(world):
    name = uuid.uuid4()
    first = services.allocate_places(institution=world.institution, subject_id=name)
    assert services.allocate_places(institution=world.institution, subject_id=name) == first
    assert StatusPlace.objects.filter(subject_id=name).count() == 4


def test_no_place_is_given_twice_moved_or_freed(world):
    services.allocate_places(institution=world.institution, subject_id=uuid.uuid4())
    place = StatusPlace.objects.first()
    for act in (
        lambda: StatusPlace.objects.create(
            list=place.list, index=place.index, subject_id=uuid.uuid4()
        ),
        lambda: StatusPlace.objects.filter(pk=place.pk).update(index=place.index + 1),
        lambda: StatusPlace.objects.filter(pk=place.pk).update(subject_id=uuid.uuid4()),
        place.delete,
    ):
        with pytest.raises(Exception, match=r"(?i)unique|append-only"), transaction.atomic():
            act()
    StatusPlace.objects.filter(pk=place.pk).update(value=1)


def test_a_short_list_cannot_be(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusList.objects.create(
            institution=world.institution, purpose="revocation", number=1, length=131_064
        )


def fill(row, free):
    """All places of a list but ``free`` are taken."""
    gaps = set(free)
    StatusPlace.objects.bulk_create(
        (
            StatusPlace(list=row, index=n, subject_id=uuid.UUID(int=n + 1))
            for n in range(row.length)
            if n not in gaps
        ),
        batch_size=2_000,
    )
    StatusList.objects.filter(pk=row.pk).update(taken=row.length - len(gaps))


def test_the_last_places_of_a_list_and_the_first_of_the_next(world, settings):
    settings.STATUS_PURPOSES = ["revocation"]
    row = StatusList.objects.create(
        institution=world.institution, purpose="revocation", number=1, length=131_072
    )
    free = [7, 131_071]
    fill(row, free)
    given = [
        services.allocate_places(institution=world.institution, subject_id=uuid.uuid4())[0]
        for _ in range(3)
    ]
    assert {int(e["statusListIndex"]) for e in given[:2]} == set(free)
    assert given[2]["statusListCredential"].endswith("/status/revocation/2")
    assert [e["statusListCredential"][-1] for e in given] == ["1", "1", "2"]


def test_places_are_drawn_at_random(world, settings):
    """Wald and Wolfowitz: runs above and below the median, within five standard deviations."""
    settings.STATUS_PURPOSES = ["revocation"]
    drawn = [
        int(
            services.allocate_places(institution=world.institution, subject_id=uuid.uuid4())[0][
                "statusListIndex"
            ]
        )
        for _ in range(400)
    ]
    assert len(set(drawn)) == 400
    median = sorted(drawn)[200]
    sides = [n >= median for n in drawn]
    runs = 1 + sum(a != b for a, b in itertools.pairwise(sides))
    assert abs(runs - 201) < 5 * 10
    assert abs(sum(drawn) / 400 - 65_536) < 5 * 131_072 / (12 * 400) ** 0.5


def test_what_is_written_is_signed_in_the_next_round_and_not_before(award, world):
    services.set_values(subjects=[award.pk], values={"revocation": 1})
    assert selectors.waits()
    assert not any(bits("revocation"))
    assert (publish(AT + DAY).signed, publish(AT + DAY).signed) == (1, 0)
    place = StatusPlace.objects.get(subject_id=award.pk, list__purpose="revocation")
    data = bits("revocation")
    assert [n for n in range(131_072) if data[n // 8] >> (7 - n % 8) & 1] == [place.index]
    assert not any(bits("suspension"))


def test_writing_the_same_again_signs_nothing(award):
    services.set_values(subjects=[award.pk], values={"revocation": 0})
    assert not selectors.waits()


def test_a_list_is_renewed_before_it_ends_and_says_the_same(award):
    before = SignedList.objects.count()
    assert publish(AT + 14 * DAY).signed == 0
    assert publish(AT + 15 * DAY).signed == 4
    assert SignedList.objects.count() == before + 4
    assert served("revocation")["validUntil"] == "2026-04-16T10:00:00Z"
    assert not any(bits("revocation"))


def test_the_past_is_told_as_it_was_signed(award):
    services.set_values(subjects=[award.pk], values={"suspension": 1})
    publish(AT + DAY)
    services.set_values(subjects=[award.pk], values={"suspension": 0})
    publish(AT + 3 * DAY)
    for days, found in ((0, False), (1, True), (2, True), (3, False), (9, False)):
        content = served("suspension", at=AT + days * DAY)
        data = bitstring.expand(content["credentialSubject"]["encodedList"])
        assert any(data) is found, days
    assert selectors.signed_list("kalda", "suspension", 1, AT - DAY) is None


def test_a_clock_that_went_back_gives_no_older_version(award):
    services.set_values(subjects=[award.pk], values={"revocation": 1})
    publish(AT + DAY)
    services.set_values(subjects=[award.pk], values={"revocation": 0})
    publish(AT)
    assert served("revocation")["validFrom"] == "2026-03-03T10:00:00Z"
    assert not any(bits("revocation"))


def test_what_was_signed_stays(award):
    row = SignedList.objects.first()
    for act in (row.delete, lambda: SignedList.objects.filter(pk=row.pk).update(raw=b"x")):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            act()


def test_without_a_key_lists_wait_and_nothing_is_lost(award, world):
    services.set_values(subjects=[award.pk], values={"revocation": 1})
    keys = SigningKey.objects.filter(institution=world.institution)
    keys.update(valid_until=AT + timedelta(hours=1))
    came = publish(AT + DAY)
    assert (came.signed, came.failed) == (0, 1)
    assert selectors.waits()
    keys.update(valid_until=None)
    assert (publish(AT + DAY).signed, selectors.waits()) == (1, False)
    assert any(bits("revocation"))


def test_a_signer_that_gives_garbage_gives_no_list(award, monkeypatch):
    from credentials.signers import MemorySigner

    services.set_values(subjects=[award.pk], values={"revocation": 1})
    monkeypatch.setattr(MemorySigner, "sign", lambda self, data: secrets.token_bytes(64))
    assert publish(AT + DAY).failed == 1
    monkeypatch.undo()
    assert publish(AT + DAY).signed == 1


def test_a_credential_without_a_place_is_told(world):
    with pytest.raises(StateConflict):
        services.set_values(subjects=[uuid.uuid4()], values={"revocation": 1})


def test_two_rounds_at_once_keep_one_version(award, monkeypatch):
    """The slower signs what the faster has stored already: the first stays."""
    services.set_values(subjects=[award.pk], values={"revocation": 1})
    store, inside = services._store, []

    def slower(row, raw, start):
        if not inside:
            inside.append(raw)
            row_again, values, begin = services._snapshot(row.pk, AT + DAY)
            assert values
            store(row_again, raw + b" ", begin)
        store(row, raw, start)

    monkeypatch.setattr(services, "_store", slower)
    publish(AT + DAY)
    row = StatusList.objects.get(purpose="revocation")
    assert (row.change, row.signed_change) == (2, 2)
    assert bytes(row.versions.get(change=2).raw) == inside[0] + b" "


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/institutions/kalda/status/revocation/1?x",
        "http://localhost:8000/institutions/kalda/status/revocation/01",
        "http://localhost:8000/institutions/kalda/status/nothing/1",
        "http://localhost:8000/institutions/other/status/revocation/1",
        "https://elsewhere.example/institutions/kalda/status/revocation/1",
        "/institutions/kalda/status/revocation/1",
    ],
)
def test_only_our_own_addresses_in_their_one_form(award, url):
    assert selectors.signed_list_by_url(url, AT) is None
    assert not selectors.is_list(url)
