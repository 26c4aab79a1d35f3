"""What the Verifiable Credentials Data Model requires of every credential and presentation.

W3C VCDM 2.0, section 4; of VCDM 1.1 what differs (its section 4: ``issuanceDate``,
``expirationDate``). Used before signing and at the verifier's door: what we would refuse to
believe, we refuse to sign.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credentials.encoding import multibase_encode, pointer_token
from credentials.errors import Malformed
from credentials.linked_data.nquads import is_iri
from schemas import catalogue

CONTEXT = "https://www.w3.org/ns/credentials/v2"
CONTEXT_V1 = "https://www.w3.org/2018/credentials/v1"
DATA_INTEGRITY_CONTEXT = "https://w3id.org/security/data-integrity/v2"
MAX_CREDENTIALS = 32
"""In one presentation."""
# XSD dateTimeStamp: a time zone is required (VCDM 2.0 section 4.9).
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DIGESTS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def check_credential(document: Mapping[str, Any]) -> None:
    """Raise ``Malformed`` (``structure.*``, with a pointer) at the first thing that isn't right."""
    _contexts(document)
    if "VerifiableCredential" not in types_of(document, ""):
        raise _fault("type", "A credential is of type VerifiableCredential.", "/type")
    if "id" in document:
        _url(document["id"], "/id")
    issuer_of(document)
    subjects = document.get("credentialSubject")
    rows: list[Any] = subjects if isinstance(subjects, list) else [subjects]
    if not rows or not all(isinstance(row, dict) and row for row in rows):
        message = "credentialSubject is an object that says something, or a list of such."
        raise _fault("missing_field", message, "/credentialSubject")
    for row in rows:
        if "id" in row:
            _url(row["id"], "/credentialSubject/id")
    if is_v1(document) and "issuanceDate" not in document:
        raise _fault("missing_field", "A VC 1.1 credential has an issuanceDate.", "/issuanceDate")
    start, end = period_of(document)
    if start is not None and end is not None and end < start:
        until = "validUntil" if "validUntil" in document else "expirationDate"
        raise _fault("period", "The period ends before it begins.", f"/{until}")
    for name in ("name", "description"):
        if name in document:
            _language_value(document[name], f"/{name}")
    _typed(document, "credentialStatus", id_required=False)
    _typed(document, "credentialSchema", id_required=True)
    _typed(document, "refreshService", id_required=False)
    _typed(document, "termsOfUse", id_required=False)
    _typed(document, "evidence", id_required=False)
    _related(document)


def check_presentation(document: Mapping[str, Any]) -> None:
    """As ``check_credential``, for a presentation (VCDM 2.0, section 4.13)."""
    _contexts(document)
    if "VerifiablePresentation" not in types_of(document, ""):
        message = "A presentation is of type VerifiablePresentation."
        raise _fault("type", message, "/type")
    if "id" in document:
        _url(document["id"], "/id")
    holder_of(document)
    _typed(document, "termsOfUse", id_required=False)
    credentials_in(document)


def credentials_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The credentials of a presentation, each an object. Raises ``Malformed``."""
    rows: Any = document.get("verifiableCredential", [])
    rows = rows if isinstance(rows, list) else [rows]
    if len(rows) > MAX_CREDENTIALS or not all(isinstance(row, dict) for row in rows):
        message = f"A presentation holds at most {MAX_CREDENTIALS} credentials, each an object."
        raise _fault("missing_field", message, "/verifiableCredential")
    return list(rows)


def holder_of(document: Mapping[str, Any]) -> str | None:
    """The holder's identifier, a URL, if the presentation names one. Raises ``Malformed``."""
    if "holder" not in document:
        return None
    holder = document["holder"]
    if isinstance(holder, dict):
        return _url(holder.get("id"), "/holder/id")
    return _url(holder, "/holder")


def is_v1(document: Mapping[str, Any]) -> bool:
    """Whether a document is of the data model 1.1."""
    contexts = document.get("@context")
    return isinstance(contexts, list) and contexts[:1] == [CONTEXT_V1]


def has_type(document: Mapping[str, Any], name: str) -> bool:
    """Whether ``name`` is the type or among the types; never raises."""
    found = document.get("type")
    return found == name or (isinstance(found, list) and name in found)


def check_described_once(document: Mapping[str, Any]) -> None:
    """Raise ``Malformed`` if an id has members at two places of the document.

    The dataset that is signed joins them, so they could move from one place to the other under
    the signature. What we issue never does it; in what others issue it is common.
    """
    if not _describes_twice(document):
        return
    first: dict[str, str] = {}
    stack: list[tuple[Any, str]] = [(document, "")]
    while stack:
        value, pointer = stack.pop()
        if isinstance(value, list):
            stack += [(item, f"{pointer}/{index}") for index, item in enumerate(value)]
        elif isinstance(value, dict):
            node = value.get("id", value.get("@id"))
            if isinstance(node, str) and len(value) > 1:
                if node in first:
                    message = f"This id is described at {first[node] or '/'} too."
                    raise _fault("described_twice", message, pointer)
                first[node] = pointer
            stack += [
                (item, f"{pointer}/{pointer_token(name)}")
                for name, item in value.items()
                if name != "@context"
            ]


