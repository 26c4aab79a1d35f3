"""The claims of an SD-JWT VC under the names that the report's page knows from W3C credentials.

What is signed is flat (``credentials.profiles.sd_jwt_vc``); only what was shown is there at all.
Another issuer's claims may be of any type: what isn't text where text belongs isn't shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def as_credential(claims: Mapping[str, Any]) -> dict[str, Any]:
    """A dictionary for display; it has no proof, and nothing verifies it again."""
    names = [_text(claims, "givenName"), _text(claims, "familyName"), _text(claims, "fullName")]
    name = " ".join(filter(None, names))
    return {
        "name": _text(claims, "title") or _text(claims, "vct"),
        "issuer": {"id": _text(claims, "iss"), "name": _text(claims, "awardingBody")},
        "validFrom": _moment(claims.get("nbf")) or _moment(claims.get("iat")),
        "validUntil": _moment(claims.get("exp")),
        "awardedDate": _text(claims, "issuanceDate"),
        "credentialSubject": {
            "identifier": [{"identityType": "name", "identityHash": name}] if name else [],
            "achievement": {"alignment": _alignments(claims)},
        },
    }


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _texts(claims: Mapping[str, Any], name: str) -> list[str]:
    value = claims.get(name)
    return [row for row in value if isinstance(row, str)] if isinstance(value, list) else []


def _moment(seconds: Any) -> str:
    """NumericDate as text; the verifier's door has refused what isn't one."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _alignments(claims: Mapping[str, Any]) -> list[dict[str, str]]:
    levels = [_text(claims, "level"), _text(claims, "nationalQualificationsFrameworkLevel")]
    groups = {
        "ext:LearningOutcome": _texts(claims, "learningOutcomes"),
        "ext:EQF": [level for level in levels if level],
        "ext:QualityAssurance": _texts(claims, "qualityAssurance"),
        "ext:StackableTowards": _texts(claims, "partOfQualification"),
    }
    return [
        {"targetType": kind, "targetName": name} for kind, names in groups.items() for name in names
    ]
