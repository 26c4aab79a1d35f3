"""The only file of the core that opens a socket: keys and lists over HTTPS, bounded in every way.

It is long because nothing else may open one: also the files of a log come through here.

did:web documents, controlled identifier documents of https issuers, and their metadata under
``/.well-known/jwt-vc-issuer``.

A verifier that fetches what a document names is a way into a network. So, for each address that
is fetched (OWASP, Server-Side Request Forgery Prevention; RFC 6890 for the address blocks):

1. https only, a name and no IP literal, port 443 unless the caller allows another;
2. the name is looked up once, and every address in the answer must be a public one;
3. the connection is made to an address that was checked, never to the name again;
4. no proxy, no cookie, no credentials; the server's certificate is for the name;
5. at most three redirects, each one from step 1;
6. at most one megabyte, also after decompression; five seconds for all of it.

``VERIFIER_ALLOW_LOOPBACK=1`` lets tests reach a server on this machine; the callers read it.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from credentials.encoding import parse_json
from credentials.errors import CredentialError, NotFound, SourceUnavailable
from credentials.identifiers import (
    VerificationMethod,
    did_web_url,
    is_host_name,
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

MAX_BYTES: Final = 1024 * 1024
DEADLINE_SECONDS: Final = 5.0
MAX_REDIRECTS: Final = 3
MAX_ADDRESSES: Final = 4
LOOKUPS_AT_ONCE: Final = 8

Lookup = Callable[[str, int], list[str]]

_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_UNICAST6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Blocks that the standard library takes for global: relays of 6to4, documentation (RFC 9637).
_NOT_PUBLIC = (ipaddress.ip_network("192.88.99.0/24"), ipaddress.ip_network("3fff::/20"))
_lookups = threading.BoundedSemaphore(LOOKUPS_AT_ONCE)


def is_public_address(text: str) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in.

    IPv4 inside IPv6 (mapped, RFC 4291; NAT64, RFC 6052) is judged as the IPv4 address it reaches;
    6to4 and Teredo are refused. Text that isn't an address isn't public.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public_address(str(inner))
        if address not in _UNICAST6 or address.sixtofour or address.teredo:
            return False
    if any(address in block for block in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name by the system's resolver. Raises ``OSError``."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]


class Fetcher:
    """Reads documents at addresses that strangers name.

    ``context`` is the TLS context, by default the system's trust store. ``allow_loopback`` lets
    addresses of this machine pass, on any port: for tests. ``ports`` are those that may be asked.
    ``seconds`` is the time for all of one answer, redirects and look-ups among it. ``lookup``
    gives the addresses of a name, or raises ``OSError``.
    """

    def __init__(
        self,
        *,
        context: ssl.SSLContext | None = None,
        allow_loopback: bool = False,
        ports: Collection[int] = (443,),
        seconds: float = DEADLINE_SECONDS,
        lookup: Lookup = look_up,
    ) -> None:
        self._context = context or ssl.create_default_context()
        self._allow_loopback = allow_loopback
        self._ports = frozenset(ports)
        self._seconds = seconds
        self._lookup = lookup

    def get(self, url: str, *, accept: str = "application/json") -> bytes:
        """The body at ``url``, at most ``MAX_BYTES``.

        Raises ``NotFound`` where the server says that there is no such thing (404, 410), and
        ``SourceUnavailable`` for every other reason, ours among them.
        """
        deadline = time.monotonic() + self._seconds
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._one(url, accept, deadline)
            except (OSError, http.client.HTTPException, ValueError) as error:
                message = f"{url} can't be read ({error})."
                raise SourceUnavailable("source.unreachable", message) from error
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise SourceUnavailable("source.unreachable", f"{url} redirects too often.")

    def _one(self, url: str, accept: str, deadline: float) -> bytes | str:
        """The body, or where it redirects to."""
        parts, host, port = _taken_apart(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPSConnection(host, port, context=self._context)
        plain = self._connect(host, port, deadline)
        try:
            plain.settimeout(_left(deadline))
            with self._context.wrap_socket(plain, server_hostname=host) as secured:
                connection.sock = _Timed(secured, deadline)
                connection.request("GET", target, headers={"Accept": accept, "Connection": "close"})
                with connection.getresponse() as response:
                    return _answered(url, response)
        finally:
            connection.close()
            plain.close()

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        """A connection to an address of ``host`` that was found fit."""
        *earlier, last = self._addresses(host, port, deadline)
        for number, address in enumerate(earlier):
            # An address that doesn't answer leaves time for those after it.
            wait = _left(deadline) / (len(earlier) + 1 - number)
            with suppress(OSError):
                return socket.create_connection((address, port), timeout=wait)
        return socket.create_connection((last, port), timeout=_left(deadline))

    def _addresses(self, host: str, port: int, deadline: float) -> list[str]:
        addresses = _in_time(lambda: self._lookup(host, port), deadline)
        on_this_machine = self._allow_loopback and all(map(_is_loopback, addresses))
        if not on_this_machine:
            if port not in self._ports:
                raise ValueError(f"port {port} isn't asked")
            if not all(map(is_public_address, addresses)):
                raise ValueError(f"{host} isn't a public address")
        return addresses[:MAX_ADDRESSES]


class HttpSources(KeysByName, NoProofs):
    """Keys and status lists from the issuers' own sites. Knows nothing of accreditations."""

    def __init__(self, fetcher: Fetcher | None = None) -> None:
        self._fetcher = fetcher or Fetcher()

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
        """What a site serves of its keys, of which ``key.*`` tells."""
        try:
            raw = self._fetcher.get(url)
        except NotFound as error:
            raise NotFound("key.not_found", error.message) from error
        except SourceUnavailable as error:
            raise SourceUnavailable("key.unreachable", error.message) from error
        with _said(url):
            return parse_json(raw)

    def accreditation(self, question: AccreditationQuestion) -> AccreditationAnswer:
        """A did:web document says nothing about accreditation."""
        message = "No trust file says whether the issuer was accredited."
        raise SourceUnavailable("accreditation.unreachable", message)

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """What the list's address serves now."""
        try:
            raw = self._fetcher.get(question.url, accept=question.media_type)
        except NotFound as error:
            raise NotFound("status.list_not_found", error.message) from error
        except SourceUnavailable as error:
            raise SourceUnavailable("status.list_unavailable", error.message) from error
        return StatusListAnswer(raw, question.at)


