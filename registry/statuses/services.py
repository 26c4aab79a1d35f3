"""Give a credential its places, write to them, and sign the lists.

A list is signed when something changed, and before it ends; never because somebody asks for it:

1. the row is locked, and what is to be said is read with the number of the change it reaches;
2. it is built and signed with the institution's key, no transaction open;
3. the version is stored; of two that signed the same change, the first is kept.

A crash anywhere leaves a list that waits, and the next round signs it.
"""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from credentials.errors import CredentialError
from credentials.issue import prepare_document, sign
from credentials.status import bitstring
from registry.common.errors import DomainError, StateConflict
from registry.issuers.models import Institution
from registry.issuers.selectors import signer_at
from registry.statuses.models import SignedList, StatusList, StatusPlace
from registry.statuses.selectors import url_of

LENGTH = bitstring.MIN_ENTRIES
VALID_FOR = timedelta(days=30)
"""A list in hand is believed for so long. It is renewed at half of it."""
SUITE = "eddsa-jcs-2022"
MESSAGES = (
    "no message",
    "replaced by a new credential: a mistake was corrected",
    "replaced by a new credential: the holder's name changed",
    "the issuer left a note: ask the issuer",
)
"""``statusMessage`` of every credential (Bitstring Status List 1.0, section 2.1); two bits."""
_BITS = {"message": 2}
_DRAWN = 64
_log = logging.getLogger(__name__)


@transaction.atomic
def allocate_places(*, institution: Institution, subject_id: uuid.UUID) -> list[dict[str, Any]]:
    """A random place in a list of each purpose; returns the ``credentialStatus`` of a credential.

    Called twice for one credential, it gives the same places.
    """
    entries = []
    for purpose in settings.STATUS_PURPOSES:
        place = (
            StatusPlace.objects.filter(subject_id=subject_id, list__purpose=purpose)
            .select_related("list__institution")
            .first()
        ) or _take(institution, purpose, subject_id)
        entries.append(_entry(place))
    return entries


def _take(institution: Institution, purpose: str, subject_id: uuid.UUID) -> StatusPlace:
    """A free place of the newest list, or the first of a new one. The list stays locked."""
    rows = StatusList.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.filter(institution=institution, purpose=purpose)
    row = rows.select_related("institution").order_by("-number").first()
    if row is None or row.taken == row.length:
        number = row.number + 1 if row else 1
        found, _made = StatusList.objects.get_or_create(
            institution=institution, purpose=purpose, number=number, defaults={"length": LENGTH}
        )
        row = rows.select_related("institution").get(pk=found.pk)
    index = _free(row)
    StatusList.objects.filter(pk=row.pk).update(taken=F("taken") + 1)
    return StatusPlace.objects.create(list=row, index=index, subject_id=subject_id)


def _free(row: StatusList) -> int:
    """A place that nobody has, each as likely as any other."""
    drawn = [secrets.randbelow(row.length) for _ in range(_DRAWN)]
    places = StatusPlace.objects.filter(list=row)
    taken = set(places.filter(index__in=drawn).values_list("index", flat=True))
    for index in drawn:
        if index not in taken:
            return index
    # Nearly full: count what is left.
    taken = set(places.values_list("index", flat=True))
    left = [index for index in range(row.length) if index not in taken]
    return secrets.choice(left)


def _entry(place: StatusPlace) -> dict[str, Any]:
    purpose = place.list.purpose
    entry: dict[str, Any] = dict(
        bitstring.entry_for(url_of(place.list), index=place.index, purpose=purpose)
    )
    if purpose in _BITS:
        entry["statusSize"] = _BITS[purpose]
        entry["statusMessage"] = [
            {"status": f"0x{value:x}", "message": text} for value, text in enumerate(MESSAGES)
        ]
    return entry


