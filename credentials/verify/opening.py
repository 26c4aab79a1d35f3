"""The door: envelope, structure, key, proof. If it stays shut, nothing inside is believed.

W3C VC Data Integrity 1.0, section 4.4 (verify proof), VCDM 2.0 section 7.1, VC-JOSE-COSE section 5,
in this order:

1. envelope   the bytes are within bounds, in one of the forms of ``credentials.envelopes``;
2. structure  the data model is kept, every context is a pinned one, every term defined, and what
              the envelope says beside the credential agrees with it;
3. key        each seal's key exists, may assert, lived then; one at least is the issuer's;
4. proof      every seal is right.
"""

from __future__ import annotations

from collections.abc import Sequence

from credentials.document import Verified
from credentials.encoding import canonicalize, sha256
from credentials.envelopes import CREDENTIALS, Envelope, Letter, Seal, Wire, pick, read_wire
from credentials.errors import CredentialError, InvalidProof, SourceUnavailable, Unsupported
from credentials.identifiers import VerificationMethod, speaks_for
from credentials.verify.files import unpacked
from credentials.verify.keyring import Keyring
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

CHECKS = ("envelope", "structure", "key", "proof")
CODES = {
    "envelope": ("envelope.read", "envelope.unreadable", "envelope.too_large",
                 "envelope.unknown_format", "envelope.malformed_token",
                 "envelope.malformed_data_url", "envelope.wrong_type", "envelope.unknown_header",
                 "envelope.baked", "envelope.attached", "envelope.too_costly",
                 "envelope.not_run"),
    "structure": ("structure.sound", "structure.missing_proof", "structure.enveloped",
                  "structure.claims_disagree", "structure.missing_claim",
                  "structure.malformed_claim", "structure.forbidden_claim",
                  "structure.hidden_claim", "structure.not_run"),
    "key": ("key.issuers", "key.not_issuers", "key.not_found", "key.unreachable",
            "key.not_for_assertion", "key.outside_period", "key.compromised", "key.unsupported",
            "key.malformed_method", "key.not_named", "key.not_for_use", "key.not_certified",
            "key.chain_not_checked", "key.not_run"),
    "proof": ("proof.verified", "proof.invalid_signature", "proof.unsupported_suite",
              "proof.malformed", "proof.wrong_purpose", "proof.previous_not_found",
              "proof.previous_cycle", "proof.algorithm_mismatch", "proof.critical_header",
              "proof.disclosure_not_signed", "proof.disclosure_malformed",
              "proof.binding_missing", "proof.binding_invalid",
              "proof.not_run"),
}  # fmt: skip

_GENERAL = {
    "structure": "structure.malformed",
    "key": "key.malformed",
    "proof": "proof.malformed",
}


def open_credential(
    raw: bytes,
    sources: Sources,
    *,
    purpose: str = "assertionMethod",
    envelopes: Sequence[Envelope] = CREDENTIALS,
    files: bool = False,
) -> tuple[list[Finding], Verified | None]:
    """The door's four findings, and the credential if it opened.

    With ``files``, what comes may be a picture or a PDF that carries the credential. The finding
    on the envelope has the format in its ``params``, and the kind of file that was opened.
    """
    return _Door(sources, purpose, envelopes).open(raw, files=files)


class _Shut(Exception):
    """The door stays shut; what was found so far is in ``_Door.findings``."""


