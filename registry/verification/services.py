"""Verify what is brought: bytes, or one of our own links. One report for page and API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from credentials.errors import NotFound, SourceUnavailable
from credentials.http_sources import Fetcher
from credentials.verify import PROOF_ONLY, PUBLIC, Policy, Report, verify, verify_presentation
from registry.common.errors import DomainError, Kind
from registry.issuers.selectors import suspension_rows, trust_rows
from registry.sharing.models import Share
from registry.sharing.selectors import open_share
from registry.verification.sources import RegistrySources


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


def verify_share(token: str, *, at: datetime) -> tuple[Report, Share]:
    """The report on what is shared under a link. Raises ``NotShared``."""
    share = open_share(token, at)
    return verify_upload(bytes(share.award.secured or b""), at=at), share


def verify_url(url: str, *, at: datetime, elsewhere: bool = True) -> Report:
    """The report on what an address leads to: one of our links, or a file ``elsewhere`` (https).

    Raises ``NotAShareLink``, ``NotShared``, ``UrlNotFetched``.
    """
    parts, own = urlsplit(url.strip()), urlsplit(settings.PUBLIC_URL)
    steps = [step for step in parts.path.split("/") if step]
    if parts.netloc == own.netloc and len(steps) == 2 and steps[0] == "s":
        return verify_share(steps[1], at=at)[0]
    if not (elsewhere and settings.VERIFIER_OUTBOUND):
        message = "Give a link that begins with %(address)s, or the file itself."
        raise NotAShareLink(message, params={"address": f"{settings.PUBLIC_URL}/s/"})
    return verify_upload(_fetched(url.strip()), at=at)


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
    """What a verifier takes along to check offline: keys and accreditations of all institutions."""
    documents, accreditations = trust_rows()
    return {
        "didDocuments": documents,
        "accreditations": accreditations,
        "suspensions": suspension_rows(),
    }
