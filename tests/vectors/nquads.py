"""Reads N-Quads test files into terms in canonical form. For tests: nothing else parses RDF."""

from __future__ import annotations

import re

from credentials.linked_data.nquads import XSD, Quad, quoted

_IRI = r"<((?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>"
_BLANK = r"(_:[^\s<>\"]+)"
_LITERAL = rf'"((?:[^"\\\n\r]|\\.)*)"(?:@([a-zA-Z0-9-]+)|\^\^{_IRI})?'
_LINE = re.compile(
    rf"\s*(?:{_IRI}|{_BLANK})\s*{_IRI}\s*(?:{_IRI}|{_BLANK}|{_LITERAL})"
    rf"\s*(?:{_IRI}|{_BLANK})?\s*\.\s*(?:#.*)?"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _NAMED[match[3]]

    return _ESCAPE.sub(one, text)


def _resource(iri: str | None, blank: str | None) -> str:
    if iri is not None:
        return f"<{_unescape(iri)}>"
    return (blank or "").rstrip(".")


def parse(text: str) -> list[Quad]:
    """The quads of an N-Quads document; raises ``ValueError`` for a line it can't read."""
    quads = []
    for line in re.split(r"[\n\r]+", text):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(line)
        s_iri, s_blank, p, o_iri, o_blank, literal, language, datatype, g_iri, g_blank = (
            match.groups()
        )
        if literal is None:
            value = _resource(o_iri, o_blank)
        else:
            value = quoted(_unescape(literal))
            if language:
                value += f"@{language}"
            elif datatype and _unescape(datatype) != f"{XSD}string":
                value += f"^^<{_unescape(datatype)}>"
        subject, graph = _resource(s_iri, s_blank), _resource(g_iri, g_blank)
        quads.append((subject, f"<{_unescape(p)}>", value, graph))
    return quads