@transaction.atomic
def set_values(*, subjects: Iterable[uuid.UUID], values: Mapping[str, int]) -> None:
    """Write values by purpose for credentials; their lists wait to be signed after that.

    Lists are locked in the order of their ids, so that two writers never wait for each other.
    Raises ``StateConflict`` for a credential that has no place for a purpose.
    """
    asked = set(subjects)
    places = list(
        StatusPlace.objects.filter(subject_id__in=asked, list__purpose__in=values).values_list(
            "pk", "list_id", "list__purpose", "subject_id"
        )
    )
    needed = {purpose for purpose, value in values.items() if value}
    have = {(subject, purpose) for _pk, _list, purpose, subject in places}
    if any((subject, purpose) not in have for subject in asked for purpose in needed):
        raise StateConflict("This credential names no status list for this: issue it anew.")
    lists = sorted({row[1] for row in places})
    list(StatusList.objects.select_for_update(no_key=True).filter(pk__in=lists).order_by("pk"))
    changed = set()
    for purpose, value in values.items():
        rows = StatusPlace.objects.filter(pk__in=[p[0] for p in places if p[2] == purpose])
        rows = rows.exclude(value=value)
        touched = set(rows.values_list("list_id", flat=True))
        rows.update(value=value)
        changed |= touched
    StatusList.objects.filter(pk__in=changed).update(change=F("change") + 1)


def sign_again(*, institution: Institution) -> None:
    """All lists of an institution wait to be signed, whatever they say: its key isn't trusted."""
    StatusList.objects.filter(institution=institution).update(change=F("change") + 1)


@dataclass(frozen=True)
class Round:
    """What a round of signing came to."""

    signed: int
    failed: int


def publish_status_lists(*, at: datetime, institution: Institution | None = None) -> Round:
    """Sign every list that waits or ends soon. Safe to run twice and at once; never raises.

    A list whose institution has no key that can be used now waits, and is counted as failed.
    """
    rows = StatusList.objects.filter(
        ~Q(signed_change=F("change")) | Q(renew_at__isnull=True) | Q(renew_at__lte=at)
    )
    if institution is not None:
        rows = rows.filter(institution=institution)
    signed = failed = 0
    for key in rows.order_by("pk").values_list("pk", flat=True):
        try:
            signed += _publish(key, at)
        except (DomainError, CredentialError) as error:
            _log.warning("status list %s waits: %s", key, error)
            failed += 1
        except DatabaseError:
            # What was done before is committed: it isn't undone, and its answer not spoiled.
            if transaction.get_connection().in_atomic_block:
                raise
            _log.exception("status list %s waits", key)
            failed += 1
    return Round(signed, failed)


def _publish(key: uuid.UUID, at: datetime) -> bool:
    found = _snapshot(key, at)  # 1
    if found is None:
        return False
    row, values, start = found
    url = url_of(row)
    if row.purpose in _BITS:
        size = _BITS[row.purpose]
        encoded = bitstring.encode_values(values, size=size, length=row.length)
    else:
        encoded = bitstring.encode(values, length=row.length)
    document = bitstring.list_credential(
        url,
        issuer=row.institution.did,
        purpose=row.purpose,
        encoded_list=encoded,
        valid_from=start,
        valid_until=start + VALID_FOR,
    )
    signer = signer_at(row.institution, at)
    secured = sign(prepare_document(document, at=start), signer=signer, at=start, suite=SUITE)  # 2
    _store(row, secured.raw, start)  # 3
    return True


@transaction.atomic
def _snapshot(key: uuid.UUID, at: datetime) -> tuple[StatusList, dict[int, int], datetime] | None:
    """The list, what is set in it, and from when; ``None`` if another round has just signed it."""
    rows = StatusList.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("institution").get(pk=key)
    if row.change == row.signed_change:
        if row.renew_at is not None and row.renew_at > at:
            return None
        # Only to be renewed: the same words, said again.
        StatusList.objects.filter(pk=key).update(change=F("change") + 1)
        row.change += 1
    places = StatusPlace.objects.filter(list=row, value__gt=0)
    newest = row.versions.order_by("-change").first()
    start = at.replace(microsecond=0)
    if newest is not None:
        # A version never seems older than the one before it, whatever the clock says.
        start = max(start, newest.signed_at)
    return row, dict(places.values_list("index", "value")), start


@transaction.atomic
def _store(row: StatusList, raw: bytes, start: datetime) -> None:
    SignedList.objects.get_or_create(
        list_id=row.pk, change=row.change, defaults={"signed_at": start, "raw": raw}
    )
    StatusList.objects.filter(pk=row.pk, signed_change__lt=row.change).update(
        signed_change=row.change, renew_at=start + VALID_FOR / 2
    )
