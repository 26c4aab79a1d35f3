"""DIDs: which key may assert for whom.

DID Core 1.0 and Controlled Identifiers 1.0 (documents, Multikey, ``expires``), did:key and
did:web method specifications. Nothing here opens a socket: did:web gives an address, and
``http_sources`` is the one place that goes there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from credentials.errors import CredentialError, Malformed, Unsupported
from credentials.keys import PublicKey

MAX_DID = 2048
DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_DID = re.compile(r"did:([a-z0-9]+):([A-Za-z0-9._:%-]+)\Z")
_FRAGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+\Z")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)\Z")
_PORT = re.compile(r"[1-9][0-9]{0,4}\Z")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+\Z")


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A key under its DID URL, with the period in which it could be used (half open)."""

    id: str
    controller: str
    public_key: PublicKey
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    assertion: bool = True
    authentication: bool = False

    def live_at(self, at: datetime) -> bool:
        """Whether the key could be used at ``at``."""
        after_start = self.valid_from is None or self.valid_from <= at
        return after_start and (self.valid_until is None or at < self.valid_until)


def split_did_url(url: str) -> tuple[str, str]:
    """``did:web:example.org#key`` → (``did:web:example.org``, ``#key``). Raises ``Malformed``."""
    did, hash_, fragment = url.partition("#")
    if len(url) > MAX_DID or not hash_ or _FRAGMENT.match(fragment) is None:
        message = "A verification method is a DID with a fragment, e.g. did:web:example.org#key-1."
        raise Malformed("key.malformed_method", message)
    parse_did(did)
    return did, f"#{fragment}"


def parse_did(did: str) -> tuple[str, str]:
    """The method and the rest of a DID without path or query. Raises ``Malformed``."""
    match = _DID.match(did) if len(did) <= MAX_DID else None
    if match is None:
        raise Malformed("key.malformed_did", "This isn't a DID.")
    return match[1], match[2]


# --- did:key -------------------------------------------------------------------------------------


def did_key(key: PublicKey) -> str:
    """The did:key of a key."""
    return f"did:key:{key.multibase}"


def resolve_did_key(did: str) -> tuple[VerificationMethod, ...]:
    """The one method of a did:key. Raises ``Malformed``, ``Unsupported``."""
    _, text = parse_did(did)
    key = PublicKey.from_multibase(text)
    return (VerificationMethod(f"{did}#{text}", did, key, authentication=True),)


# --- did:web -------------------------------------------------------------------------------------


def did_web(host: str, *path: str) -> str:
    """The did:web of a host (``example.org`` or ``localhost:8000``) and path segments."""
    return ":".join(["did:web", host.replace(":", "%3A"), *path])


def did_web_url(did: str) -> str:
    """Where a did:web's document stands (did:web, "Read"). Raises ``Malformed``.

    Decoded once; an escape other than the port's colon, an IP literal, an empty or dot segment
    is refused: each is a way to make two readers fetch two different things.
    """
    _, rest = parse_did(did)
    host, *segments = rest.split(":")
    name, colon, port = host.replace("%3a", "%3A").partition("%3A")
    if "%" in name + port or not is_host_name(name) or (colon and not _port(port)):
        raise Malformed("key.malformed_did", "did:web names a host, and a port after %3A.")
    for segment in segments:
        if segment in (".", "..") or _SEGMENT.match(segment) is None:
            raise Malformed("key.malformed_did", "did:web has plain path segments between colons.")
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{name}{f':{port}' if port else ''}/{path}/did.json"