class _Door:
    def __init__(self, sources: Sources, purpose: str, envelopes: Sequence[Envelope]) -> None:
        self._keys = Keyring(sources)
        self._purpose = purpose
        self._envelopes = envelopes
        self._file: str | None = None
        self.findings: list[Finding] = []
        self.digests: tuple[bytes, ...] = ()

    def open(self, raw: bytes, *, files: bool) -> tuple[list[Finding], Verified | None]:
        try:
            letter = self._letter(raw, files=files)
            methods = self._methods(letter)
            self._proofs(letter, methods)
        except _Shut:
            seen = {finding.check for finding in self.findings}
            for check in CHECKS:
                if check not in seen:
                    self._note(check, Outcome.NOT_RUN, f"{check}.not_run")
            return self.findings, None
        return self.findings, Verified(
            letter.document,
            letter.author or "",
            tuple(method.id for method in methods),
            letter.format,
            letter.valid_from,
            letter.valid_until,
            min((s.expires_at for s in letter.seals if s.expires_at is not None), default=None),
            letter.extra,
            letter.provable_until,
            min((m.distrusted_from for m in methods if m.distrusted_from), default=None),
            self.digests,
        )

    def _note(self, check: str, outcome: Outcome, code: str, detail: str = "") -> None:
        self.findings.append(Finding(check, outcome, code, detail))

    def _shut(self, check: str, code: str, detail: str, outcome: Outcome = Outcome.FAILED) -> _Shut:
        self._note(check, outcome, code, detail)
        return _Shut()

    # 1, 2
    def _letter(self, raw: bytes, *, files: bool) -> Letter:
        name = "unknown"
        try:
            if files:
                raw, self._file = unpacked(raw)
            wire = read_wire(raw)
            envelope = pick(wire, self._envelopes)
            name = envelope.name
            letter = envelope.open(wire)
            self.digests = _digests(wire)
        except CredentialError as error:
            raise self._refusal(error, name) from error
        self._read(letter.format)
        self._note("structure", Outcome.PASSED, "structure.sound")
        return letter

    def _read(self, name: str) -> None:
        params = {"format": name} | ({"file": self._file} if self._file else {})
        self.findings.append(Finding("envelope", Outcome.PASSED, "envelope.read", "", params))

    def _refusal(self, error: CredentialError, name: str) -> _Shut:
        """Which of the questions an unopened envelope has answered; those before it are passed."""
        check = error.code.partition(".")[0]
        if check == "envelope":
            return self._shut("envelope", error.code, str(error))
        self._read(name)
        if check in ("proof", "key"):
            self._note("structure", Outcome.PASSED, "structure.sound")
            return self._shut(check, error.code, str(error))
        return self._shut("structure", _in("structure", error), str(error))

    # 3
    def _methods(self, letter: Letter) -> list[VerificationMethod]:
        methods = []
        for seal in letter.seals:
            try:
                method = seal.method(self._keys)
                self._usable(method, seal, letter)
            except SourceUnavailable as error:
                raise self._shut("key", _in("key", error), str(error), Outcome.UNKNOWN) from error
            except CredentialError as error:
                raise self._shut("key", _in("key", error), str(error)) from error
            methods.append(method)
        author = letter.author
        if author is None or not any(speaks_for(m.controller, author) for m in methods):
            message = "No proof was made with a key of the issuer that the credential names."
            raise self._shut("key", "key.not_issuers", message)
        self._note("key", Outcome.PASSED, "key.issuers")
        return methods

    def _usable(self, method: VerificationMethod, seal: Seal, letter: Letter) -> None:
        may = method.assertion if self._purpose == "assertionMethod" else method.authentication
        if not may:
            raise InvalidProof("key.not_for_assertion", "The key isn't published for this use.")
        for moment in (seal.made_at, letter.valid_from):
            since = method.distrusted_from
            if moment is not None and since is not None and moment >= since:
                message = f"The key was stolen and is disowned from {since.isoformat()} on."
                raise InvalidProof("key.compromised", message)
            if moment is not None and not method.live_at(moment):
                message = "The key wasn't in use at the time of the signature."
                raise InvalidProof("key.outside_period", message)

    # 4
    def _proofs(self, letter: Letter, methods: list[VerificationMethod]) -> None:
        for seal, method in zip(letter.seals, methods, strict=True):
            try:
                seal.check(method, self._purpose)
            except Unsupported as error:
                code = "proof.unsupported_suite"
                raise self._shut("proof", code, str(error)) from error
            except CredentialError as error:
                raise self._shut("proof", _in("proof", error), str(error)) from error
        self._note("proof", Outcome.PASSED, "proof.verified", " ".join(letter.remarks))


def _digests(wire: Wire) -> tuple[bytes, ...]:
    """What a log may have entered: the bytes themselves, of JSON also in RFC 8785 form."""
    forms = [wire.raw] if wire.value is None else [wire.raw, canonicalize(wire.value)]
    return tuple(dict.fromkeys(map(sha256, forms)))


def _in(check: str, error: CredentialError) -> str:
    """The error's own code where it belongs to the check, the check's general one otherwise."""
    if error.code.startswith(f"{check}."):
        return error.code
    return _GENERAL[check]
