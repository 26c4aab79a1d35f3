"""A registry's log over HTTP on this machine, which shows whatever it is told to."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def served():
    """(address of the log, what it shows by path)."""
    shown = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = shown.get(self.path.removeprefix("/ledger/"))
            status = 404 if body is None else 200
            if isinstance(body, int):
                status, body = body, b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ledger", shown
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
