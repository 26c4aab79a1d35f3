"""A site of our own over real TLS: a throw-away authority, a certificate, a server in a thread."""

import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = ("localhost", "issuer.test", "other.test")


def _certificate(subject, issuer, key, signing_key, *extensions):
    def name(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing_key, hashes.SHA256())


class Authority:
    """Its own root, written to ``folder``; ``client`` is a context that trusts nobody else."""

    def __init__(self, folder):
        self.root = folder / "root.pem"
        self._leaf = folder / "leaf.pem"
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        usage = x509.KeyUsage(
            **dict.fromkeys(
                (
                    "digital_signature",
                    "content_commitment",
                    "key_encipherment",
                    "data_encipherment",
                    "key_agreement",
                    "encipher_only",
                    "decipher_only",
                ),
                False,
            ),
            key_cert_sign=True,
            crl_sign=True,
        )
        root = _certificate(
            "a test's root",
            "a test's root",
            root_key,
            root_key,
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (usage, True),
        )
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in NAMES])
        leaf = _certificate("a test's site", "a test's root", key, root_key, (names, False))
        pem = serialization.Encoding.PEM
        self.root.write_bytes(root.public_bytes(pem))
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._leaf.write_bytes(private + leaf.public_bytes(pem))

    @property
    def client(self):
        return ssl.create_default_context(cafile=str(self.root))

    @property
    def server(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._leaf)
        return context


class Site:
    """What is served: ``pages`` maps a path to a function of the request's handler."""

    def __init__(self, port):
        self.port = port
        self.pages = {}
        self.seen = []

    def url(self, path, host="localhost"):
        return f"https://{host}:{self.port}{path}"

    def serve(self, path, body, *, status=200, **headers):
        def answer(handler):
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers:
                handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.pages[path] = answer

    def redirect(self, path, to, *, status=302, **headers):
        self.serve(path, b"", status=status, Location=to, **headers)


@contextmanager
def serving(authority):
    """A ``Site`` on a free port of this machine, over TLS, while the block runs."""
    context = authority.server

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            # The handshake runs here, in the connection's own thread.
            self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def finish(self):
            super().finish()
            self.request.close()

        def do_GET(self):
            self.close_connection = True
            site.seen.append((self.path, dict(self.headers.items())))
            page = site.pages.get(self.path)
            if page is None:
                self.send_error(404)
            else:
                page(self)

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            # A client that hangs up is what many of the tests are about.
            request.close()

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
