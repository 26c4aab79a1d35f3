"""From a JSON-LD document to the canonical N-Quads that are hashed and signed.

Our own reading of JSON-LD 1.1 and of RDFC-1.0, for the reasons of
``docs/decisions/0001-linked-data-package.md``: contexts are worked out once, nothing is ever
fetched, and whatever the standard would drop in silence is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from credentials.linked_data.canonical import canonical_nquads
from credentials.linked_data.expansion import inline_context, to_quads, walk
from credentials.linked_data.nquads import Quad

__all__ = ["Quad", "canonical_nquads", "inline_context", "rdfc", "rdfc_of", "to_quads"]


def rdfc(document: Mapping[str, Any], *, hash_name: str = "sha256") -> bytes:
    """The canonical N-Quads of a document, UTF-8 (RDFC-1.0). Raises ``Malformed``.

    ``hash_name`` is the hash inside the algorithm: ``sha384`` where the suite's key is P-384.
    """
    return rdfc_of(walk(document), hash_name=hash_name)


def rdfc_of(quads: Iterable[Quad], *, hash_name: str = "sha256") -> bytes:
    """The same of a dataset that was made already. Raises ``Malformed``."""
    return canonical_nquads(quads, hash_name=hash_name).encode()
