"""The only file of the core that opens a socket: keys over HTTPS, bounded in every way.

did:web documents, controlled identifier documents of https issuers, and their metadata under
``/.well-known/jwt-vc-issuer``.

One look-up of the name, every address checked to be public, the connection made to the address
that was checked; no proxy, no cookie, at most three redirects each checked anew, one megabyte,
five seconds in all (SECURITY: a verifier that fetches what a document names is a way into a
network).
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

from credentials.encoding import parse_json
from credentials.errors import CredentialError, NotFound, SourceUnavailable
from credentials.identifiers import (
    VerificationMethod,
    did_web_url,
    issuer_metadata_url,
    parse_did_document,
    parse_issuer_metadata,
    parse_jwks,
    split_method,
)
from credentials.keys import PublicKey
from credentials.verify.sources import (
    AccreditationAnswer,
    AccreditationQuestion,
    KeysByName,
    NoProofs,
    StatusListAnswer,
    StatusListQuestion,
)

MAX_BYTES = 1024 * 1024
DEADLINE_SECONDS = 5.0
MAX_REDIRECTS = 3


class HttpSources(KeysByName, NoProofs):
    """Keys from the issuers' own sites. Knows nothing of accreditations.

    ``allow_hosts`` are reached although their address is private: for tests on this machine.
    ``context`` is the TLS context, the system's trust store by default.
    """

    def __init__(
        self, *, allow_hosts: Collection[str] = (), context: ssl.SSLContext | None = None
    ) -> None:
        self._allow = frozenset(allow_hosts)
        self._context = context or ssl.create_default_context()

    def verification_method(self, method_id: str) -> VerificationMethod:
        """The method in the document that its controller's site serves now."""
        controller, fragment = split_method(method_id)
        for method in self._document(controller, alone=not fragment):
            if method.id == method_id:
                return method
        raise NotFound("key.not_found", "The issuer's document has no such key.")

    def methods_of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """All keys of a did:web; of an https issuer those of its metadata, else of its document."""
        if not controller.startswith("https://"):
            return self._document(controller)
        try:
            return self._metadata(controller)
        except NotFound:
            return self._document(controller)

    def _document(self, controller: str, *, alone: bool = False) -> tuple[VerificationMethod, ...]:
        """The methods of a controller's document; ``alone``: the URL may be that of a bare JWK."""
        plain = controller.startswith("https://")
        value = self._json(controller if plain else did_web_url(controller))
        with _said(controller):
            if alone and isinstance(value, dict) and "kty" in value:
                return (VerificationMethod(controller, controller, PublicKey.from_jwk(value)),)
            return parse_did_document(value, controller)

    def _metadata(self, issuer: str) -> tuple[VerificationMethod, ...]:
        value = self._json(issuer_metadata_url(issuer))
        with _said(issuer):
            found = parse_issuer_metadata(value, issuer)
        if not isinstance(found, str):
            return found
        value = self._json(found)
        with _said(issuer):
            return parse_jwks(value, issuer)

    def _json(self, url: str) -> Any:
        raw = self._get(url)
        with _said(url):
            return parse_json(raw)

    def accreditation(self, question: AccreditationQuestion) -> AccreditationAnswer:
        """A did:web document says nothing about accreditation."""
        message = "No trust file says whether the issuer was accredited."
        raise SourceUnavailable("accreditation.unreachable", message)

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """What the list's address serves now."""
        return StatusListAnswer(self._get(question.url, question.media_type), question.at)

    def _get(self, url: str, media_type: str = "application/json") -> bytes:
        deadline = time.monotonic() + DEADLINE_SECONDS
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._one(url, deadline, media_type)
            except (OSError, http.client.HTTPException, ValueError) as error:
                message = f"{url} can't be read ({error})."
                raise SourceUnavailable("key.unreachable", message) from error
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise SourceUnavailable("key.unreachable", f"{url} redirects too often.")

    def _one(self, url: str, deadline: float, media_type: str) -> bytes | str:
        """The body, or where it redirects to."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        if parts.scheme != "https" or parts.username or not host:
            raise ValueError("only https is fetched")
        address = self._address(host, port)
        connection = http.client.HTTPSConnection(host, port, context=self._context)
        plain = socket.create_connection((address, port), timeout=_left(deadline))
        try:
            connection.sock = self._context.wrap_socket(plain, server_hostname=host)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"Accept": media_type})
            response = connection.getresponse()
            if response.status in (404, 410):
                raise NotFound("key.not_found", f"{url} doesn't exist.")
            if response.status in (301, 302, 303, 307, 308):
                return response.headers.get("Location", "")
            if response.status != http.client.OK:
                raise ValueError(f"status {response.status}")
            return _read(response, connection, deadline)
        finally:
            connection.close()
            plain.close()

    def _address(self, host: str, port: int) -> str:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(row[4][0]) for row in rows]
        if host not in self._allow:
            for address in addresses:
                if not ipaddress.ip_address(address).is_global:
                    raise ValueError(f"{host} isn't a public address")
        return addresses[0]


@contextmanager
def _said(who: str) -> Iterator[None]:
    """What a site serves and can't be read says nothing: neither that a key is, nor that not."""
    try:
        yield
    except CredentialError as error:
        raise SourceUnavailable("key.unreachable", f"{who}: {error}") from error


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


def _read(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise ValueError("compressed answers aren't read")
    parts: list[bytes] = []
    size = 0
    while True:
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
        part = response.read(65536)
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > MAX_BYTES:
            raise ValueError("the answer is too large")
        parts.append(part)


class SiteFiles:
    """The files of a log, under an address that the caller chose (and not a document).

    So plain http and private addresses are reached, too: what is read is signed. No redirect is
    followed; one megabyte, five seconds.
    """

    def __init__(self, base: str, *, context: ssl.SSLContext | None = None) -> None:
        self._parts = urlsplit(base.rstrip("/"))
        if self._parts.scheme not in ("http", "https") or not self._parts.hostname:
            raise ValueError("The address of a log begins with https://, such as …/ledger.")
        self._context = context

    def get(self, path: str) -> bytes:
        """The bytes at ``path`` under the address. Raises ``NotFound``, ``SourceUnavailable``."""
        url = f"{self._parts.geturl()}/{path}"
        host, deadline = self._parts.hostname or "", time.monotonic() + DEADLINE_SECONDS
        try:
            connection = self._connection(host)
            try:
                connection.request("GET", f"{self._parts.path}/{path}")
                response = connection.getresponse()
                if response.status in (404, 410):
                    raise NotFound("monitor.tile_missing", f"{url} doesn't exist.")
                if response.status != http.client.OK:
                    raise ValueError(f"status {response.status}")
                return _read(response, connection, deadline)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            message = f"{url} can't be read ({error})."
            raise SourceUnavailable("monitor.unreachable", message) from error

    def _connection(self, host: str) -> http.client.HTTPConnection:
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, self._parts.port, timeout=DEADLINE_SECONDS)
        context = self._context or ssl.create_default_context()
        port = self._parts.port
        return http.client.HTTPSConnection(host, port, timeout=DEADLINE_SECONDS, context=context)
