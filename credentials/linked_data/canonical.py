"""RDFC-1.0: one text for each RDF dataset, whatever its blank nodes were called."""

from __future__ import annotations

from collections.abc import Iterable

from credentials.linked_data.nquads import Quad


def canonical_nquads(quads: Iterable[Quad]) -> str:
    """The canonical N-Quads document of a dataset. Raises ``Malformed`` for poison graphs."""
    raise NotImplementedError
