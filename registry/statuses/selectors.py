"""What the lists say, now and at a time, as they were signed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import F, OuterRef, Subquery

from registry.statuses.models import SignedList, StatusList, StatusPlace

_PATH = re.compile(r"/institutions/([a-z0-9-]+)/status/([a-z]+)/([1-9][0-9]{0,8})")


def url_of(row: StatusList) -> str:
    """The list's address, which it also calls itself."""
    base = f"{settings.PUBLIC_URL}/institutions/{row.institution.slug}/status"
    return f"{base}/{row.purpose}/{row.number}"


def signed_list(slug: str, purpose: str, number: int, at: datetime | None = None) -> bytes | None:
    """The newest signed version, or the one that was newest at a time; ``None`` without one."""
    rows = SignedList.objects.filter(
        list__institution__slug=slug, list__purpose=purpose, list__number=number
    )
    if at is not None:
        rows = rows.filter(signed_at__lte=at)
    raw = rows.order_by("-change").values_list("raw", flat=True).first()
    return None if raw is None else bytes(raw)


def newest_lists(limit: int) -> list[bytes]:
    """All newest signed versions, for a trust file; none where they have more bytes than that."""
    newest = SignedList.objects.filter(list=OuterRef("pk")).order_by("-change")
    rows = StatusList.objects.annotate(raw=Subquery(newest.values("raw")[:1])).order_by("pk")
    found, size = [], 0
    for raw in rows.filter(raw__isnull=False).values_list("raw", flat=True).iterator():
        found.append(bytes(raw))
        size += len(found[-1])
        if size > limit:
            return []
    return found


def is_list(url: str) -> bool:
    """Whether an address is that of one of our lists, signed or not."""
    match = _own(url)
    return match is not None and StatusList.objects.filter(**match).exists()


def signed_list_by_url(url: str, at: datetime) -> bytes | None:
    """As ``signed_list``, by the list's address."""
    match = _own(url)
    if match is None:
        return None
    slug, purpose, number = match.values()
    return signed_list(str(slug), str(purpose), int(number), at)


def _own(url: str) -> dict[str, str | int] | None:
    path = url.removeprefix(settings.PUBLIC_URL)
    match = _PATH.fullmatch(path) if path != url else None
    if match is None:
        return None
    return {"institution__slug": match[1], "purpose": match[2], "number": int(match[3])}


def values_of(subject_id: uuid.UUID) -> Mapping[str, int]:
    """What is written of a credential, by purpose; empty for one that has no place in a list."""
    rows = StatusPlace.objects.filter(subject_id=subject_id)
    return dict(rows.values_list("list__purpose", "value"))


def waits() -> bool:
    """Whether any list waits to be signed."""
    return StatusList.objects.exclude(signed_change=F("change")).exists()
