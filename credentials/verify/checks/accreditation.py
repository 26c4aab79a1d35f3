"""Was the issuer accredited for this framework, level and field when it was issued?

Council Recommendation 2022/C 243/02, Annex II, principle 1. The question is about the day of
issuing: an accreditation that ended later doesn't make an honest credential wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from credentials.document import Verified
from credentials.errors import SourceUnavailable
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import AccreditationAnswer, AccreditationQuestion, Sources

CODES = (
    "accreditation.confirmed",
    "accreditation.confirmed_suspended_since",
    "accreditation.issuer_suspended",
    "accreditation.none",
    "accreditation.ended_before",
    "accreditation.not_covered",
    "accreditation.not_registered",
    "accreditation.unreachable",
    "accreditation.not_run",
)
_CODE_OF = {
    "none": "accreditation.none",
    "ended": "accreditation.ended_before",
    "not_covered": "accreditation.not_covered",
    "not_registered": "accreditation.not_registered",
    "suspended": "accreditation.issuer_suspended",
}


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Confirmed, refused with the reason, or not known."""
    try:
        answer = sources.accreditation(_question(credential, at))
    except SourceUnavailable as error:
        code = "accreditation.unreachable"
        return Finding("accreditation", Outcome.UNKNOWN, code, str(error))
    params = _params(answer)
    if answer.outcome == "confirmed":
        later = answer.suspended_since is not None
        code = "accreditation.confirmed_suspended_since" if later else "accreditation.confirmed"
        return Finding("accreditation", Outcome.PASSED, code, answer.detail, params)
    code = _CODE_OF[answer.outcome]
    return Finding("accreditation", Outcome.FAILED, code, answer.detail, params)


def _question(credential: Verified, at: datetime) -> AccreditationQuestion:
    subject = credential.document.get("credentialSubject")
    achievement: Any = subject.get("achievement") if isinstance(subject, dict) else None
    # A format of flat claims has no achievement; its envelope says the same under these names.
    achievement = credential.extra.get("achievement", achievement)
    facts = achievement if isinstance(achievement, dict) else {}
    isced = facts.get("isced")
    return AccreditationQuestion(
        issuer=credential.issuer,
        achievement=_text(facts.get("id")),
        version=facts.get("activityVersion")
        if isinstance(facts.get("activityVersion"), int)
        else None,
        framework=_text(facts.get("framework")),
        level=_text(facts.get("nationalLevel")),
        field=isced.rpartition("/")[2] if isinstance(isced, str) else None,
        at=credential.valid_from or at,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _params(answer: AccreditationAnswer) -> dict[str, str]:
    values = {
        "authority": answer.authority,
        "reference": answer.reference,
        "from": answer.valid_from and answer.valid_from.isoformat(),
        "until": answer.valid_until and answer.valid_until.isoformat(),
        "suspendedSince": answer.suspended_since and answer.suspended_since.isoformat(),
    }
    return {name: value for name, value in values.items() if value}
