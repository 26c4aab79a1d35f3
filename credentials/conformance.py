"""``python -m credentials jose``: what the W3C VC-JOSE-COSE test suite calls.

One document, one key, one answer in a file: ``{"result": "success" | "failure" | "indeterminate",
"data": "…"}``. The same code as everywhere reads and makes the tokens, with two differences that
the suite asks for: the key is given (a verification method with ``publicKeyJwk`` and
``secretKeyJwk``), so whose it is isn't asked; and no clock is looked at. So this is a tool for
tests and no verifier: for that there is ``verify``.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from credentials.encoding import canonicalize, parse_json
from credentials.envelopes import Envelope, Wire
from credentials.envelopes.cose import VC_COSE, VP_COSE
from credentials.envelopes.jwt import VC_JWT, VP_JWT
from credentials.envelopes.sd_jwt import VC_SD_JWT, VP_SD_JWT
from credentials.envelopes.securing import FORMS, present
from credentials.envelopes.selective import SELECTIVE
from credentials.envelopes.wire import read_wire
from credentials.errors import CredentialError, Malformed, NotFound
from credentials.identifiers import VerificationMethod
from credentials.issue import prepare_document
from credentials.keys import CertificateChain, PrivateKey, PublicKey
from credentials.profiles.vcdm import CONTEXT, credentials_in
from credentials.proofs.disclosures import Frame, Step
from credentials.signers import MemorySigner
from schemas import catalogue

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = re.compile(
    r"(?:(?P<name>[A-Za-z@][A-Za-z0-9_]*)|\[(?P<number>[0-9]{1,4})\])"
    r"(?:\.(?=[A-Za-z@])|(?=\[)|\Z)(?P<rest>.*)\Z"
)
_INNER: Final = re.compile(r"data:application/(vc|vp)\+(jwt|sd-jwt|cose)(;base64)?,\S+\s*\Z")


@dataclass(frozen=True, slots=True)
class Given:
    """What one call is given."""

    raw: bytes
    key: Mapping[str, Any]
    """A verification method: ``id``, ``controller``, ``publicKeyJwk``, ``secretKeyJwk``."""
    hidden: Sequence[str]
    """Paths to be selectively disclosable, such as ``credentialSubject.phoneNumbers[0]``."""

    def signer(self) -> MemorySigner:
        """The private key under its id. Raises ``CredentialError``."""
        return MemorySigner(PrivateKey.from_jwk(self._jwk("secretKeyJwk")), str(self.key["id"]))

    def method(self) -> VerificationMethod:
        """The public key. Raises ``CredentialError``."""
        key = PublicKey.from_jwk(self._jwk("publicKeyJwk"))
        return VerificationMethod(str(self.key["id"]), str(self.key["controller"]), key)

    def _jwk(self, name: str) -> Mapping[str, Any]:
        value = self.key.get(name)
        if not isinstance(value, dict):
            raise Malformed("key.malformed", f"The key file has no {name}.")
        return value


@dataclass(frozen=True, slots=True)
class GivenKey:
    """``envelopes.Keys`` with one key, the author's whoever that is."""

    method: VerificationMethod

    def named(self, method_id: str) -> VerificationMethod:
        """It, if that is its name."""
        if method_id != self.method.id:
            raise NotFound("key.not_found", "The token names another key.")
        return self.method

    def of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """It."""
        return (self.method,)

    def certified(self, chain: CertificateChain, controller: str) -> VerificationMethod:
        """Nobody's."""
        raise NotFound("key.not_found", "No certificates are looked at.")


Act = Callable[[Given], str]
"""(what is given) → what was made, as text; empty if nothing was. Raises ``CredentialError``."""


def run(act: str, feature: str, given: Given) -> dict[str, str]:
    """One call: ``act`` is issue or verify, ``feature`` one of ``FEATURES``."""
    if feature not in FEATURES:
        return {"result": "indeterminate", "data": f"{feature} isn't known here."}
    try:
        return {"result": "success", "data": FEATURES[feature][act](given)}
    except (CredentialError, KeyError, UnicodeError) as error:
        return {"result": "failure", "data": str(error)}


def main(act: str, files: Mapping[str, str], feature: str, hidden: Sequence[str]) -> None:
    """As the command line: ``files`` are those of input, key and output."""
    key = parse_json(Path(files["key"]).read_bytes())
    given = Given(Path(files["input"]).read_bytes(), key, hidden)
    text = json.dumps(run(act, feature, given), ensure_ascii=False)
    Path(files["output"]).write_text(text + "\n", encoding="utf-8")


# --- Issue --------------------------------------------------------------------------------------


def known_members(document: Mapping[str, Any], kind: str) -> None:
    """Raise ``Malformed`` for a top-level member that the data model doesn't have.

    The suite wants such refused, though its documents' ``@vocab`` would define any name (test 5).
    """
    terms = catalogue.context(CONTEXT)["@context"]
    known = {"@context", "id", "type", "name", "description", *terms[kind]["@context"]}
    unknown = sorted(document.keys() - known)
    if unknown:
        message = f"The data model has no member {unknown[0]}."
        raise Malformed("structure.undefined_term", message, pointer=f"/{unknown[0]}")