def _taken_apart(url: str) -> tuple[SplitResult, str, int]:
    """The parts, the host and the port of an address that may be fetched. Raises ``ValueError``."""
    if _PRINTABLE.fullmatch(url) is None or "\\" in url:
        raise ValueError("an address is plain ASCII")
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme != "https":
        raise ValueError("only https is fetched")
    if "@" in parts.netloc or not is_host_name(host):
        raise ValueError("an address names a host, and nobody who signs in there")
    return parts, host, 443 if parts.port is None else parts.port


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _in_time(look: Callable[[], list[str]], deadline: float) -> list[str]:
    """What ``look`` gives, if it gives it before ``deadline``.

    The system's resolver can't be interrupted: it runs beside us, a few at a time, and its answer
    is left lying when it comes too late.
    """
    found: list[list[str] | OSError] = []
    if not _lookups.acquire(timeout=_left(deadline)):
        raise TimeoutError("too many names are being looked up")

    def run() -> None:
        try:
            found.append(look())
        except OSError as error:
            found.append(error)
        except UnicodeError as error:
            found.append(OSError(str(error)))
        finally:
            _lookups.release()

    thread = threading.Thread(target=run, daemon=True, name="look-up")
    thread.start()
    thread.join(_left(deadline))
    if not found:
        raise TimeoutError("the name wasn't found in time")
    answer = found[0]
    if isinstance(answer, OSError):
        raise answer
    if not answer:
        raise OSError("the name has no address")
    return answer


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


class _Timed:
    """A socket for ``http.client`` in which each step waits no longer than the deadline.

    A socket's own timeout begins anew with every byte: a server could go on dripping for hours.
    """

    def __init__(self, plain: ssl.SSLSocket, deadline: float) -> None:
        self._plain = plain
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(_left(self._deadline))
        self._plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._plain, self._deadline))

    def close(self) -> None:
        # ``http.client`` closes its socket as soon as it knows that the server will, and reads the
        # body afterwards. Whoever made the socket closes it.
        pass


class _TimedReader(io.RawIOBase):
    def __init__(self, plain: ssl.SSLSocket, deadline: float) -> None:
        super().__init__()
        self._plain = plain
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._plain.settimeout(_left(self._deadline))
        return self._plain.recv_into(buffer)


def _answered(url: str, response: http.client.HTTPResponse) -> bytes | str:
    """The body, or where it redirects to."""
    if response.status in (404, 410):
        raise NotFound("source.not_found", f"{url} doesn't exist.")
    if response.status in (301, 302, 303, 307, 308):
        return _location(response)
    if response.status != http.client.OK:
        raise ValueError(f"status {response.status}")
    return _body(response)


def _location(response: http.client.HTTPResponse) -> str:
    location = response.headers.get("Location")
    if not location:
        raise ValueError("it redirects to nowhere")
    return str(location)


def _body(response: http.client.HTTPResponse) -> bytes:
    raw = response.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValueError("the answer is too large")
    if response.length:
        raise ValueError("the answer is cut off")
    coding = str(response.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return raw
    if coding != "gzip":
        raise ValueError(f"an answer in {coding[:20]!r} isn't read")
    # We asked for none; some hosts send it all the same. Bounded while it grows.
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        body = unpacking.decompress(raw, MAX_BYTES + 1)
    except zlib.error as error:
        raise ValueError("the answer isn't gzip") from error
    if len(body) > MAX_BYTES:
        raise ValueError("the answer is too large")
    if not unpacking.eof:
        raise ValueError("the answer is cut off")
    return body


def _read_whole(
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
                return _read_whole(response, connection, deadline)
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
