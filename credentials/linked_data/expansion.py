"""JSON-LD documents to RDF quads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credentials.linked_data.nquads import Quad


def to_quads(
    document: Mapping[str, Any],
    *,
    extra_contexts: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Quad]:
    """The RDF dataset of a JSON-LD document, without duplicates, in no particular order.

    ``extra_contexts`` are contexts by URL beside the pinned ones. Raises ``Malformed`` with a
    code ``structure.*`` and a JSON pointer for whatever JSON-LD would drop or guess at.
    """
    raise NotImplementedError
