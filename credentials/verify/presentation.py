"""The door for presentations: whose presentation is it, and was it made for us?

VCDM 2.0, section 4.13; Data Integrity 1.0, section 2.1 (``challenge``, ``domain``); VC-JOSE-COSE,
section 3.1.2 (``nonce``, ``aud``). The proof is made by the holder's key, published for
authentication. Presentations without a proof are refused: nobody knows who shows them.
"""

from __future__ import annotations

from datetime import datetime

from credentials.encoding import canonicalize
from credentials.envelopes import PRESENTATIONS, Letter, Seal, pick, read_wire
from credentials.errors import CredentialError, InvalidProof, SourceUnavailable, Unsupported
from credentials.identifiers import VerificationMethod, speaks_for
from credentials.profiles.vcdm import credentials_in
from credentials.verify.keyring import Keyring
from credentials.verify.report import Finding, Outcome
from credentials.verify.sources import Sources

PURPOSE = "authentication"
CODES = (
    "presentation.verified",
    "presentation.malformed",
    "presentation.invalid_proof",
    "presentation.unsupported",
    "presentation.key_unreachable",
)


def open_presentation(
    raw: bytes, sources: Sources, *, at: datetime, challenge: str | None, domain: str | None
) -> tuple[list[Finding], tuple[bytes, ...]]:
    """The presentation's findings, and the credentials in it as bytes (none if it is refused)."""
    name = "unknown"
    try:
        wire = read_wire(raw)
        envelope = pick(wire, PRESENTATIONS)
        name = envelope.name
        letter = envelope.open(wire)
        name = letter.format
        credentials = tuple(canonicalize(row) for row in credentials_in(letter.document))
        _check(letter, Keyring(sources), at, challenge, domain)
    except SourceUnavailable as error:
        return [_finding(Outcome.UNKNOWN, "presentation.key_unreachable", name, error)], ()
    except Unsupported as error:
        return [_finding(Outcome.FAILED, "presentation.unsupported", name, error)], ()
    except InvalidProof as error:
        return [_finding(Outcome.FAILED, "presentation.invalid_proof", name, error)], ()
    except CredentialError as error:
        return [_finding(Outcome.FAILED, "presentation.malformed", name, error)], ()
    return [_finding(Outcome.PASSED, "presentation.verified", name)], credentials


def _finding(
    outcome: Outcome, code: str, name: str, error: CredentialError | None = None
) -> Finding:
    detail = "" if error is None else str(error)
    return Finding("presentation", outcome, code, detail, {"format": name})


def _check(
    letter: Letter, keys: Keyring, at: datetime, challenge: str | None, domain: str | None
) -> None:
    if letter.valid_from is not None and at < letter.valid_from:
        raise InvalidProof("presentation.invalid_proof", "It isn't to be used yet.")
    for seal in letter.seals:
        method = seal.method(keys)
        _check_holder(method, seal, letter, at)
        if challenge is not None and seal.challenge != challenge:
            raise InvalidProof("presentation.invalid_proof", "It was made for another challenge.")
        if domain is not None and domain not in seal.domains:
            raise InvalidProof("presentation.invalid_proof", "It was made for another domain.")
        seal.check(method, PURPOSE)


def _check_holder(method: VerificationMethod, seal: Seal, letter: Letter, at: datetime) -> None:
    if not method.authentication:
        message = "The key isn't published for authentication."
        raise InvalidProof("presentation.invalid_proof", message)
    if letter.author is not None and not speaks_for(method.controller, letter.author):
        raise InvalidProof("presentation.invalid_proof", "The proof isn't the holder's.")
    if not method.live_at(seal.made_at or at):
        message = "The key wasn't in use at the time of the signature."
        raise InvalidProof("presentation.invalid_proof", message)
    if seal.expires_at is not None and at > seal.expires_at:
        raise InvalidProof("presentation.invalid_proof", "Its proof has expired.")
