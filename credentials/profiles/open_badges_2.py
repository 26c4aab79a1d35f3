"""Open Badges 2.0, hosted: for displayers and backpacks that read nothing newer.

IMS Global, Open Badges 2.0 (2018), "Assertion", "BadgeClass", "Profile", "Hosted Verification".
Nothing is signed: a hosted badge is as true as the site that serves it, and as long as it does. So
it is three documents, each under the address that it gives itself, and our verifier doesn't read
them back. Much is lost or becomes text for people; ``docs/formats.md`` says what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from credentials.errors import Malformed
from credentials.profiles.facts import AwardFacts, LangMap
from credentials.profiles.open_badges import alignments, decimal, moment
from schemas import vocabularies

CONTEXT: Final = "https://w3id.org/openbadges/v2"
PARTS: Final = ("assertion", "badge", "issuer")
# The standard asks for a picture of every badge: a plain disc, where there is no other.
_DISC: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Ccircle cx='4' cy='4' r='4' fill='%23114b8b'/%3E%3C/svg%3E"
)


@dataclass(frozen=True, slots=True)
class Hosted:
    """The three documents, to be served under ``address/<part>.json``."""

    assertion: Mapping[str, Any]
    badge: Mapping[str, Any]
    issuer: Mapping[str, Any]


def build(facts: AwardFacts, *, address: str, email: str, salt: str, image: str = _DISC) -> Hosted:
    """The documents of an award that are served under ``address`` (https).

    ``email`` is where the issuer is reached, which the standard asks for; ``salt`` goes into the
    hash of the learner's address, and must stay the same as long as the badge is served. Raises
    ``Malformed`` (``facts.missing``) without the learner's e-mail address, by which the standard
    knows recipients, or the institution's homepage.
    """
    if not facts.learner.email:
        message = "Open Badges 2.0 knows the learner by an e-mail address."
        raise Malformed("facts.missing", message, pointer="/learner/email")
    if not facts.awarding_body.homepage:
        message = "Open Badges 2.0 asks for the issuer's homepage."
        raise Malformed("facts.missing", message, pointer="/awardingBody/homepage")
    urls = {part: f"{address}/{part}.json" for part in PARTS}
    return Hosted(
        _assertion(facts, urls, salt),
        _badge(facts, urls, image),
        _issuer(facts, urls["issuer"], email),
    )


def _assertion(facts: AwardFacts, urls: Mapping[str, str], salt: str) -> dict[str, Any]:
    identity = sha256(f"{(facts.learner.email or '').lower()}{salt}".encode()).hexdigest()
    recipient = {"type": "email", "hashed": True, "salt": salt, "identity": f"sha256${identity}"}
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": urls["assertion"],
        "recipient": recipient,
        "badge": urls["badge"],
        "verification": {"type": "HostedBadge"},
        "issuedOn": moment(facts.issued_at),
    }
    if facts.valid_until is not None:
        document["expires"] = moment(facts.valid_until)
    if facts.grade:
        scheme = f" ({facts.grading_scheme})" if facts.grading_scheme else ""
        document["narrative"] = f"{facts.grade}{scheme}"
    if facts.further_information:
        document["evidence"] = [{"id": u, "name": title} for title, u in facts.further_information]
    return document


def _badge(facts: AwardFacts, urls: Mapping[str, str], image: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": urls["badge"],
        "name": _text(facts.title, facts.language),
        "@language": facts.language,
        "description": _text(facts.description, facts.language),
        "image": image,
        "criteria": {"id": facts.activity_url, "narrative": _narrative(facts)},
        "issuer": urls["issuer"],
        "alignment": [
            {name: row[name] for name in _ALIGNMENT if name in row} for row in alignments(facts)
        ],
    }


_ALIGNMENT: Final = (
    "targetName",
    "targetUrl",
    "targetDescription",
    "targetFramework",
    "targetCode",
)


def _narrative(facts: AwardFacts) -> str:
    """What the format has no members for, in words."""
    kinds = [
        _text(vocabularies.term("assessment-type", code).label, facts.language)
        for code in facts.assessment_types
    ]
    load = facts.workload
    size = [
        f"{decimal(load.hours)} h" if load.hours is not None else "",
        f"{decimal(load.credits)} {load.credit_system}" if load.credits is not None else "",
    ]
    parts = [", ".join(kinds), ", ".join(filter(None, size)), *facts.prerequisites]
    return "; ".join(filter(None, parts))


def _issuer(facts: AwardFacts, url: str, email: str) -> dict[str, Any]:
    body = facts.awarding_body
    return {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": url,
        "name": _text(body.legal_name, facts.language),
        "url": body.homepage,
        "email": email,
    }


def _text(texts: LangMap, language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))
