"""JSON-LD documents as RDF, and that RDF in its one canonical order.

Our own reading of JSON-LD 1.1 and of RDFC-1.0, for the reasons of
``docs/decisions/0001-linked-data-package.md``: contexts are compiled once, nothing is ever
fetched, and whatever the standard would drop in silence is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from credentials.linked_data.canonical import canonical_nquads
from credentials.linked_data.expansion import to_quads
from credentials.linked_data.nquads import Quad

__all__ = ["Quad", "canonical_nquads", "rdfc", "to_quads"]


def rdfc(
    document: Mapping[str, Any],
    *,
    extra_contexts: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """The canonical N-Quads of a JSON-LD document, in UTF-8 (RDFC-1.0 with SHA-256).

    Raises ``Malformed`` as ``to_quads`` and ``canonical_nquads`` do.
    """
    quads: Iterable[Quad] = to_quads(document, extra_contexts=extra_contexts)
    return canonical_nquads(quads).encode()
