"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation, 21 May 2024).

Terms are N-Quads text (``credentials.linked_data.nquads``). Most credentials need the first-degree
hashes only; the N-degree part runs under a step limit (section 7.1 asks for one): a graph of ten
blank nodes can otherwise keep a machine busy for hours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import permutations

from credentials.errors import Malformed
from credentials.linked_data.nquads import Quad

MAX_STEPS = 10_000
"""Related blank nodes looked at, in all, before a graph is refused as too complex."""


def canonical_nquads(
    quads: Iterable[Quad], *, algorithm: str = "sha256", max_steps: int = MAX_STEPS
) -> str:
    """The canonical N-Quads document: sorted lines, blank nodes named ``_:c14n0``…

    Raises ``Malformed`` (``canonicalization.too_complex``) beyond ``max_steps``.
    """
    return Canonicalizer(quads, algorithm=algorithm, max_steps=max_steps).document()


class _Issuer:
    """Identifiers in the order they are asked for (RDFC-1.0 section 4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued if issued is not None else {}

    def issue(self, label: str) -> str:
        name = self.issued.get(label)
        if name is None:
            name = self.issued[label] = f"{self.prefix}{len(self.issued)}"
        return name

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class Canonicalizer:
    """One run of the algorithm of section 4.4.3 over one dataset."""

    def __init__(
        self, quads: Iterable[Quad], *, algorithm: str = "sha256", max_steps: int = MAX_STEPS
    ) -> None:
        self._quads = list(dict.fromkeys(quads))
        self._new_hash = getattr(hashlib, algorithm)
        self._left = max_steps
        self._canonical = _Issuer("_:c14n")
        self._mentions: dict[str, list[Quad]] = {}
        self._first: dict[str, str] = {}

    def document(self) -> str:
        """The sorted lines of the canonical dataset."""
        names = self.identifiers()
        lines = []
        for s, p, o, g in self._quads:
            subject = names[s] if s[0] == "_" else s
            value = names[o] if o[0] == "_" else o
            graph = f" {names[g] if g[0] == '_' else g}" if g else ""
            lines.append(f"{subject} {p} {value}{graph} .\n")
        lines.sort()
        return "".join(lines)

    def identifiers(self) -> dict[str, str]:
        """The canonical identifier of each blank node, by its label in the input."""
        # 2: which quads mention which blank node.
        mentions = self._mentions
        for quad in self._quads:
            for label in {quad[0], quad[2], quad[3]}:
                if label[:1] == "_":
                    mentions.setdefault(label, []).append(quad)
        # 3: hash each by its own quads.
        by_hash: dict[str, list[str]] = {}
        for label in mentions:
            by_hash.setdefault(self._first_degree(label), []).append(label)
        # 4: a hash of its own names the node.
        shared = []
        for digest in sorted(by_hash):
            labels = by_hash[digest]
            if len(labels) == 1:
                self._canonical.issue(labels[0])
            else:
                shared.append(labels)
        # 5: for the others, their neighbourhood decides.
        for labels in shared:
            results = []
            for label in labels:
                if label not in self._canonical.issued:
                    issuer = _Issuer("_:b")
                    issuer.issue(label)
                    results.append(self._n_degree(label, issuer))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for label in issuer.issued:
                    self._canonical.issue(label)
        return self._canonical.issued

    def _hash(self, text: str) -> str:
        digest: str = self._new_hash(text.encode("utf-8")).hexdigest()
        return digest

    def _first_degree(self, label: str) -> str:
        """Hash First Degree Quads (section 4.6.3)."""
        known = self._first.get(label)
        if known is not None:
            return known
        lines = []
        for s, p, o, g in self._mentions[label]:
            subject = ("_:a" if s == label else "_:z") if s[0] == "_" else s
            value = ("_:a" if o == label else "_:z") if o[0] == "_" else o
            graph = f" {('_:a' if g == label else '_:z') if g[0] == '_' else g}" if g else ""
            lines.append(f"{subject} {p} {value}{graph} .\n")
        lines.sort()
        digest = self._first[label] = self._hash("".join(lines))
        return digest

    def _related(self, label: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash Related Blank Node (section 4.7.3)."""
        name = self._canonical.issued.get(label) or issuer.issued.get(label)
        text = position if position == "g" else f"{position}{quad[1]}"
        return self._hash(text + (name or self._first_degree(label)))

    def _n_degree(self, label: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash N-Degree Quads (section 4.8.3)."""
        related: dict[str, list[str]] = {}
        for quad in self._mentions[label]:
            for position, other in (("s", quad[0]), ("o", quad[2]), ("g", quad[3])):
                if other[:1] == "_" and other != label:
                    self._step()
                    digest = self._related(other, quad, issuer, position)
                    related.setdefault(digest, []).append(other)
        data = []
        for digest in sorted(related):
            chosen_path, chosen_issuer = "", issuer
            for order in permutations(related[digest]):
                path, tried = self._path(order, issuer.copy(), chosen_path)
                if tried is not None and (not chosen_path or path < chosen_path):
                    chosen_path, chosen_issuer = path, tried
            data += [digest, chosen_path]
            issuer = chosen_issuer
        return self._hash("".join(data)), issuer

    def _path(
        self, order: tuple[str, ...], issuer: _Issuer, chosen: str
    ) -> tuple[str, _Issuer | None]:
        """One permutation (steps 5.4.1 to 5.4.6); no issuer when it can't be the shortest."""
        path, recursion = "", []
        for label in order:
            self._step()
            if label in self._canonical.issued:
                path += self._canonical.issued[label]
            else:
                if label not in issuer.issued:
                    recursion.append(label)
                path += issuer.issue(label)
            if chosen and len(path) >= len(chosen) and path > chosen:
                return path, None
        for label in recursion:
            digest, deeper = self._n_degree(label, issuer)
            path += f"{issuer.issue(label)}<{digest}>"
            issuer = deeper
            if chosen and len(path) >= len(chosen) and path > chosen:
                return path, None
        return path, issuer

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            message = "The document's blank nodes are too alike to be told apart in bounded time."
            raise Malformed("canonicalization.too_complex", message)
