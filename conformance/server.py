"""``python -m conformance.server [PORT]``: the product's verifier and throw-away issuers, by TLS.

``POST /<issuer>/credentials/issue`` signs with a key that lives as long as the process, and
``POST /credentials/derive`` shows a part of what ``ecdsa-sd-2023`` signed;
``POST /credentials/verify`` and ``/presentations/verify`` are the product's own, the same WSGI
application as in service. The certificate is signed by itself. For test suites on this machine
only: never run it where somebody could take its signatures for anybody's.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import signal
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conformance import selective
from conformance.issuers import StatusIssuer, make_issuers
from credentials.encoding import LIMITS, parse_json
from credentials.errors import CredentialError, Malformed

HOST = "localhost"
Start = Callable[[str, list[tuple[str, str]]], Any]
Document = Mapping[str, Any]


class Application:
    """WSGI: the issuers here, everything else by the product."""

    def __init__(self, base: str, product: Callable[..., Iterable[bytes]]) -> None:
        self.base, self._product = base, product
        self.issuers = make_issuers()
        self._status = StatusIssuer(self.issuers["status"], base)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        name, _, rest = path.lstrip("/").partition("/")
        if method == "POST" and rest == "credentials/issue" and name in self.issuers:
            return _posted(environ, start, partial(self._issue, name))
        if method == "POST" and path == "/credentials/derive":
            return _posted(environ, start, _derive)
        listed = self._status.published(f"{self.base}{path}")
        if method == "GET" and listed is not None:
            return _answer(start, 200, listed)
        return self._product(environ, start)

    def _issue(self, name: str, body: Document) -> Document:
        credential, options = _object(body, "credential"), body.get("options") or {}
        if name == "status":
            return self._status.issue(credential)
        pointers = options.get("mandatoryPointers") if isinstance(options, dict) else None
        return self.issuers[name].issue(credential, pointers=_texts(pointers))


def _derive(body: Document) -> Document:
    pointers = _texts(_object(body, "options").get("selectivePointers"))
    return selective.derive(_object(body, "verifiableCredential"), pointers or [])


def _object(body: Document, name: str) -> Document:
    value = body.get(name)
    if not isinstance(value, dict):
        raise Malformed("request.malformed", f"The member {name} is an object.")
    return value


def _texts(value: Any) -> list[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(row, str) for row in value):
        raise Malformed("request.malformed", "Pointers are a list of texts.")
    return value


def _posted(
    environ: dict[str, Any], start: Start, act: Callable[[Document], Document]
) -> Iterable[bytes]:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), LIMITS.size + 1)
    try:
        body = parse_json(environ["wsgi.input"].read(length))
        if not isinstance(body, dict):
            return _refuse(start, "request.malformed", "The body is a JSON object.")
        return _answer(start, 201, {"verifiableCredential": act(body)})
    except CredentialError as error:
        return _refuse(start, error.code, str(error))


def _refuse(start: Start, code: str, detail: str) -> Iterable[bytes]:
    problem = {"type": f"urn:registry:problem:{code}", "title": code, "detail": detail}
    return _answer(start, 400, {"problemDetails": [problem]})


def _answer(start: Start, status: int, body: Any) -> Iterable[bytes]:
    raw = json.dumps(body).encode()
    words = {200: "200 OK", 201: "201 Created", 400: "400 Bad Request"}[status]
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))]
    start(words, headers)
    return [raw]


def certificate(folder: Path) -> ssl.SSLContext:
    """A fresh certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "localhost.pem"
    path.touch(0o600)
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Write nothing: the suites report for themselves."""


def serve(port: int, folder: Path) -> tuple[WSGIServer, Application]:
    """A server, not yet running, and the application with its issuers; its rows in ``folder``."""
    base, tls = f"https://{HOST}:{port}", certificate(folder)
    settings = {
        "DJANGO_SETTINGS_MODULE": "registry.settings",
        "REGISTRY_VAR": str(folder),
        "PUBLIC_URL": base,
        "API_REQUESTS_PER_MINUTE": "0",
        "LOG_LEVEL": "ERROR",
        # The status lists are the issuers' on this server; its certificate is the only one trusted.
        "VERIFIER_OUTBOUND": "1",
        "VERIFIER_ALLOW_LOOPBACK": "1",
        "SSL_CERT_FILE": str(folder / "localhost.pem"),
        "DATABASE_URL": f"sqlite:///{folder}/registry.sqlite3",
    }
    os.environ.update(
        {name: os.environ.get(f"CONFORMANCE_{name}", v) for name, v in settings.items()}
    )
    from registry.ops.embedded import ensure_secrets

    ensure_secrets(folder)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from registry.wsgi import application

    app = Application(base, application)
    server = make_server("127.0.0.1", port, app, server_class=_Server, handler_class=_Quiet)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    return server, app


def main(port: int = 40443, ids: str | None = None) -> None:
    """Serve until stopped; the issuers' identifiers are printed, and written to ``ids``."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        server, app = serve(port, Path(folder))
        row = {
            "ed": app.issuers["eddsa-rdfc-2022"].did,
            "p256": app.issuers["ecdsa-rdfc-2019-p256"].did,
            "p384": app.issuers["ecdsa-rdfc-2019-p384"].did,
        }
        if ids is not None:
            Path(ids).write_text(json.dumps(row), encoding="utf-8")
        print(f"{app.base} {json.dumps(row)}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 40443, *sys.argv[2:3])
