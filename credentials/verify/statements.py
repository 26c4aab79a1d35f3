"""The four statements: authentic; in force on a day; quality assured by whom; recognised as what.

They are apart because each has its own source: the signature, the clock and the status list, the
register of accreditations, the framework. What nobody confirmed but the issuer says of itself is
``STATED``; what is said nowhere is ``NOT_STATED``, and never read as a no. A framework's level is
told as it stands there, and no other is worked out from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from credentials.verify.policy import DOOR
from credentials.verify.report import Answer, Finding, Outcome, Statement

_ALIGNED: Final = ("ext:EQF", "ext:NQF")


def statements(
    findings: Sequence[Finding], document: Mapping[str, Any] | None, at: datetime
) -> tuple[Statement, ...]:
    """The four, in their order; ``document`` is what was signed, ``None`` if nobody knows."""
    by_check = {finding.check: finding for finding in findings}
    door = [by_check[name] for name in DOOR if name in by_check]
    accredited = by_check.get("accreditation")
    return (
        _authentic(door, document),
        _in_force([f for f in map(by_check.get, ("validity", "status")) if f], at),
        _assured(accredited, document),
        _recognised(accredited, document),
    )


def _authentic(door: Sequence[Finding], document: Mapping[str, Any] | None) -> Statement:
    answer, code = _joined(door)
    issuer = _issuer(document)
    return Statement("authentic", answer, code, {"issuer": issuer} if issuer else {})


def _in_force(findings: Sequence[Finding], at: datetime) -> Statement:
    answer, code = _joined(findings)
    on = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Statement("in_force", answer, code, {"on": on})


def _joined(findings: Sequence[Finding]) -> tuple[Answer, str]:
    """No if anything failed, yes if nothing is left open; and the finding that decided."""
    for outcomes, answer in (
        ((Outcome.FAILED,), Answer.NO),
        ((Outcome.UNKNOWN, Outcome.NOT_RUN), Answer.UNKNOWN),
    ):
        for finding in findings:
            if finding.outcome in outcomes:
                return answer, finding.code
    return (Answer.YES, findings[-1].code) if findings else (Answer.UNKNOWN, "")


def _assured(accredited: Finding | None, document: Mapping[str, Any] | None) -> Statement:
    said = {"by": "; ".join(_quality(document))} if document is not None else {}
    if accredited is None or document is None:
        return Statement("quality_assured", Answer.UNKNOWN, accredited.code if accredited else "")
    if accredited.outcome is Outcome.PASSED:
        who = accredited.params.get("authority", "")
        params = {"by": who, "reference": accredited.params.get("reference", "")}
        params = {name: value for name, value in params.items() if value}
        return Statement("quality_assured", Answer.YES, accredited.code, params)
    if accredited.outcome is Outcome.FAILED:
        return Statement("quality_assured", Answer.NO, accredited.code, {})
    answer = Answer.STATED if said["by"] else Answer.NOT_STATED
    return Statement("quality_assured", answer, accredited.code, said if said["by"] else {})


def _recognised(accredited: Finding | None, document: Mapping[str, Any] | None) -> Statement:
    if document is None:
        return Statement("recognised", Answer.UNKNOWN, accredited.code if accredited else "")
    levels = "; ".join(_levels(document))
    code = accredited.code if accredited else ""
    if not levels:
        return Statement("recognised", Answer.NOT_STATED, code, {})
    confirmed = accredited is not None and accredited.outcome is Outcome.PASSED
    return Statement("recognised", Answer.YES if confirmed else Answer.STATED, code, {"as": levels})


# --- What a credential says of itself, by the names of each profile ------------------------------


def _issuer(document: Mapping[str, Any] | None) -> str:
    if document is None:
        return ""
    issuer = document.get("issuer", document.get("iss"))
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    return issuer if isinstance(issuer, str) else ""


def _quality(document: Mapping[str, Any]) -> list[str]:
    badge = [
        _said(row, "targetName", "targetFramework")
        for row in _alignments(document)
        if _text(row.get("targetType")) == "ext:QualityAssurance"
    ]
    learning = [
        ", ".join(filter(None, (_text(node.get("title")), _name(node.get("accreditingAgent")))))
        for qualification in _qualifications(document)
        for node in _objects(qualification.get("accreditation"))
    ]
    return _distinct([*badge, *learning, *_texts(document.get("qualityAssurance"))])


def _levels(document: Mapping[str, Any]) -> list[str]:
    badge = [
        _said(row, "targetName", "targetFramework")
        for row in _alignments(document)
        if _text(row.get("targetType")) in _ALIGNED
    ]
    learning = [
        " ".join(filter(None, (name, _text(node.get("prefLabel")))))
        for qualification in _qualifications(document)
        for member, name in (("eqfLevel", "EQF"), ("nqfLevel", ""))
        for node in _objects(qualification.get(member))
    ]
    flat = [document.get("level"), document.get("nationalQualificationsFrameworkLevel")]
    return _distinct([*badge, *learning, *_texts(flat)])


def _alignments(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for subject in _objects(document.get("credentialSubject")):
        for achievement in _objects(subject.get("achievement")):
            yield from _objects(achievement.get("alignment"))


def _qualifications(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for subject in _objects(document.get("credentialSubject")):
        for claim in _objects(subject.get("hasClaim")):
            yield from _objects(claim.get("specifiedBy"))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]


def _texts(value: Any) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [row for row in rows if isinstance(row, str) and row]


def _text(value: Any) -> str:
    """A text, or that of a language map: the English one if there is one, else the first."""
    if isinstance(value, dict):
        value = value.get("en", next(iter(value.values()), ""))
    found = _texts(value)
    return found[0] if found else ""


def _name(value: Any) -> str:
    return next((_text(row.get("legalName")) for row in _objects(value)), "")


def _said(row: Mapping[str, Any], first: str, second: str) -> str:
    name, more = _text(row.get(first)), _text(row.get(second))
    return f"{name} ({more})" if name and more else name


def _distinct(rows: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(row for row in rows if row))
