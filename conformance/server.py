"""``python -m conformance.server [PORT]``: the product's verifier and throw-away issuers, by TLS.

``POST /<issuer>/credentials/issue`` signs with a key that lives as long as the process;
``POST /credentials/verify`` and ``/presentations/verify`` are the product's own, the same WSGI
application as in service. The certificate is signed by itself. For test suites on this machine
only: never run it where somebody could take its signatures for anybody's.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conformance.issuers import StatusIssuer, make_issuers
from credentials.encoding import LIMITS, parse_json
from credentials.errors import CredentialError

HOST = "localhost"
Start = Callable[[str, list[tuple[str, str]]], Any]


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
            return self._issue(name, environ, start)
        listed = self._status.published(f"{self.base}{path}")
        if method == "GET" and listed is not None:
            return _answer(start, 200, listed)
        return self._product(environ, start)

    def _issue(self, name: str, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LIMITS.size + 1)
        try:
            body = parse_json(environ["wsgi.input"].read(length))
            credential = body.get("credential") if isinstance(body, dict) else None
            if not isinstance(credential, dict):
                return _refuse(start, "request.malformed", "The member credential is an object.")
            issuer = self._status if name == "status" else self.issuers[name]
            return _answer(start, 201, {"verifiableCredential": issuer.issue(credential)})
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


def serve(port: int) -> tuple[WSGIServer, Application]:
    """A server, not yet running, and the application with its issuers."""
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    base = f"https://{HOST}:{port}"
    settings = {
        "DJANGO_SETTINGS_MODULE": "registry.settings",
        "REGISTRY_VAR": str(folder),
        "PUBLIC_URL": base,
        "API_REQUESTS_PER_MINUTE": "0",
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
    server.socket = certificate(folder).wrap_socket(server.socket, server_side=True)
    return server, app


def main(port: int = 40443, ids: str | None = None) -> None:
    """Serve until stopped; the issuers' identifiers are printed, and written to ``ids``."""
    server, app = serve(port)
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
    main(*(int(text) for text in sys.argv[1:2]), *sys.argv[2:3])