def _describes_twice(document: Mapping[str, Any]) -> bool:
    """Whether an id has members at two places; without the places, which cost more than all."""
    seen: set[str] = set()
    stack: list[Any] = [document]
    while stack:
        value = stack.pop()
        items = value
        if isinstance(value, dict):
            node = value.get("id", value.get("@id"))
            if isinstance(node, str) and len(value) > 1:
                if node in seen:
                    return True
                seen.add(node)
            items = [item for name, item in value.items() if name != "@context"]
        stack += [item for item in items if isinstance(item, dict | list)]
    return False


def _fault(code: str, message: str, pointer: str) -> Malformed:
    return Malformed(f"structure.{code}", message, pointer=pointer)


def _contexts(document: Mapping[str, Any]) -> None:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] not in ([CONTEXT], [CONTEXT_V1]):
        raise _fault("context", f"@context is a list that begins with {CONTEXT}.", "/@context")
    for index, item in enumerate(contexts):
        if not isinstance(item, str | dict):
            raise _fault("context", "A context is a URL or an object.", f"/@context/{index}")


def types_of(node: Mapping[str, Any], pointer: str) -> list[str]:
    """The types of a node as a list. Raises ``Malformed`` when there are none."""
    value = node.get("type")
    rows: list[Any] = value if isinstance(value, list) else [value]
    if not rows or not all(isinstance(row, str) and row for row in rows):
        raise _fault("type", "type is a text or a list of texts.", f"{pointer}/type")
    return rows


def issuer_of(document: Mapping[str, Any]) -> str:
    """The issuer's identifier, a URL. Raises ``Malformed``."""
    issuer = document.get("issuer")
    pointer = "/issuer"
    if isinstance(issuer, dict):
        issuer, pointer = issuer.get("id"), "/issuer/id"
    return _url(issuer, pointer)


def period_of(document: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """From when until when, both ends within it. Raises ``Malformed``.

    VC 1.1 has ``issuanceDate`` and ``expirationDate``, and its context the later names too: the
    narrowest period counts.
    """
    starts, ends = [
        [_moment(document[name], f"/{name}") for name in names if name in document]
        for names in (("validFrom", "issuanceDate"), ("validUntil", "expirationDate"))
    ]
    return max(starts, default=None), min(ends, default=None)


def day_or_moment(text: str) -> datetime | None:
    """The last second of a day (``2025-03-01``, UTC), or a moment; ``None`` for anything else."""
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return parse_moment(text)
    return parse_moment(f"{text}T23:59:59Z")


def parse_moment(value: Any) -> datetime | None:
    """A dateTimeStamp as a point in time, ``None`` if it isn't one."""
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment.timestamp()
    except (ValueError, OverflowError):
        return None
    return moment


def _moment(value: Any, pointer: str) -> datetime:
    moment = parse_moment(value)
    if moment is None:
        message = "Write date, time and time zone, such as 2026-03-02T10:00:00Z."
        raise _fault("date", message, pointer)
    return moment


def _url(value: Any, pointer: str) -> str:
    if not isinstance(value, str) or not is_iri(value):
        raise _fault("url", "Here stands one URL.", pointer)
    return value


def _language_value(value: Any, pointer: str) -> None:
    for row in value if isinstance(value, list) else [value]:
        if isinstance(row, str):
            continue
        known = isinstance(row, dict) and row.keys() <= {"@value", "@language", "@direction"}
        if not known or not isinstance(row.get("@value"), str):
            message = "A text, or an object with @value, @language and @direction."
            raise _fault("text", message, pointer)


def _typed(document: Mapping[str, Any], name: str, *, id_required: bool) -> None:
    if name not in document:
        return
    rows = document[name] if isinstance(document[name], list) else [document[name]]
    for index, row in enumerate(rows):
        pointer = f"/{name}/{index}" if isinstance(document[name], list) else f"/{name}"
        if not isinstance(row, dict):
            raise _fault("missing_field", f"{name} holds objects.", pointer)
        types_of(row, pointer)
        if "id" in row or id_required:
            _url(row.get("id"), f"{pointer}/id")


def _related(document: Mapping[str, Any]) -> None:
    """relatedResource (VCDM 2.0 section 5.3): each with an id of its own and a digest."""
    if "relatedResource" not in document:
        return
    value, seen = document["relatedResource"], set()
    for index, row in enumerate(value if isinstance(value, list) else [value]):
        pointer = f"/relatedResource/{index}"
        if not isinstance(row, dict):
            raise _fault("missing_field", "relatedResource holds objects.", pointer)
        url = _url(row.get("id"), f"{pointer}/id")
        if url in seen or not ({"digestSRI", "digestMultibase"} & row.keys()):
            message = "Each related resource stands once, with digestSRI or digestMultibase."
            raise _fault("related_resource", message, pointer)
        seen.add(url)
        if url in catalogue.context_urls():
            _digest(row, catalogue.context_bytes(url), pointer)


def _digest(row: Mapping[str, Any], raw: bytes, pointer: str) -> None:
    sri, multibase = row.get("digestSRI"), row.get("digestMultibase")
    if sri is not None:
        name = str(sri).partition("-")[0]
        digest = _DIGESTS[name](raw).digest() if name in _DIGESTS else b""
        if sri != f"{name}-{base64.b64encode(digest).decode()}":
            raise _fault("related_resource", "The digest isn't that of the resource.", pointer)
    if multibase is not None:
        digest = hashlib.sha256(raw).digest()
        forms = {multibase_encode(p + digest, base=b) for p in (b"", b"\x12\x20") for b in "uz"}
        # The suite's older form: base64url without the multibase letter.
        if multibase not in forms | {form[1:] for form in forms}:
            raise _fault("related_resource", "The digest isn't that of the resource.", pointer)
