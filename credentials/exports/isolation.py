"""Foreign files are taken apart in a process of their own, with limits on time and memory.

A parser that loops or swells ends alone: the caller gets an answer within the deadline.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from credentials.errors import CredentialError, Malformed, Unsupported
from credentials.exports.attached import read_pdf
from credentials.exports.baked import PNG_SIGNATURE, read_png, read_svg

MAX_FILE = 4 * 1024 * 1024
SECONDS = 1.5
MEMORY = 256 * 1024 * 1024
_CHILD = Path(__file__).with_name("child.py")

KINDS: Mapping[str, Callable[[bytes], str | None]] = {
    "png": read_png,
    "svg": read_svg,
    "pdf": read_pdf,
}


def kind_of(raw: bytes) -> str | None:
    """Which of ``KINDS`` the first bytes say; ``None`` for none of them."""
    start = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if raw.startswith(PNG_SIGNATURE):
        return "png"
    if start.startswith(b"%PDF-"):
        return "pdf"
    return "svg" if start.startswith(b"<") else None


def extract(raw: bytes, kind: str) -> bytes:
    """The credential in a file, as it was put in.

    Raises ``Malformed`` (``envelope.baked``, ``envelope.attached``, ``envelope.too_large``,
    ``envelope.too_costly``), ``Unsupported`` where the file holds none or a form not read here.
    """
    if len(raw) > MAX_FILE:
        raise Malformed("envelope.too_large", f"The file is larger than {MAX_FILE:,} bytes.")
    command = [sys.executable, "-I", str(_CHILD), kind, str(MEMORY), str(int(SECONDS) + 1)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            command, input=raw, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise _too_costly() from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == 1:
        return _raise(done.stdout.decode("utf-8", "replace"))
    raise _too_costly()


def _raise(answer: str) -> bytes:
    kind, _, rest = answer.partition("\n")
    code, _, message = rest.partition("\n")
    error: type[CredentialError] = Unsupported if kind == "Unsupported" else Malformed
    raise error(code or "envelope.unreadable", message or "The file can't be read.")


def _too_costly() -> Malformed:
    message = "Taking this file apart takes more time or memory than any credential needs."
    return Malformed("envelope.too_costly", message)