def is_host_name(name: str) -> bool:
    """Whether this is the name of a host, in lower case, and no address in any spelling."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        # A host whose last label is a number, also a hexadecimal one, is an IPv4 address to many.
        labels = name.split(".")
        return all(map(_LABEL.match, labels)) and _NUMBER.match(labels[-1]) is None
    return False


def _port(text: str) -> bool:
    return _PORT.match(text) is not None and int(text) < 65536


METHODS: Mapping[str, Callable[[str], tuple[VerificationMethod, ...]] | None] = {
    "key": resolve_did_key,
    "web": None,  # needs a source: registry rows, a trust file, or the network
}


def resolve_locally(did: str) -> tuple[VerificationMethod, ...] | None:
    """The methods a DID carries in itself, ``None`` where a source has to be asked.

    Raises ``Unsupported`` for a DID method that isn't in ``METHODS``.
    """
    method, _ = parse_did(did)
    if method not in METHODS:
        raise Unsupported("key.unsupported_did_method", f"did:{method} isn't supported.")
    resolver = METHODS[method]
    return None if resolver is None else resolver(did)


# --- Documents -----------------------------------------------------------------------------------


def did_document(did: str, methods: Iterable[VerificationMethod]) -> dict[str, Any]:
    """The DID document that publishes ``methods``, live and retired ones alike.

    A retired key stays: what it signed while it lived must still verify. Its end stands in
    ``expires`` (Controlled Identifiers 1.0, section 2.2), its start in ``validFrom``.
    """
    rows = sorted(methods, key=lambda method: method.id)
    return {
        "@context": [*DID_CONTEXTS],
        "id": did,
        "verificationMethod": [_method_row(method) for method in rows],
        "assertionMethod": [method.id for method in rows if method.assertion],
    }


def _method_row(method: VerificationMethod) -> dict[str, Any]:
    row = {
        "id": method.id,
        "type": "Multikey",
        "controller": method.controller,
        "publicKeyMultibase": method.public_key.multibase,
    }
    if method.valid_until is not None:
        row["expires"] = method.valid_until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return row


def parse_did_document(document: Any, did: str) -> tuple[VerificationMethod, ...]:
    """The methods a DID document publishes. Raises ``Malformed``.

    The document's ``id`` and each method's ``controller`` must be ``did``, each method's id must
    lie under it. A method of a key type we don't know is passed over: it's somebody's else key.
    """
    if not isinstance(document, dict) or document.get("id") != did:
        raise Malformed("key.malformed_document", f"This isn't the DID document of {did}.")
    asserting = _references(document, "assertionMethod")
    authenticating = _references(document, "authentication")
    rows: list[Any] = [*_rows(document, "verificationMethod")]
    for name in ("assertionMethod", "authentication"):
        rows += [row for row in _rows(document, name) if isinstance(row, dict)]
    methods: dict[str, VerificationMethod] = {}
    for row in rows:
        if not isinstance(row, dict) or row.get("controller") != did:
            continue
        identifier = row.get("id")
        if not isinstance(identifier, str) or split_did_url(identifier)[0] != did:
            raise Malformed("key.malformed_document", "A method's id lies under another DID.")
        key = _method_key(row)
        if key is not None:
            methods[identifier] = VerificationMethod(
                identifier,
                did,
                key,
                valid_until=_end(row),
                assertion=identifier in asserting,
                authentication=identifier in authenticating,
            )
    return tuple(methods.values())


def _rows(document: dict[str, Any], name: str) -> list[Any]:
    rows = document.get(name, [])
    if not isinstance(rows, list):
        raise Malformed("key.malformed_document", f"{name} is a list.", pointer=f"/{name}")
    return rows


def _references(document: dict[str, Any], name: str) -> frozenset[str]:
    rows = _rows(document, name)
    ids = [row.get("id") if isinstance(row, dict) else row for row in rows]
    return frozenset(i for i in ids if isinstance(i, str))


def _method_key(row: dict[str, Any]) -> PublicKey | None:
    multibase, jwk = row.get("publicKeyMultibase"), row.get("publicKeyJwk")
    try:
        if row.get("type") == "Multikey" and isinstance(multibase, str):
            return PublicKey.from_multibase(multibase)
        if row.get("type") == "JsonWebKey" and isinstance(jwk, dict):
            return PublicKey.from_jwk(jwk)
    except CredentialError:
        return None
    return None


def _end(row: dict[str, Any]) -> datetime | None:
    ends = [row[name] for name in ("expires", "revoked") if name in row]
    try:
        moments = [datetime.fromisoformat(end) for end in ends]
    except (TypeError, ValueError) as error:
        raise Malformed("key.malformed_document", "expires and revoked are dates.") from error
    if any(moment.tzinfo is None for moment in moments):
        raise Malformed("key.malformed_document", "expires and revoked carry a time zone.")
    return min(moments, default=None)