def credential_of(raw: bytes) -> Mapping[str, Any]:
    """The unsecured credential in a file, linted; its period doesn't matter. Raises."""
    document = prepare_document(_object(raw), at=_EPOCH).document
    known_members(document, "VerifiableCredential")
    return document


def presentation_of(raw: bytes) -> Mapping[str, Any]:
    """The unsecured presentation in a file. Raises ``CredentialError``."""
    document = _object(raw)
    known_members(document, "VerifiablePresentation")
    inner_look_secured(document)
    return document


def inner_look_secured(document: Mapping[str, Any]) -> None:
    """Each credential of a presentation is enveloped; nobody here has the keys of all of them."""
    for row in credentials_in(document):
        url = row.get("id")
        if row.get("type") not in _ENVELOPED or not isinstance(url, str) or not _INNER.match(url):
            raise Malformed("structure.enveloped", "A credential in it isn't secured.")


_ENVELOPED: Final = ("EnvelopedVerifiableCredential", ["EnvelopedVerifiableCredential"])


def _object(raw: bytes) -> dict[str, Any]:
    value = parse_json(raw)
    if not isinstance(value, dict):
        raise Malformed("structure.malformed", "The file holds one JSON object.")
    return value


def frame_of(paths: Sequence[str]) -> Frame:
    """The frame that hides what stands at each path. Raises ``Malformed``."""
    hidden: list[Step] = []
    inside: dict[Step, list[str]] = {}
    for path in paths:
        match = _STEP.match(path)
        if match is None:
            raise Malformed("prepare.frame", f"{path[:80]} isn't a path, such as a.b[0].c.")
        step: Step = match["name"] or int(match["number"])
        if match["rest"]:
            inside.setdefault(step, []).append(match["rest"])
        else:
            hidden.append(step)
    return Frame(hidden, {step: frame_of(rows) for step, rows in inside.items()})


def _issue(suite: str, given: Given) -> bytes:
    signer = given.signer()
    form = FORMS[suite]
    document = credential_of(given.raw)
    at = datetime.now(UTC)
    if suite in SELECTIVE:
        secured = SELECTIVE[suite](document, signer, at, frame=frame_of(given.hidden))
    else:
        secured = form.secure(document, signer, at)
    again, _ = form.reread(secured, signer.public_key)
    if canonicalize(again) != canonicalize(document):
        raise Malformed("signer.bad_signature", "What was signed isn't what was given.")
    return secured


def _present(suite: str, given: Given) -> bytes:
    signer, document = given.signer(), presentation_of(given.raw)
    frame = frame_of(given.hidden)
    return present(document, signer=signer, at=datetime.now(UTC), suite=suite, frame=frame)


# --- Verify -------------------------------------------------------------------------------------


def check(envelope: Envelope, wire: Wire, given: Given, purpose: str) -> Mapping[str, Any]:
    """Open an envelope and check its seals with the key that is given. Raises."""
    if not envelope.recognises(wire):
        raise Malformed("envelope.unknown_format", f"This isn't {envelope.name}.")
    letter = envelope.open(wire)
    keys = GivenKey(given.method())
    for seal in letter.seals:
        seal.check(seal.method(keys), purpose)
    return letter.document


def _credential(envelope: Envelope, wire: Wire, given: Given) -> str:
    known_members(check(envelope, wire, given, "assertionMethod"), "VerifiableCredential")
    return ""


def _presentation(envelope: Envelope, wire: Wire, given: Given) -> str:
    inner_look_secured(check(envelope, wire, given, "authentication"))
    return ""


def _base64(raw: bytes) -> Wire:
    """A COSE file: base64 without padding."""
    try:
        text = raw.decode("ascii").strip()
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise Malformed("envelope.malformed_token", "The file isn't in base64.") from error
    if _unpadded(data) != text:
        raise Malformed("envelope.malformed_token", "The base64 isn't in its one form.")
    return Wire(data)


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii").rstrip("=")


FEATURES: Final[Mapping[str, Mapping[str, Act]]] = {
    "credential_jose": {
        "issue": lambda given: _issue("vc+jwt", given).decode("ascii"),
        "verify": lambda given: _credential(VC_JWT, read_wire(given.raw), given),
    },
    "presentation_jose": {
        "issue": lambda given: _present("vp+jwt", given).decode("ascii"),
        "verify": lambda given: _presentation(VP_JWT, read_wire(given.raw), given),
    },
    "credential_sdjwt": {
        "issue": lambda given: _issue("vc+sd-jwt", given).decode("ascii"),
        "verify": lambda given: _credential(VC_SD_JWT, read_wire(given.raw), given),
    },
    "presentation_sdjwt": {
        "issue": lambda given: _present("vp+sd-jwt", given).decode("ascii"),
        "verify": lambda given: _presentation(VP_SD_JWT, read_wire(given.raw), given),
    },
    "credential_cose": {
        "issue": lambda given: _unpadded(_issue("vc+cose", given)),
        "verify": lambda given: _credential(VC_COSE, _base64(given.raw), given),
    },
    "presentation_cose": {
        "issue": lambda given: _unpadded(_present("vp+cose", given)),
        "verify": lambda given: _presentation(VP_COSE, _base64(given.raw), given),
    },
}
"""By the suite's name of a feature: how it is issued and verified."""
