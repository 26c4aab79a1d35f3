"""Revoked or suspended? A status that can't be evaluated is not known, never passed.

VCDM 2.0, section 4.10; Bitstring Status List 1.0, section 3.2 (whose errors stand in brackets
below); IETF Token Status List, "Validation Rules". Every entry is evaluated, in this order:

1. the entry is read                                     status.entry_malformed
2. the list is asked for [STATUS_RETRIEVAL_ERROR]        status.list_unavailable
3. it goes through the door [STATUS_VERIFICATION_ERROR]  status.list_not_verified
4. it is the list that was asked for, and the issuer's   status.list_of_another, .list_unnamed
5. it is of that time, and not stale                     status.list_stale, .list_of_another_time
6. its purpose, length and the entry's place in it       status.purpose_mismatch, .list_too_short
   [STATUS_LIST_LENGTH_ERROR, RANGE_ERROR]               .out_of_range, .list_malformed
7. the value                                             status.clear, .revoked, .suspended, …
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from credentials.document import Verified
from credentials.encoding import parse_json
from credentials.envelopes import CREDENTIALS
from credentials.envelopes.status_list import status_list_token
from credentials.errors import CredentialError, Malformed, NotFound, SourceUnavailable
from credentials.status import STATUS_TYPES, Entry, Form, State, StatusList, StatusType
from credentials.verify.opening import open_credential
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources, StatusListAnswer, StatusListQuestion

MAX_ENTRIES: Final = 8
CLOCK_SKEW: Final = timedelta(minutes=1)
_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "status.none_declared": Outcome.NOT_APPLICABLE,
    "status.clear": Outcome.PASSED,
    "status.message": Outcome.PASSED,
    "status.newer_available": Outcome.PASSED,
    "status.revoked": Outcome.FAILED,
    "status.superseded": Outcome.FAILED,
    "status.suspended": Outcome.FAILED,
    "status.set": Outcome.FAILED,
    "status.entry_malformed": Outcome.FAILED,
    "status.too_many": Outcome.FAILED,
    "status.list_not_verified": Outcome.FAILED,
    "status.list_of_another": Outcome.FAILED,
    "status.list_malformed": Outcome.FAILED,
    "status.list_too_short": Outcome.FAILED,
    "status.out_of_range": Outcome.FAILED,
    "status.purpose_mismatch": Outcome.FAILED,
    "status.unknown_type": Outcome.UNKNOWN,
    "status.unknown_value": Outcome.UNKNOWN,
    "status.list_unavailable": Outcome.UNKNOWN,
    "status.list_unnamed": Outcome.UNKNOWN,
    "status.list_stale": Outcome.UNKNOWN,
    "status.list_of_another_time": Outcome.UNKNOWN,
}
CODES = (*_OUTCOMES, "status.not_run")
# What the reader must know first; of the rest, what failed before what isn't known.
_FIRST: Final = ("status.revoked", "status.suspended", "status.set")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one entry came to."""

    code: str
    detail: str = ""
    state: State | None = None

    @property
    def outcome(self) -> Outcome:
        return _OUTCOMES[self.code]


def run(credential: Verified, sources: Sources, at: datetime) -> Finding:
    """Not applicable without a declared status; else the worst of what the entries say."""
    declared = _declared(credential)
    if not declared:
        return Finding("status", Outcome.NOT_APPLICABLE, "status.none_declared")
    if len(declared) > MAX_ENTRIES:
        detail = f"More than {MAX_ENTRIES} entries aren't looked at."
        return Finding("status", Outcome.FAILED, "status.too_many", detail)
    asking = _Asking(credential, sources, at)
    answers = [asking.evaluate(row, entry) for row, entry in declared]
    worst = min(answers, key=_rank)
    codes = {answer.code for answer in answers}
    if worst.code == "status.revoked" and "status.newer_available" in codes:
        # Revoked, and a newer version exists: it was replaced. The issuer's message says why.
        why = next((a.detail for a in answers if a.code == "status.message"), "")
        worst = _Answer("status.superseded", why, worst.state)
    return Finding("status", worst.outcome, worst.code, worst.detail, _params(worst, answers))


