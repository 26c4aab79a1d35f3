"""The small nodes that all of an ELM document is made of: notes, identifiers, pages.

Concepts are those of ``schemas.elm``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.activities.publication.model import Published
from schemas.elm import Node, concept


@dataclass
class Document:
    """A document under construction: every node gets an address of its own, each body one."""

    it: Published
    bodies: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)

    def part(self, name: str) -> str:
        """The address of a part that there is one of."""
        return f"{self.it.id}#{name}"

    def next_part(self, name: str) -> str:
        """The address of the next part of a kind."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        return self.part(f"{name}-{count}")

    def note(self, text: Mapping[str, str], subject: str = "") -> Node | None:
        """A note, ``None`` without a text; ``subject`` says what it is about."""
        if not any(text.values()):
            return None
        node: Node = {"id": self.next_part("note"), "type": "Note", "noteLiteral": dict(text)}
        if subject:
            label = {"en": subject.replace("-", " ")}
            address = f"{self.it.base}/register/#{subject}"
            node["subject"] = concept(address, label, scheme="")
        return node

    def identifier(self, notation: str, name: str, *, part: str = "") -> Node:
        """An identifier in a scheme of that name."""
        address = self.part(part) if part else self.next_part("identifier")
        return {"id": address, "type": "Identifier", "notation": notation, "schemeName": name}

    def web(self, url: str) -> Node:
        """A page on the web."""
        return {"id": self.next_part("page"), "type": "WebResource", "contentURL": url}
