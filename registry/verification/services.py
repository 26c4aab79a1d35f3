"""Verify what is brought: bytes, or one of our own links. One report for page and API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from credentials.encoding import parse_json
from credentials.errors import NotFound, SourceUnavailable
from credentials.http_sources import Fetcher
from credentials.profiles.vcdm import day_or_moment
from credentials.verify import PROOF_ONLY, PUBLIC, Policy, Report, verify, verify_presentation
from registry.awards.models import Award, StatusChange
from registry.awards.selectors import superseded_by
from registry.common.errors import BadInput, DomainError, Kind
from registry.issuers.selectors import suspension_rows, trust_rows
from registry.ledger import selectors as ledger
from registry.sharing.models import Share
from registry.sharing.selectors import open_share
from registry.statuses import selectors as statuses
from registry.verification.sources import RegistrySources

MAX_LISTS = 512 * 1024
"""Bytes of status lists in a trust file: whoever reads it takes one megabyte in all."""


@dataclass(frozen=True)
class Shown:
    """What a link leads to: the award that counts now, and the changes that led to it."""

    share: Share
    award: Award
    superseded: tuple[StatusChange, ...] = ()


class NotAShareLink(DomainError):
    """Where nothing is fetched, only this registry's own links are followed."""

    kind = Kind.MALFORMED
    code = "url_not_a_share"


class UrlNotFetched(DomainError):
    """The address isn't one that is fetched, or nothing came from there."""

    kind = Kind.MALFORMED
    code = "url_not_fetched"


def verify_upload(raw: bytes, *, at: datetime, policy: Policy = PUBLIC) -> Report:
    """The report on a credential somebody brought."""
    return verify(raw, sources=RegistrySources(), at=at, policy=policy)


def verify_proof_only(raw: bytes, *, at: datetime) -> Report:
    """Authentic and in force, whoever issued it (W3C VC API)."""
    return verify_upload(raw, at=at, policy=PROOF_ONLY)


def verify_share(token: str, *, at: datetime) -> tuple[Report, Shown]:
    """The report on what is shared under a link. Raises ``NotShared``.

    Where it was superseded, the link leads to the credential that counts now.
    """
    shown = open_shown(token, at=at)
    return verify_upload(bytes(shown.award.secured or b""), at=at), shown


def open_shown(token: str, *, at: datetime) -> Shown:
    """What a link leads to, without checking it. Raises ``NotShared``."""
    share = open_share(token, at)
    superseded = superseded_by(share.award)
    replacement = superseded[-1].replacement if superseded else None
    return Shown(share, replacement or share.award, tuple(superseded))


def moment_asked(text: str, at: datetime) -> datetime:
    """The moment that somebody asks about: the end of a day, or the moment itself, until ``at``.

    Raises ``BadInput``.
    """
    then = day_or_moment(text)
    if then is None:
        message = "Give a day, such as 2025-03-01, or a moment with its zone."
        raise BadInput(message, params={"field": "at"})
    if then > at and then.date() > at.date():
        raise BadInput("That day is still to come.", params={"field": "at"})
    return min(then, at)


def raw_of_url(url: str, *, at: datetime, elsewhere: bool = True) -> bytes:
    """What an address leads to: one of our links, or a file ``elsewhere`` (https).

    Raises ``NotAShareLink``, ``NotShared``, ``UrlNotFetched``.
    """
    parts, own = urlsplit(url.strip()), urlsplit(settings.PUBLIC_URL)
    steps = [step for step in parts.path.split("/") if step]
    if parts.netloc == own.netloc and len(steps) == 2 and steps[0] == "s":
        return bytes(open_shown(steps[1], at=at).award.secured or b"")
    if not (elsewhere and settings.VERIFIER_OUTBOUND):
        message = "Give a link that begins with %(address)s, or the file itself."
        raise NotAShareLink(message, params={"address": f"{settings.PUBLIC_URL}/s/"})
    return _fetched(url.strip())


def _fetched(url: str) -> bytes:
    try:
        return Fetcher(allow_loopback=settings.VERIFIER_ALLOW_LOOPBACK).get(url, accept="*/*")
    except (NotFound, SourceUnavailable) as error:
        raise UrlNotFetched("Nothing could be fetched from this address.") from error


def verify_shown(
    raw: bytes, *, at: datetime, challenge: str | None, domain: str | None
) -> tuple[Report, tuple[Report, ...]]:
    """The reports on a presentation and the credentials in it."""
    return verify_presentation(
        raw,
        sources=RegistrySources(),
        at=at,
        challenge=challenge,
        domain=domain,
        policy=PROOF_ONLY,
    )


def trust_file() -> dict[str, Any]:
    """What a verifier takes along to check offline, as it stands now.

    Keys, accreditations, suspensions and status lists of all institutions, and the log's key. Lists
    that would make it too large are left out: they are fetched each from its address.
    """
    documents, accreditations = trust_rows()
    return {
        "didDocuments": documents,
        "accreditations": accreditations,
        "suspensions": suspension_rows(),
        "statusLists": [parse_json(raw) for raw in statuses.newest_lists(MAX_LISTS)],
        "ledger": {"verifier": str(ledger.verifier()), "url": f"{settings.PUBLIC_URL}/ledger"},
    }
