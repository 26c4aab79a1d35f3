"""A credential attached to a PDF (ISO 32000-2, 7.11.4). Runs in the readers' own process only."""

from __future__ import annotations

import io
from typing import Any

from credentials.errors import Malformed, Unsupported

MAX_ATTACHMENTS = 20
_NAMES = (".json", ".jsonld", ".jwt", ".jws", ".vc", ".sd-jwt")
_MAX_BYTES = 1024 * 1024


def read_pdf(pdf: bytes) -> str | None:
    """The attached credential, ``None`` if there is none.

    Attachments that by name could be a credential are looked at, and no other; of two the reader
    can't choose. Raises ``Malformed``, ``Unsupported`` (encrypted).
    """
    from pypdf import PdfReader  # noqa: PLC0415 - heavy, and wanted in the readers' process only
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(pdf), strict=False)
        if reader.is_encrypted:
            raise Unsupported("envelope.attached", "The PDF is encrypted.")
        files = _candidates(reader)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Malformed("envelope.attached", "The PDF can't be read.") from error
    except RecursionError as error:
        raise Malformed("envelope.attached", "The PDF runs in circles.") from error
    if len(files) > 1:
        raise Malformed("envelope.attached", "More than one credential is attached to this PDF.")
    try:
        return files[0].decode("utf-8") if files else None
    except UnicodeDecodeError as error:
        raise Malformed("envelope.attached", "The attached credential isn't UTF-8.") from error


def _candidates(reader: Any) -> list[bytes]:
    found: dict[bytes, None] = {}
    for number, attachment in enumerate(reader.attachment_list):
        if number >= MAX_ATTACHMENTS:
            raise Malformed("envelope.attached", "The PDF has too many attachments.")
        if str(attachment.name).lower().endswith(_NAMES):
            content = bytes(attachment.content)
            if len(content) > _MAX_BYTES:
                raise Malformed("envelope.attached", "The attachment is larger than a credential.")
            # The same file listed twice (/Names and /AF) is one file.
            found[content] = None
    return list(found)
