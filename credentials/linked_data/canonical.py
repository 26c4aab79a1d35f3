"""RDFC-1.0: one text for each RDF dataset, whatever its blank nodes were called.

W3C RDF Dataset Canonicalization, section 4; the step numbers below are its own. Datasets made to
keep a canonicalizer busy for hours ("poison graphs", section 7.1 there) are refused after a fixed
number of steps: steps, not seconds, so that every machine gives the same answer.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import Any, Final

from credentials.errors import Malformed
from credentials.linked_data.nquads import Quad

MAX_STEPS: Final = 10_000
"""Related blank nodes looked at while equal-looking ones are told apart."""
# Past these the steps wouldn't be enough either; Python's recursion limit would come first.
_MAX_DEPTH: Final = 200
_MAX_ALIKE: Final = 64


def canonical_nquads(
    quads: Iterable[Quad], *, hash_name: str = "sha256", max_steps: int = MAX_STEPS
) -> str:
    """The canonical N-Quads document of a dataset: sorted lines, each with its newline.

    ``hash_name`` is ``sha256``, or ``sha384`` for the suites that ask for it. Raises ``Malformed``
    (``canonicalization.too_complex``) when ``max_steps`` aren't enough.
    """
    dataset = list(dict.fromkeys(quads))
    names = canonical_labels(dataset, hash_name=hash_name, max_steps=max_steps)
    lines = []
    for s, p, o, g in dataset:
        subject = names[s] if s[0] == "_" else s
        value = names[o] if o[0] == "_" else o
        if g:
            lines.append(f"{subject} {p} {value} {names[g] if g[0] == '_' else g} .\n")
        else:
            lines.append(f"{subject} {p} {value} .\n")
    lines.sort()
    return "".join(lines)


def canonical_labels(
    quads: Iterable[Quad], *, hash_name: str = "sha256", max_steps: int = MAX_STEPS
) -> dict[str, str]:
    """The canonical label of each blank node, both written ``_:label``; raises as above."""
    return _Canonicalization(quads, hash_name, max_steps).labels()


def _orders(nodes: list[str]) -> Iterator[tuple[str, ...]]:
    """Every different order of ``nodes``, of which some may be the same node.

    A node that is met through nine quads stands here nine times (the graph of a proof is such a
    case). The standard's 362,880 permutations of it are one order; equal orders give equal paths.
    """
    counts = Counter(nodes)
    if len(counts) == len(nodes):
        yield from permutations(nodes)
    elif len(counts) == 1:
        yield tuple(nodes)
    else:
        for node in counts:
            rest = nodes.copy()
            rest.remove(node)
            for order in _orders(rest):
                yield (node, *order)


class _Issuer:
    """Section 4.5: labels in the order they are asked for."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued if issued is not None else {}

    def issue(self, identifier: str) -> str:
        found = self.issued.get(identifier)
        if found is None:
            found = self.issued[identifier] = f"{self.prefix}{len(self.issued)}"
        return found

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalization:
    """Section 4.2, the canonicalization state, and the algorithms over it."""

    def __init__(self, quads: Iterable[Quad], hash_name: str, max_steps: int) -> None:
        self._digest: Callable[[bytes], Any] = getattr(hashlib, hash_name)
        self._steps = max_steps
        self._quads: dict[str, list[Quad]] = {}
        self._first_degree: dict[str, str] = {}
        self._canonical = _Issuer("_:c14n")
        mentioned = self._quads.setdefault
        for quad in quads:
            subject, _, value, graph = quad
            if subject[0] == "_":
                mentioned(subject, []).append(quad)
            if value[0] == "_" and value != subject:
                mentioned(value, []).append(quad)
            if graph and graph[0] == "_" and graph not in (subject, value):
                mentioned(graph, []).append(quad)

    def _hash(self, text: str) -> str:
        digest: str = self._digest(text.encode()).hexdigest()
        return digest

    def labels(self) -> dict[str, str]:
        """Section 4.4.3, steps 3 to 5."""
        by_hash: dict[str, list[str]] = {}
        for node in self._quads:
            digest = self._first_degree[node] = self._hash_first_degree(node)
            by_hash.setdefault(digest, []).append(node)
        shared = []
        for digest in sorted(by_hash):
            nodes = by_hash[digest]
            if len(nodes) == 1:
                self._canonical.issue(nodes[0])
            else:
                shared.append(nodes)
        for nodes in shared:
            results = []
            for node in nodes:
                if node not in self._canonical.issued:
                    issuer = _Issuer("_:b")
                    issuer.issue(node)
                    results.append(self._hash_n_degree(node, issuer, 0))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for node in issuer.issued:
                    self._canonical.issue(node)
        return self._canonical.issued

    def _hash_first_degree(self, node: str) -> str:
        """Section 4.6: the node's own quads, itself called a and every other blank node z."""
        lines = []
        for s, p, o, g in self._quads[node]:
            subject = s if s[0] != "_" else "_:a" if s == node else "_:z"
            value = o if o[0] != "_" else "_:a" if o == node else "_:z"
            if g:
                graph = g if g[0] != "_" else "_:a" if g == node else "_:z"
                lines.append(f"{subject} {p} {value} {graph} .\n")
            else:
                lines.append(f"{subject} {p} {value} .\n")
        lines.sort()
        return self._hash("".join(lines))

    def _step(self, count: int = 1) -> None:
        self._steps -= count
        if self._steps < 0:
            message = "Too many nodes of this document look alike; give them ids."
            raise Malformed("canonicalization.too_complex", message)

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Section 4.7."""
        self._step()
        label = self._canonical.issued.get(related) or issuer.issued.get(related)
        predicate = "" if position == "g" else quad[1]
        return self._hash(f"{position}{predicate}{label or self._first_degree[related]}")

    def _hash_n_degree(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Section 4.8: the node by the paths that lead away from it."""
        if depth > _MAX_DEPTH:
            self._step(self._steps + 1)
        related: dict[str, list[str]] = {}
        for quad in self._quads[node]:
            for position, term in (("s", quad[0]), ("o", quad[2]), ("g", quad[3])):
                if term[:1] == "_" and term != node:
                    digest = self._hash_related(term, quad, issuer, position)
                    related.setdefault(digest, []).append(term)
        data = []
        for digest in sorted(related):
            data.append(digest)
            if len(related[digest]) > _MAX_ALIKE and len(set(related[digest])) > 1:
                self._step(self._steps + 1)
            chosen_path, chosen_issuer = "", issuer
            for order in _orders(related[digest]):
                found = self._path(order, issuer, chosen_path, depth)
                if found is not None and (not chosen_path or found[0] < chosen_path):
                    chosen_path, chosen_issuer = found
            data.append(chosen_path)
            issuer = chosen_issuer
        return self._hash("".join(data)), issuer

    def _path(
        self, nodes: tuple[str, ...], issuer: _Issuer, chosen: str, depth: int
    ) -> tuple[str, _Issuer] | None:
        """Section 4.8.3, step 5.4: the path one order gives; ``None`` once another is shorter."""
        # A copy costs what it holds: 64 labels about as much as looking at one more node.
        self._step(len(issuer.issued) // 64)
        issuer = issuer.copy()
        recursion = []
        path = ""
        for node in nodes:
            self._step()
            label = self._canonical.issued.get(node)
            if label is None:
                if node not in issuer.issued:
                    recursion.append(node)
                label = issuer.issue(node)
            path += label
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for node in recursion:
            digest, inner = self._hash_n_degree(node, issuer, depth + 1)
            path += f"{issuer.issue(node)}<{digest}>"
            issuer = inner
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, issuer
