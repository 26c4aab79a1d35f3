"""RDF terms and quads as text, in the canonical form of N-Quads.

A term is kept as the very characters it has in canonical N-Quads: ``<iri>``, ``_:label``,
``"text"``, ``"text"@en`` or ``"text"^^<datatype>``. Nothing is parsed again between the document
and the hash, and a blank node is known by its first character.

RDF 1.2 N-Quads, section "A Canonical Form of N-Quads" (RDFC-1.0, section 5, names it too).
"""

from __future__ import annotations

import re

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph name; the graph name is ``""`` in the default graph."""

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_TYPE = f"<{RDF}type>"
RDF_FIRST = f"<{RDF}first>"
RDF_REST = f"<{RDF}rest>"
RDF_NIL = f"<{RDF}nil>"

# What IRIREF leaves out, and a percent sign that starts no escape (RFC 3987, section 2.2). The
# scheme makes it absolute (RFC 3986, section 4.3).
_UNESCAPED = r"[^\x00-\x20<>\"{}|^`\\%\ud800-\udfff]*"
_IRI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:{_UNESCAPED}(?:%[0-9A-Fa-f]{{2}}{_UNESCAPED})*",
)
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
# BS, HT, LF, FF, CR, the quotation mark and the backslash have names; the other controls, DEL and
# what XML 1.1 doesn't count as a character are written as numbers. Nothing else is escaped.
_MUST_ESCAPE = re.compile('[\x00-\x1f\x7f"\\\\\ufffe\uffff]')
_NAMED = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def is_iri(text: str) -> bool:
    """Whether ``text`` is an absolute IRI that N-Quads can carry unchanged."""
    return _IRI.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether ``text`` is well formed as a language tag (BCP 47, read as RDF 1.1 reads it)."""
    return _LANGUAGE.fullmatch(text) is not None


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _NAMED.get(character) or f"\\u{ord(character):04X}"


def escape(text: str) -> str:
    """The characters of ``text`` as they stand between the quotation marks of a literal."""
    return _MUST_ESCAPE.sub(_escape, text)


def quoted(text: str) -> str:
    """A plain literal (``xsd:string``); a datatype or language can be written right behind it."""
    return f'"{_MUST_ESCAPE.sub(_escape, text)}"'
