"""Files that carry a credential: pictures with one baked in, PDFs with one attached.

They are taken apart in a process of its own (``credentials.exports.isolation``); what comes out
goes through the same door as what was pasted.
"""

from __future__ import annotations

from credentials.errors import Malformed
from credentials.exports.isolation import MAX_FILE, extract, kind_of

__all__ = ["MAX_FILE", "unpacked"]


def unpacked(raw: bytes) -> tuple[bytes, str | None]:
    """The credential in a file and the kind of file (``png``, ``svg``, ``pdf``).

    What isn't such a file comes back as it is, with ``None``. Raises ``Malformed``, ``Unsupported``
    (``envelope.*``): also for a file inside a file.
    """
    kind = kind_of(raw)
    if kind is None:
        return raw, None
    inner = extract(raw, kind)
    if kind_of(inner) is not None:
        raise Malformed("envelope.baked", "What the file carries is a file again.")
    return inner, kind