def _rank(answer: _Answer) -> int:
    if answer.code in _FIRST:
        return _FIRST.index(answer.code)
    if answer.outcome is Outcome.PASSED:
        # A message of value 0 is what every credential begins with: the others come first.
        return 9 if answer.state is not None and answer.state.value == 0 else 8
    return 3 if answer.outcome is Outcome.FAILED else 4


def _declared(credential: Verified) -> list[tuple[StatusType | str, Mapping[str, Any]]]:
    """Each entry with its row of ``STATUS_TYPES``, or with the names that aren't known."""
    found: list[tuple[StatusType | str, Mapping[str, Any]]] = []
    if credential.format == "dc+sd-jwt":
        for name, entry in credential.document.get("status", {}).items():
            row = STATUS_TYPES.get(name)
            known = row is not None and row.form is Form.TOKEN and isinstance(entry, dict)
            found.append((row if row is not None and known else str(name)[:80], entry))
        return found
    entries: Any = credential.document.get("credentialStatus", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        types = entry.get("type", [])
        kinds = [kind for kind in (types if isinstance(types, list) else [types]) if kind]
        rows = [STATUS_TYPES[kind] for kind in kinds if kind in STATUS_TYPES]
        rows = [row for row in rows if row.form is not Form.TOKEN]
        found.append((rows[0] if rows else ", ".join(map(str, kinds))[:80], entry))
    return found


class _Asking:
    """The entries of one credential; each list is asked for once."""

    def __init__(self, credential: Verified, sources: Sources, at: datetime) -> None:
        self._credential = credential
        self._sources = sources
        self._at = at
        self._lists: dict[tuple[Form, str], StatusList | _Answer] = {}

    def evaluate(self, row: StatusType | str, raw: Mapping[str, Any]) -> _Answer:
        """The steps of the module's list for one entry."""
        if isinstance(row, str):
            detail = f"The status is kept in a list of a type that isn't evaluated here: {row}."
            return _Answer("status.unknown_type", detail)
        try:
            entry = row.read_entry(raw, self._credential.document)  # 1
            status_list = self._list(row, entry)
            if isinstance(status_list, _Answer):
                return status_list
            return _said(row.state_of(entry, status_list))  # 6, 7
        except CredentialError as error:
            return _refusal(error)

    def _list(self, row: StatusType, entry: Entry) -> StatusList | _Answer:
        key = (row.form, entry.url)
        if key not in self._lists:
            self._lists[key] = self._fetched(row, entry)
        return self._lists[key]

    def _fetched(self, row: StatusType, entry: Entry) -> StatusList | _Answer:
        question = StatusListQuestion(entry.url, row.media_type, self._credential.issuer, self._at)
        try:
            answer = self._sources.status_list(question)  # 2
        except (NotFound, SourceUnavailable) as error:
            return _Answer("status.list_unavailable", str(error))
        try:
            found = self._opened(row, answer.raw)  # 3
            self._belongs(entry, found)  # 4
            self._timely(row, found, answer)  # 5
        except CredentialError as error:
            return _refusal(error)
        return found

    # 3
    def _opened(self, row: StatusType, raw: bytes) -> StatusList:
        if row.form is Form.PLAIN:
            return _plain(raw)
        token = row.form is Form.TOKEN
        forms = (status_list_token(self._credential.issuer),) if token else CREDENTIALS
        findings, opened = open_credential(raw, self._sources, envelopes=forms)
        if opened is None:
            bad = next(f for f in findings if f.outcome is not Outcome.PASSED)
            message = f"The list: {bad.detail or bad.code}"
            # What isn't a list at all says as little as no answer; a list whose key can't be had
            # isn't false, and not believed.
            if bad.check == "envelope" or bad.outcome is Outcome.UNKNOWN:
                raise SourceUnavailable("status.list_unavailable", message)
            raise Malformed("status.list_not_verified", message)
        if opened.distrusted_from is not None:
            message = "The list is signed with a key that was stolen; its issuer must sign anew."
            raise SourceUnavailable("status.list_unavailable", message)
        ends = [end for end in (opened.valid_until, opened.signed_until) if end is not None]
        return StatusList(
            opened.document,
            opened.issuer,
            _names(opened.document),
            opened.valid_from,
            min(ends, default=None),
            row.ttl_of(opened.document),
        )

    # 4
    def _belongs(self, entry: Entry, found: StatusList) -> None:
        if found.issuer != self._credential.issuer:
            message = "The list is signed by another than the credential's issuer."
            raise Malformed("status.list_of_another", message)
        if not found.names:
            message = "The list doesn't say which list it is: it could stand for another."
            raise SourceUnavailable("status.list_unnamed", message)
        if entry.url not in found.names:
            message = "This is another list than the credential names."
            raise Malformed("status.list_of_another", message)

    # 5
    def _timely(self, row: StatusType, found: StatusList, answer: StatusListAnswer) -> None:
        if found.valid_from is not None and self._at < found.valid_from - CLOCK_SKEW:
            message = "The list was made later than the time that is asked about."
            raise SourceUnavailable("status.list_of_another_time", message)
        if found.valid_until is not None and self._at > found.valid_until:
            message = f"The list was good until {found.valid_until.isoformat()}."
            raise SourceUnavailable("status.list_stale", message)
        since = answer.fetched_at or found.valid_from
        old = None if since is None else (self._at - since).total_seconds()
        if found.ttl is not None and old is not None and old > found.ttl:
            message = "The list is older than its issuer lets it be; get it anew."
            raise SourceUnavailable("status.list_stale", message)


def _refusal(error: CredentialError) -> _Answer:
    code = error.code if error.code in _OUTCOMES else "status.list_malformed"
    return _Answer(code, str(error))


def _plain(raw: bytes) -> StatusList:
    """1EdTech Revocation List: JSON that nobody signed, as its address gave it."""
    try:
        content = parse_json(raw)
    except Malformed as error:
        raise SourceUnavailable("status.list_unavailable", f"The list: {error}") from error
    if not isinstance(content, dict):
        raise SourceUnavailable("status.list_unavailable", "The list isn't one.")
    issuer = content.get("issuer")
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    return StatusList(content, issuer if isinstance(issuer, str) else None, _names(content))


def _names(content: Mapping[str, Any]) -> frozenset[str]:
    """What a list calls itself: its id, its subject's without the fragment, a token's ``sub``."""
    subject = content.get("credentialSubject")
    inner = subject.get("id") if isinstance(subject, dict) else None
    inner = inner.partition("#")[0] if isinstance(inner, str) and "id" not in content else None
    rows = (content.get("id"), inner, content.get("sub"))
    return frozenset(row for row in rows if isinstance(row, str))


# 7
def _said(state: State) -> _Answer:
    if state.value == 0 and state.purpose != "message":
        return _Answer("status.clear", state=state)
    code = {
        "revocation": "status.revoked",
        "suspension": "status.suspended",
        "refresh": "status.newer_available",
        "message": "status.message",
        "application": "status.unknown_value",
    }.get(state.purpose, "status.set")
    detail = f"The issuer says: {state.message[:200]}." if state.message else ""
    if code == "status.unknown_value":
        detail = f"The list says {state.value}, and what that means is its issuer's own."
    if code == "status.set":
        detail = f"The issuer set the status {state.purpose[:80]}."
    return _Answer(code, detail, state)


def _params(worst: _Answer, answers: list[_Answer]) -> dict[str, str]:
    """For machines: the entry that decided, and what each of several said."""
    params: dict[str, str] = {}
    if worst.code == "status.unknown_type":
        params["types"] = worst.detail.rpartition(": ")[2].rstrip(".")
    if worst.state is not None:
        params |= {"purpose": worst.state.purpose, "list": worst.state.entry.url}
        params["value"] = str(worst.state.value)
        if worst.state.message:
            params["message"] = worst.state.message[:200]
    if len(answers) > 1:
        params["entries"] = ", ".join(answer.code.partition(".")[2] for answer in answers)
    return params
