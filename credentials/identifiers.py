"""DIDs and other controllers of keys: which key may assert for whom.

DID Core 1.0 and Controlled Identifiers 1.0 (documents, Multikey, JsonWebKey, ``expires``); the
did:key, did:jwk and did:web method specifications. Nothing here opens a socket: did:web gives an
address, and ``http_sources`` is the one place that goes there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from credentials.encoding import b64url_decode, b64url_encode, canonicalize, parse_json
from credentials.errors import CredentialError, Malformed, Unsupported
from credentials.keys import ALGORITHMS, Algorithm, PublicKey
from credentials.linked_data.nquads import is_iri

MAX_DID = 2048
DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
_DID = re.compile(r"did:([a-z0-9]+):([A-Za-z0-9._:%-]+)\Z")
_FRAGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+\Z")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)\Z")
_PORT = re.compile(r"[1-9][0-9]{0,4}\Z")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+\Z")
_HTTPS = re.compile(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?(?:[/?][^#]*)?\Z")


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
    form: Literal["Multikey", "JsonWebKey"] = "Multikey"
    """How a DID document of ours publishes it; JOSE peers look for the second."""
    distrusted_from: datetime | None = None
    """Since when somebody else may have had the key: what is signed later counts for nothing, and
    what says that it is older must be shown to be (``revoked``, Controlled Identifiers 1.0)."""

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


def split_method(url: str) -> tuple[str, str]:
    """The controller and the fragment of a verification method's URL, a DID's or an https one.

    ``https://example.org/issuers/1#key`` → (``https://example.org/issuers/1``, ``#key``); an https
    URL without a fragment is a key published alone, and its own controller. Raises ``Malformed``.
    """
    if not url.startswith("https://"):
        return split_did_url(url)
    controller, hash_, fragment = url.partition("#")
    fits = _HTTPS.match(controller) is not None and len(url) <= MAX_DID and is_iri(url)
    if not fits or (hash_ and _FRAGMENT.match(fragment) is None):
        message = "A verification method is a DID URL, or an https URL without name and password."
        raise Malformed("key.malformed_method", message)
    return controller, f"{hash_}{fragment}"


def speaks_for(controller: str, issuer: str) -> bool:
    """Whether a key of ``controller`` is a key of ``issuer``.

    They are the same; or both are https and the key's document lies under the issuer's URL (Open
    Badges 3.0 has keys published alone, as https://example.org/issuers/1/key). A key elsewhere on
    the host says nothing: hosts are shared.
    """
    if controller == issuer:
        return True
    inside = controller.startswith(f"{issuer.rstrip('/')}/")
    return issuer.startswith("https://") and inside and "?" not in issuer and "#" not in issuer


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


# --- did:jwk -------------------------------------------------------------------------------------


def did_jwk(key: PublicKey) -> str:
    """The did:jwk of a key, its JWK in RFC 8785 form."""
    return f"did:jwk:{b64url_encode(canonicalize(key.jwk()))}"


def resolve_did_jwk(did: str) -> tuple[VerificationMethod, ...]:
    """The one method of a did:jwk, ``#0``. Raises ``Malformed``, ``Unsupported``.

    A key whose ``use`` is ``enc`` is for key agreement alone, and so nothing to verify with.
    """
    _, text = parse_did(did)
    jwk = parse_json(b64url_decode(text))
    if not isinstance(jwk, dict):
        raise Malformed("key.malformed_did", "A did:jwk holds one JSON Web Key.")
    key = PublicKey.from_jwk(jwk)
    return (VerificationMethod(f"{did}#0", did, key, authentication=True),)


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
    "jwk": resolve_did_jwk,
    "web": None,  # needs a source: registry rows, a trust file, or the network
}


def resolve_locally(did: str) -> tuple[VerificationMethod, ...] | None:
    """The methods a DID carries in itself, ``None`` where a source has to be asked.

    So it is with https controllers. Raises ``Unsupported`` for a DID method that isn't in
    ``METHODS``.
    """
    if did.startswith("https://"):
        return None
    method, _ = parse_did(did)
    if method not in METHODS:
        raise Unsupported("key.unsupported_did_method", f"did:{method} isn't supported.")
    resolver = METHODS[method]
    return None if resolver is None else resolver(did)


# --- Documents -----------------------------------------------------------------------------------


def did_document(did: str, methods: Iterable[VerificationMethod]) -> dict[str, Any]:
    """The DID document that publishes ``methods``, live and retired ones alike.

    A retired key stays: what it signed while it lived must still verify. Its end stands in
    ``expires``, the day from which a stolen one is disowned in ``revoked`` (Controlled Identifiers
    1.0, section 2.2).
    """
    rows = sorted(methods, key=lambda method: method.id)
    contexts = [*DID_CONTEXTS, JWK_CONTEXT] if any(map(_is_jwk, rows)) else [*DID_CONTEXTS]
    return {
        "@context": contexts,
        "id": did,
        "verificationMethod": [_method_row(method) for method in rows],
        "assertionMethod": [method.id for method in rows if method.assertion],
    }


def _is_jwk(method: VerificationMethod) -> bool:
    return method.form == "JsonWebKey" or not ALGORITHMS[method.public_key.algorithm].prefix


def _method_row(method: VerificationMethod) -> dict[str, Any]:
    row: dict[str, Any] = {"id": method.id, "type": method.form, "controller": method.controller}
    if _is_jwk(method):
        row |= {"type": "JsonWebKey", "publicKeyJwk": method.public_key.jwk()}
    else:
        row["publicKeyMultibase"] = method.public_key.multibase
    if method.valid_until is not None:
        row["expires"] = method.valid_until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if method.distrusted_from is not None:
        row["revoked"] = method.distrusted_from.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
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
        if not isinstance(identifier, str) or split_method(identifier)[0] != did:
            raise Malformed("key.malformed_document", "A method's id lies under another DID.")
        key = _method_key(row)
        if key is not None:
            methods[identifier] = VerificationMethod(
                identifier,
                did,
                key,
                valid_until=_end(row, "expires"),
                distrusted_from=_end(row, "revoked"),
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
        if row.get("type") == "Ed25519VerificationKey2020" and isinstance(multibase, str):
            # How keys were published before Multikey, beside Ed25519Signature2020.
            key = PublicKey.from_multibase(multibase)
            return key if key.algorithm is Algorithm.ED25519 else None
        if row.get("type") == "JsonWebKey" and isinstance(jwk, dict):
            return PublicKey.from_jwk(jwk)
    except CredentialError:
        return None
    return None


def _end(row: dict[str, Any], name: str) -> datetime | None:
    if name not in row:
        return None
    try:
        moment = datetime.fromisoformat(row[name])
    except (TypeError, ValueError) as error:
        raise Malformed("key.malformed_document", f"{name} is a date.") from error
    if moment.tzinfo is None:
        raise Malformed("key.malformed_document", f"{name} carries a time zone.")
    return moment


# --- Issuer metadata -----------------------------------------------------------------------------

WELL_KNOWN_ISSUER = "/.well-known/jwt-vc-issuer"


def issuer_metadata_url(issuer: str) -> str:
    """Where an https issuer's metadata stands (SD-JWT VC, "JWT VC Issuer Metadata").

    The well-known path goes between host and path. Raises ``Malformed``.
    """
    controller, fragment = split_method(issuer)
    if not controller.startswith("https://") or fragment or "?" in controller:
        raise Malformed("key.malformed_document", "The issuer isn't an https URL without query.")
    host, slash, path = controller.removeprefix("https://").partition("/")
    return f"https://{host}{WELL_KNOWN_ISSUER}{slash}{path}".rstrip("/")


def parse_issuer_metadata(document: Any, issuer: str) -> tuple[VerificationMethod, ...] | str:
    """The keys in an issuer's metadata, or the ``jwks_uri`` to ask. Raises ``Malformed``."""
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        message = f"This isn't the metadata of {issuer}."
        raise Malformed("key.malformed_document", message, pointer="/issuer")
    uri = document.get("jwks_uri")
    if ("jwks" in document) == ("jwks_uri" in document):
        raise Malformed("key.malformed_document", "One of jwks and jwks_uri says the keys.")
    if uri is None:
        return parse_jwks(document["jwks"], issuer)
    if not isinstance(uri, str) or _HTTPS.match(uri) is None:
        raise Malformed("key.malformed_document", "jwks_uri is an https URL.", pointer="/jwks_uri")
    return uri


def parse_jwks(document: Any, issuer: str) -> tuple[VerificationMethod, ...]:
    """The keys of a JWK Set (RFC 7517 section 5) as methods of ``issuer``. Raises ``Malformed``.

    Each goes by its ``kid``, or by its thumbprint if it has none. A key we can't use is passed
    over; one id twice is refused: which of the two signed would be a guess.
    """
    rows = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise Malformed("key.malformed_document", "A JWK Set holds a list of keys.")
    methods: dict[str, VerificationMethod] = {}
    for row in rows:
        try:
            key = PublicKey.from_jwk(row) if isinstance(row, dict) else None
        except CredentialError:
            key = None
        if key is None:
            continue
        kid = row.get("kid", key.thumbprint())
        if not isinstance(kid, str) or not kid or f"{issuer}#{kid}" in methods:
            raise Malformed("key.malformed_document", "Each key of the set has an id of its own.")
        method = VerificationMethod(f"{issuer}#{kid}", issuer, key, form="JsonWebKey")
        methods[method.id] = method
    return tuple(methods.values())
