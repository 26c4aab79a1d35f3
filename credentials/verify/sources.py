"""Where a verifier's knowledge comes from. Several makers, one contract.

A source that answers "no such thing" raises ``NotFound``; one that can't answer raises
``SourceUnavailable``. The verifier turns the first into FAILED and the second into UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, Protocol

from credentials.encoding import canonicalize, parse_json
from credentials.envelopes import read_wire
from credentials.errors import (
    CredentialError,
    KeyNotUsable,
    Malformed,
    NotFound,
    SourceUnavailable,
)
from credentials.identifiers import VerificationMethod, parse_did_document, split_method
from credentials.keys import CertificateChain
from credentials.profiles.vcdm import parse_moment
from credentials.verify.certificates import (
    TrustedCertificate,
    TrustedCertificates,
    read_certificates,
)
from credentials.verify.logs import InclusionAnswer, InclusionQuestion, NoProofs, ProofsInHand


@dataclass(frozen=True)
class AccreditationQuestion:
    """Was this issuer entitled to award this, at that time?"""

    issuer: str
    achievement: str | None
    version: int | None
    framework: str | None
    level: str | None
    field: str | None
    at: datetime


@dataclass(frozen=True)
class AccreditationAnswer:
    """The answer of a source that knows."""

    outcome: Literal["confirmed", "none", "ended", "not_covered", "not_registered", "suspended"]
    detail: str = ""
    authority: str | None = None
    reference: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    # Of a confirmed answer: the issuer was suspended later, and still is.
    suspended_since: datetime | None = None


@dataclass(frozen=True)
class StatusListQuestion:
    """Which list, in what form, of whose credential, as of when?"""

    url: str
    media_type: str
    issuer: str
    at: datetime


@dataclass(frozen=True)
class StatusListAnswer:
    """A list as it came; whose it is, is found out from its signature.

    ``fetched_at`` is when it came from where it is published, ``None`` if nobody knows.
    """

    raw: bytes
    fetched_at: datetime | None = None


class Sources(Protocol):
    """What the door and the rooms may ask."""

    def verification_method(self, method_id: str) -> VerificationMethod:
        """The published method of that id. Raises ``NotFound``, ``SourceUnavailable``."""

    def methods_of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """All that a controller publishes, for signatures that don't name their key by a URL.

        Raises ``NotFound``, ``SourceUnavailable``.
        """

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """The leaf's key as one of ``controller``'s.

        That is: the chain leads to a certificate that is trusted, and its holder speaks for that
        controller. Raises ``KeyNotUsable`` if either is not so, ``SourceUnavailable`` if nobody
        here can tell.
        """

    def accreditation(self, question: AccreditationQuestion) -> AccreditationAnswer:
        """The answer. Raises ``SourceUnavailable``."""

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """What is published at ``question.url`` now. Raises ``NotFound``, ``SourceUnavailable``."""

    def inclusion(self, question: InclusionQuestion) -> InclusionAnswer:
        """Proofs that it stands in the log.

        Raises ``NotFound`` where the log's keeper knows that it doesn't, ``SourceUnavailable``
        where nobody here can tell (``inclusion.pending``: it isn't published yet).
        """


class NoStatusLists:
    """A base for sources that have no lists."""

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """Not known."""
        message = "No status list is at hand, and nothing was asked."
        raise SourceUnavailable("status.list_unavailable", message)


class KeysByName:
    """A base for sources that know keys by their URL and nothing else of them."""

    def methods_of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """Not known."""
        message = "The keys of this issuer aren't known here but by their full names."
        raise SourceUnavailable("key.unreachable", message)

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """Not known: no list of trusted certificates is kept."""
        message = "No trusted certificates are kept here: whose this is can't be told."
        raise SourceUnavailable("key.chain_not_checked", message)


@dataclass
class SimulatedSources:
    """An issuer's world in memory, for tests: say what exists and what doesn't answer."""

    methods: dict[str, VerificationMethod] = field(default_factory=dict)
    answers: dict[str, AccreditationAnswer] = field(default_factory=dict)
    down: bool = False
    holders: dict[bytes, str] = field(default_factory=dict)
    """Trusted leaf certificates in DER, and for whom each speaks."""
    lists: dict[str, bytes | StatusListAnswer] = field(default_factory=dict)
    """Status lists by address."""
    proven: InclusionAnswer | None = None
    """What the log says of every credential; ``None`` if there is no proof."""

    def verification_method(self, method_id: str) -> VerificationMethod:
        """As published."""
        if self.down:
            raise SourceUnavailable("key.unreachable", "The source doesn't answer.")
        if method_id not in self.methods:
            raise NotFound("key.not_found", "There is no such key.")
        return self.methods[method_id]

    def methods_of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """As published."""
        if self.down:
            raise SourceUnavailable("key.unreachable", "The source doesn't answer.")
        return tuple(m for m in self.methods.values() if m.controller == controller)

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """As said."""
        if self.down:
            raise SourceUnavailable("key.chain_not_checked", "The source doesn't answer.")
        if self.holders.get(chain.certificates[0]) != controller:
            raise KeyNotUsable("key.not_certified", "The certificate isn't the issuer's.")
        return VerificationMethod(f"{controller}#x5c", controller, chain.public_key)

    def accreditation(self, question: AccreditationQuestion) -> AccreditationAnswer:
        """As said."""
        if self.down:
            raise SourceUnavailable("accreditation.unreachable", "The source doesn't answer.")
        return self.answers.get(question.issuer, AccreditationAnswer("none"))

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """As published."""
        if self.down:
            raise SourceUnavailable("status.list_unavailable", "The source doesn't answer.")
        found = self.lists.get(question.url)
        if found is None:
            raise NotFound("status.list_not_found", "There is no such list.")
        return found if isinstance(found, StatusListAnswer) else StatusListAnswer(found)

    def inclusion(self, question: InclusionQuestion) -> InclusionAnswer:
        """As published."""
        if self.down or self.proven is None:
            raise SourceUnavailable("inclusion.no_proof", "No proof of the log is at hand.")
        return self.proven


class PinnedSources(KeysByName):
    """What a trust file says: DID documents and accreditations taken from a registry before.

    ``{"didDocuments": [...], "accreditations": [{"issuer", "framework", "levels", "fields",
    "validFrom", "validUntil", "authority", "reference"}]}``. A DID it doesn't hold is not known;
    a method that a DID document it holds doesn't have does not exist. An accreditation can be
    confirmed for a credential that says framework, level and field, unless one of the file's
    ``suspensions`` (``issuer``, ``validFrom``, ``validUntil``) held at the time; where the file
    names none for the issuer, the answer is "none" only if the file speaks for that issuer at all.

    ``statusLists`` of a trust file are the lists as they stood when it was taken, signed by their
    issuers; ``status_lists`` are lists in hand, as they were published; each is known by the
    address that it gives itself; ``proofs`` are proof files, held against the logs that the trust
    files name (``ledger``). Raises ``Malformed`` (``trust_file.malformed``).
    """

    def __init__(
        self,
        trust_files: Iterable[Any],
        status_lists: Iterable[bytes] = (),
        proofs: Iterable[bytes] = (),
    ) -> None:
        self._proofs = ProofsInHand(proofs)
        pinned: list[bytes] = []
        self._documents: dict[str, dict[str, VerificationMethod]] = {}
        self._accreditations: list[Mapping[str, Any]] = []
        self._suspensions: list[tuple[str, datetime, datetime | None]] = []
        trusted: list[TrustedCertificate] = []
        for value in trust_files:
            if isinstance(value, dict) and {"didDocuments", "certificates"} & value.keys():
                documents = value.get("didDocuments", [])
                trusted += read_certificates(value.get("certificates", []))
                self._accreditations += _rows(value.get("accreditations", []))
                self._suspensions += map(_suspension, _rows(value.get("suspensions", [])))
                pinned += map(canonicalize, _rows(value.get("statusLists", [])))
                if "ledger" in value:
                    self._proofs.trust(value["ledger"])
            else:
                documents = [value]
            for document in _rows(documents):
                did = str(document.get("id"))
                methods = parse_did_document(document, did)
                self._documents[did] = {method.id: method for method in methods}

        # A list that was given by itself is newer than the one that came with the trust file.
        self._lists = {**_by_address(dict.fromkeys(pinned)), **_by_address(status_lists)}
        self._trusted = TrustedCertificates(trusted)

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """By the trust files' certificates; not known where they hold none."""
        if not self._trusted:
            return super().certified(chain, controller)
        return self._trusted.certified(chain, controller)

    def verification_method(self, method_id: str) -> VerificationMethod:
        """From a pinned DID document."""
        controller, _ = split_method(method_id)
        self.methods_of(controller)
        try:
            return self._documents[controller][method_id]
        except KeyError as error:
            message = "The issuer's document has no such key."
            raise NotFound("key.not_found", message) from error

    def methods_of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """All of a pinned DID document."""
        if controller not in self._documents:
            message = "No trust file holds this issuer, and nothing was asked."
            raise SourceUnavailable("key.unreachable", message)
        return tuple(self._documents[controller].values())

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """A list in hand."""
        if question.url not in self._lists:
            message = "This status list isn't among those given, and nothing was asked."
            raise SourceUnavailable("status.list_unavailable", message)
        return StatusListAnswer(self._lists[question.url])

    def inclusion(self, question: InclusionQuestion) -> InclusionAnswer:
        """The proof files given."""
        return self._proofs.inclusion(question)

    def accreditation(self, question: AccreditationQuestion) -> AccreditationAnswer:
        """From the pinned accreditations."""
        rows = [row for row in self._accreditations if row.get("issuer") == question.issuer]
        if not rows or question.framework is None:
            message = "No trust file says whether the issuer was accredited."
            raise SourceUnavailable("accreditation.unreachable", message)
        since = None
        for issuer, start, end in self._suspensions:
            if issuer != question.issuer:
                continue
            if start <= question.at and (end is None or question.at < end):
                return AccreditationAnswer("suspended", "The issuer was suspended then.")
            since = start if end is None else since
        day = question.at.astimezone(UTC).date()
        best = AccreditationAnswer("none", "The issuer has no accreditation in this framework.")
        for row in rows:
            answer = _covers(row, question, day)
            if answer.outcome == "confirmed":
                return replace(answer, suspended_since=since)
            if answer.outcome != "none":
                best = answer
        return best


def _by_address(status_lists: Iterable[bytes]) -> dict[str, bytes]:
    """Lists by the address each gives itself. Nothing is believed: the check asks the list."""
    found: dict[str, bytes] = {}
    for raw in status_lists:
        try:
            wire = read_wire(raw)
            content = parse_json(wire.token.payload) if wire.token is not None else wire.value
        except Malformed as error:
            message = f"A status list can't be read: {error}"
            raise Malformed("trust_file.malformed", message) from error
        url = content.get("id", content.get("sub")) if isinstance(content, dict) else None
        if not isinstance(url, str) or url in found:
            message = "A status list says its own address (id or sub), and each stands there once."
            raise Malformed("trust_file.malformed", message)
        found[url] = raw
    return found


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Malformed("trust_file.malformed", "A trust file holds lists of objects.")
    return value


def _suspension(row: Mapping[str, Any]) -> tuple[str, datetime, datetime | None]:
    try:
        issuer, start, end = str(row["issuer"]), parse_moment(row["validFrom"]), None
        if row.get("validUntil") is not None:
            end = parse_moment(row["validUntil"])
            complete = end is not None
        else:
            complete = True
    except KeyError:
        start, complete = None, False
    if start is None or not complete:
        raise Malformed("trust_file.malformed", "A suspension isn't complete.")
    return issuer, start, end


def _covers(
    row: Mapping[str, Any], question: AccreditationQuestion, day: date
) -> AccreditationAnswer:
    try:
        start = date.fromisoformat(row["validFrom"])
        end = date.fromisoformat(row["validUntil"]) if row.get("validUntil") else None
        levels, fields = row.get("levels") or [], row.get("fields") or []
        if row["framework"] != question.framework:
            return AccreditationAnswer("none")
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("trust_file.malformed", "An accreditation isn't complete.") from error
    facts: dict[str, Any] = {
        "authority": row.get("authority"),
        "reference": row.get("reference"),
        "valid_from": start,
        "valid_until": end,
    }
    if day < start or (end is not None and day >= end):
        return AccreditationAnswer("ended", "The accreditation wasn't in force then.", **facts)
    if levels and question.level is not None and question.level not in levels:
        return AccreditationAnswer("not_covered", "The level lies outside its scope.", **facts)
    if fields and question.field and not any(question.field.startswith(f) for f in fields):
        return AccreditationAnswer("not_covered", "The field lies outside its scope.", **facts)
    return AccreditationAnswer("confirmed", **facts)


__all__ = [
    "AccreditationAnswer",
    "AccreditationQuestion",
    "CredentialError",
    "InclusionAnswer",
    "InclusionQuestion",
    "KeysByName",
    "NoProofs",
    "NoStatusLists",
    "PinnedSources",
    "SimulatedSources",
    "Sources",
    "StatusListAnswer",
    "StatusListQuestion",
]
