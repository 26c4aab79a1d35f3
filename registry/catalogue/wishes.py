"""What a reader asks of the catalogue: words, filters, an order. One wish has one address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from registry.catalogue.documents import FACETS
from registry.catalogue.words import MAX_QUERY

SORTS = ("relevance", "newest", "title", "size")
MAX_VALUES = 50
"""Values of one facet that are read."""
_SPACE = re.compile(r"[\s\0]+")


@dataclass(frozen=True)
class Wish:
    """A query, filters (facet → ascending values) and an order."""

    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""

    @property
    def order(self) -> str:
        """The order that holds: relevance for words, else the newest first."""
        if self.sort and (self.sort != "relevance" or self.query):
            return self.sort
        return "relevance" if self.query else "newest"

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The wish as the parameters of an address, always in the same order."""
        if self.query:
            yield "q", self.query
        for facet in FACETS:
            for value in self.filters.get(facet, ()):
                yield facet, value
        if self.order != ("relevance" if self.query else "newest"):
            yield "sort", self.order

    def without(self, facet: str, value: str) -> Wish:
        """The wish with one filter less."""
        left = tuple(v for v in self.filters.get(facet, ()) if v != value)
        return Wish(self.query, {**self.filters, facet: left}, self.sort)

    def with_query(self, query: str) -> Wish:
        """The same wish for other words."""
        return Wish(query, self.filters, self.sort)


def wish_of(asked: Mapping[str, Sequence[str]]) -> Wish:
    """A wish from parameters, name → values. What no wish can have is left out; never fails."""
    query = _SPACE.sub(" ", "".join(asked.get("q", [])[:1])).strip()[:MAX_QUERY].rstrip()
    filters = {}
    for facet in FACETS:
        values = {value.replace("\0", "").strip()[:80] for value in asked.get(facet, ())}
        if kept := tuple(sorted(values - {""}))[:MAX_VALUES]:
            filters[facet] = kept
    sort = "".join(asked.get("sort", [])[:1])
    return Wish(query, filters, sort if sort in SORTS else "")
