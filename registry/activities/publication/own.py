"""Our own JSON: the payload as it was registered, and what a reader needs to understand it.

Shape: ``schemas/activity/publication-v1.schema.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.activities.publication.model import Party, Published
from registry.activities.publication.values import moment
from schemas import vocabularies

SCHEMA_ID = "https://registry.example/schemas/activity-publication/v1"
SCHEMA_PATH = "/schemas/activity-publication/v1"
EQF_BASE = "http://data.europa.eu/snb/eqf/"


def build(it: Published, isced_space: str = "elm") -> dict[str, Any]:
    """The document. ``isced_space`` is ``elm`` or ``esco`` (see ``schemas.isced``)."""
    return {
        "$schema": f"{it.base}{SCHEMA_PATH}",
        "id": it.activity_id,
        "url": it.url,
        "version": it.number,
        "version_url": it.version_url,
        "current": it.number == it.latest,
        "state": it.state,
        "first_registered_at": moment(it.first_registered_at),
        "version_registered_at": moment(it.registered_at),
        "institution": it.awarding.slug,
        "framework": it.framework.code,
        "route": it.route_code,
        "route_version": it.route_version,
        "digest": it.digest.hex(),
        "names": _names(it),
        "level": _level(it),
        "field": _field(it, isced_space),
        "skills": [{"uri": uri, "label": dict(label)} for uri, label in it.skills],
        "assurance": _assurance(it),
        "parties": _parties(it),
        "warnings": [dict(row) for row in it.warnings],
        "versions": _versions(it),
        "payload": it.payload,
    }


def _names(it: Published) -> dict[str, Any]:
    route = it.route
    return {
        "framework": dict(it.framework.name),
        "abbreviation": it.framework.abbreviation,
        "route": dict(route.name) if route else {},
    }


def _level(it: Published) -> dict[str, Any] | None:
    if it.national_level is None and not it.eqf:
        return None
    level = it.level
    return {
        "national": it.national_level,
        "label": level.label if level else it.national_level,
        "uri": level.uri if level else None,
        "eqf": list(it.eqf),
        "eqf_uri": [f"{EQF_BASE}{number}" for number in it.eqf],
    }


def _field(it: Published, space: str) -> dict[str, Any]:
    field = it.field
    return {
        "isced_f": it.payload["isced_f"],
        "label": dict(field.label) if field else {},
        "uri": field.uri_in(space) if field else None,
    }


def _assurance(it: Published) -> dict[str, Any]:
    kind = it.payload["quality_assurance"]["kind"]
    term = vocabularies.terms("quality-assurance").get(kind)
    return {
        "standing": str(it.standing),
        "kind": kind,
        "label": dict(term.label) if term else {},
        "uri": term.uri if term else None,
    }


def _parties(it: Published) -> dict[str, Any]:
    single: Mapping[str, Party | None] = {
        "platform": it.platform,
        "developer": it.developer,
        "certifier": it.certifier,
        "rating_body": it.rating_body,
    }
    return {
        "awarding_body": _party(it.awarding, it.base),
        "providers": [_party(party, it.base) for party in it.providers],
        **{name: party and _party(party, it.base) for name, party in single.items()},
        "designed_with": [_party(party, it.base) for party in it.designed_with],
    }


def _party(party: Party, base: str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": dict(party.name)}
    if party.slug is not None:
        row |= {
            "url": f"{base}/institutions/{party.slug}/",
            "slug": party.slug,
            "did": party.did,
            "country": party.country,
            "type": party.provider_type,
            "homepage": party.homepage or None,
        }
    return row


def _versions(it: Published) -> list[dict[str, Any]]:
    return [
        {
            "version": ref.number,
            "url": f"{it.url}/versions/{ref.number}",
            "registered_at": moment(ref.registered_at),
            "digest": ref.digest.hex(),
        }
        for ref in it.versions
    ]
