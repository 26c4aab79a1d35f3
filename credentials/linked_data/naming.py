"""One name for one thing: the rule that keeps signed statements where readers look for them.

RDF knows a property by its IRI. A member ``validUntil`` written with its IRI, or under a name a
sender's own context gives that IRI, is the same statement: the signature holds, and whoever reads
``validUntil`` finds nothing. JSON-LD calls it compaction to write the name that the contexts give;
what isn't compacted is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from credentials.linked_data.definitions import ABSENT, Term, refuse


class Names:
    """The names of one active context, by what they stand for."""

    __slots__ = ("_by_iri", "_terms")

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self._by_iri: dict[str, list[str]] = {}
        for name, term in terms.items():
            if term.iri is not None:
                self._by_iri.setdefault(term.iri, []).append(name)

    def check_property(self, key: str, iri: str) -> None:
        """Refuse a member that goes by another name as well (``structure.other_name``).

        Open Badges uses some classes as properties (``Criteria`` and ``criteria`` are one IRI);
        by the custom of vocabularies the capital tells them apart, and only the property's stays.
        """
        for name in self._by_iri.get(iri, ()):
            if name != key and not name[:1].isupper():
                refuse("other_name", f'"{key}" is the same as "{name}"; write the latter.')

    def check_type(self, given: str, iri: str) -> None:
        """Refuse a type by its IRI where it has a name, or by a name that has another scope."""
        term = self._terms.get(given)
        scoped = ABSENT if term is None else term.scoped
        for name in self._by_iri.get(iri, ()):
            if term is None or (name[:1].isupper() and self._terms[name].scoped != scoped):
                refuse("other_name", f'"{given}" is the same as "{name}"; write the latter.')
