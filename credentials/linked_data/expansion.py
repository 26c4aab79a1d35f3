"""From a document straight to RDF quads: JSON-LD 1.1 expansion (5.1) and to-RDF (8.1) in one walk.

What JSON-LD would drop, reshape or leave ambiguous is refused with the place it stands at, because
what isn't in the dataset isn't signed:

- members and types no context defines, relative IRIs, ``null`` values;
- every keyword but ``@context``, ``@id``, ``@type``, ``@value``, ``@language``, ``@direction``:
  ``@graph``, ``@reverse``, ``@included``, ``@nest`` reshape a document under its signature;
- a member written as an IRI, or by a longer name of the same meaning: the dataset is the same,
  and the reader who looks for the name finds nothing;
- with ``described_once``, one node with members at two places: they could move from one place to
  the other under the signature. Ours never do; in what others issue it is common.

``@direction`` is accepted where the data model has it, and isn't part of the dataset
(JSON-LD-API 8.1, ``rdfDirection`` null); nothing may be decided by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credentials.encoding import canonicalize, pointer_token
from credentials.errors import Malformed
from credentials.linked_data.contexts import EMPTY, KEYWORDS, Context, Term
from credentials.linked_data.nquads import (
    RDF,
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    RDF_TYPE,
    XSD,
    Quad,
    is_iri,
    is_language,
    quoted,
)

_CONTAINERS = frozenset({"@set", "@list", "@language", "@graph"})
_VALUE_MEMBERS = frozenset({"@value", "@type", "@language", "@direction"})


def to_quads(document: Mapping[str, Any], *, described_once: bool = False) -> list[Quad]:
    """The RDF dataset of a document. Raises ``Malformed`` with a code and a JSON pointer.

    ``described_once`` also refuses a node with members at two places of the document.
    """
    walk = _Walk(described_once=described_once)
    walk.node(document, EMPTY, None, "", "")
    return walk.quads


def _refuse(code: str, message: str, pointer: str) -> Malformed:
    return Malformed(f"structure.{code}", message, pointer=pointer)


class _Walk:
    """One document on its way to quads."""

    def __init__(self, *, described_once: bool) -> None:
        self.quads: list[Quad] = []
        self._once = described_once
        self._blank = 0
        self._labels: dict[str, str] = {}
        self._described: dict[tuple[str, str], str] = {}

    def _fresh(self) -> str:
        self._blank += 1
        return f"_:b{self._blank}"

    # --- nodes -----------------------------------------------------------------------------------

    def node(
        self,
        value: Mapping[str, Any],
        context: Context,
        scope: Term | None,
        graph: str,
        pointer: str,
    ) -> str:
        """Emit a node object's quads; returns its term. Steps as in JSON-LD-API 5.1.2."""
        # 7, 8: a type-scoped context ends here, a property-scoped one begins.
        if context.previous is not None and not _is_reference(value, context):
            context = context.previous
        if scope is not None and scope.has_context:
            context = context.for_property(scope)
        # 9: the node's own context.
        if "@context" in value:
            context = context.for_document(value["@context"])
        # 11: contexts of the node's types, in the order of their names.
        outer = context
        types = self._types(value, context, pointer)
        for name in sorted(types) if len(types) > 1 else types:
            term = outer.terms.get(name)
            if term is not None and term.has_context:
                context = context.for_type(term)
        subject = self._subject(value, context, graph, pointer)
        for name in types:
            iri = self._type_iri(name, outer, pointer)
            self.quads.append((subject, RDF_TYPE, iri, graph))
        # 13: the members.
        for name, item in value.items():
            self._member(subject, name, item, context, graph, pointer)
        return subject

    def _types(self, value: Mapping[str, Any], context: Context, pointer: str) -> list[str]:
        types: list[str] = []
        for name, item in value.items():
            if context.property(name) == "@type":
                for one in item if isinstance(item, list) else [item]:
                    if not isinstance(one, str):
                        raise _refuse("type", "A type is text.", f"{pointer}/{pointer_token(name)}")
                    types.append(one)
        return types

    def _type_iri(self, name: str, context: Context, pointer: str) -> str:
        iri = context.expand(name, vocab=True)
        if iri is None or not is_iri(iri):
            message = f'No context defines the type "{name}".'
            raise _refuse("undefined_term", message, f"{pointer}/type")
        return f"<{iri}>"

    def _subject(self, value: Mapping[str, Any], context: Context, graph: str, pointer: str) -> str:
        ids = [(name, item) for name, item in value.items() if context.property(name) == "@id"]
        if not ids:
            return self._fresh()
        if len(ids) > 1:
            raise _refuse("id", "A node has one id.", pointer)
        name, item = ids[0]
        subject = self._iri(item, context, f"{pointer}/{pointer_token(name)}")
        if len(value) > 1:
            first = self._described.setdefault((graph, subject), pointer)
            if self._once and first != pointer:
                message = f"This id is described at {first or '/'} too; describe it once."
                raise _refuse("described_twice", message, pointer)
        return subject

    def _iri(self, item: Any, context: Context, place: str, *, vocab: bool = False) -> str:
        if not isinstance(item, str):
            raise _refuse("id", "An id is one text.", place)
        iri = context.expand(item, vocab=vocab)
        if iri is not None and iri.startswith("_:"):
            label = self._labels.get(iri)
            if label is None:
                label = self._labels[iri] = self._fresh()
            return label
        if iri is None or iri in KEYWORDS or not is_iri(iri):
            message = f'"{item}" isn\'t an absolute IRI; it would not be signed.'
            raise _refuse("relative_iri", message, place)
        return f"<{iri}>"

    # --- members ---------------------------------------------------------------------------------

    def _member(
        self, subject: str, name: str, item: Any, context: Context, graph: str, pointer: str
    ) -> None:
        iri = context.property(name)
        if iri is not None and iri[0] == "@" and iri in ("@context", "@id", "@type"):
            return
        place = f"{pointer}/{pointer_token(name)}"
        if iri is None:
            message = f'No context defines "{name}"; it would not be signed.'
            raise _refuse("undefined_term", message, place)
        if iri[0] == "@":
            message = f"{iri} reshapes a document under its signature and is refused."
            raise _refuse("forbidden_keyword", message, place)
        term = context.terms.get(name)
        if term is None:
            # Without a term the name is an IRI, a compact IRI, or stands under @vocab.
            if ":" in name:
                message = "A member is written by its name, not by its IRI."
                raise _refuse("not_compact", message, place)
            term = Term(iri)
        elif term.reverse or term.nest:
            raise _refuse("forbidden_keyword", f'"{name}" is a reverse or nested term.', place)
        elif context.preferred(name, term) != name:
            message = f'"{name}" has a shorter name: "{context.preferred(name, term)}".'
            raise _refuse("not_compact", message, place)
        self._values(subject, f"<{iri}>", term, item, context, graph, place)

    def _values(
        self,
        subject: str,
        predicate: str,
        term: Term,
        item: Any,
        context: Context,
        graph: str,
        place: str,
    ) -> None:
        emit = self.quads.append
        container = term.container
        if not container <= _CONTAINERS:
            message = f"Containers of kind {', '.join(sorted(container))} aren't supported."
            raise _refuse("unsupported_container", message, place)
        if term.type == "@json":
            emit((subject, predicate, _json_literal(item), graph))
        elif "@language" in container and isinstance(item, dict):
            for value in self._language_map(item, context, place):
                emit((subject, predicate, value, graph))
        elif "@list" in container:
            items = item if isinstance(item, list) else [item]
            objects = [
                self._object(one, term, context, graph, f"{place}/{index}")
                for index, one in enumerate(items)
            ]
            emit((subject, predicate, self._list(objects, graph), graph))
        elif isinstance(item, list):
            for index, one in enumerate(item):
                value = self._object(one, term, context, graph, f"{place}/{index}")
                emit((subject, predicate, value, graph))
        else:
            emit((subject, predicate, self._object(item, term, context, graph, place), graph))

    def _list(self, objects: list[str], graph: str) -> str:
        head = RDF_NIL
        for item in reversed(objects):
            cell = self._fresh()
            self.quads.append((cell, RDF_FIRST, item, graph))
            self.quads.append((cell, RDF_REST, head, graph))
            head = cell
        return head

    def _language_map(self, item: Mapping[str, Any], context: Context, place: str) -> list[str]:
        values = []
        for language, texts in item.items():
            tag = None if context.expand(language, vocab=True) == "@none" else language
            for text in texts if isinstance(texts, list) else [texts]:
                if not isinstance(text, str):
                    raise _refuse("value", "A language map holds texts.", f"{place}/{language}")
                values.append(quoted(text) if tag is None else _tagged(text, tag, place))
        return values

    # --- values ----------------------------------------------------------------------------------

    def _object(self, item: Any, term: Term, context: Context, graph: str, place: str) -> str:
        """One value of a member: a literal, a reference, a node, or a graph of its own."""
        if isinstance(item, dict):
            if "@graph" in term.container:
                name = self._fresh()
                self.node(item, context, term, name, place)
                return name
            if _is_value(item, context, term):
                return _value_object(item, context, term, place)
            return self.node(item, context, term, graph, place)
        if isinstance(item, list):
            raise _refuse("value", "A list inside a list isn't supported.", place)
        if item is None:
            raise _refuse("null", "null is no value and would not be signed; leave it out.", place)
        if "@graph" in term.container:
            raise _refuse("value", "Here stands an object.", place)
        if term.has_context:
            context = context.for_property(term)
        datatype = term.type
        if datatype is not None and datatype[0] == "@":
            if isinstance(item, str) and datatype in ("@id", "@vocab"):
                return self._iri(item, context, place, vocab=datatype == "@vocab")
            datatype = None
        if isinstance(item, str) and datatype is None:
            language = term.language if term.has_language else context.language
            return quoted(item) if language is None else _tagged(item, language, place)
        return _native(item, datatype)


def _is_reference(value: Mapping[str, Any], context: Context) -> bool:
    """Step 7's exceptions: a value object, or a node that is nothing but its id."""
    names = [context.property(name) for name in value]
    return "@value" in names or names == ["@id"]


def _is_value(item: Mapping[str, Any], context: Context, term: Term) -> bool:
    scoped = context.for_property(term) if term.has_context else context
    return any(scoped.property(name) == "@value" for name in item)


def _value_object(item: Mapping[str, Any], context: Context, term: Term, place: str) -> str:
    if term.has_context:
        context = context.for_property(term)
    members = {context.property(name): value for name, value in item.items()}
    if len(members) != len(item) or not members.keys() <= _VALUE_MEMBERS:
        message = "A value object has @value and @type, or @value, @language and @direction."
        raise _refuse("value", message, place)
    value, kind = members["@value"], members.get("@type")
    language, direction = members.get("@language"), members.get("@direction")
    if kind is not None:
        return _typed(value, kind, context, place, plain=language is None and direction is None)
    if direction not in (None, "ltr", "rtl"):
        raise _refuse("value", "@direction is ltr or rtl.", place)
    if isinstance(value, str):
        return quoted(value) if language is None else _tagged(value, language, place)
    if value is None or language is not None or isinstance(value, dict | list):
        raise _refuse("value", "@value is a text, a number or a truth value.", place)
    return _native(value, None)


def _typed(value: Any, kind: Any, context: Context, place: str, *, plain: bool) -> str:
    iri = context.expand(kind, vocab=True) if isinstance(kind, str) and plain else None
    if iri == "@json":
        return _json_literal(value)
    if iri is None or not is_iri(iri):
        message = "A typed value has one type that a context defines, and no language."
        raise _refuse("value", message, place)
    if value is None or isinstance(value, dict | list):
        raise _refuse("value", "@value is a text, a number or a truth value.", place)
    return _native(value, iri)


def _json_literal(value: Any) -> str:
    return f"{quoted(canonicalize(value).decode('utf-8'))}^^<{RDF}JSON>"


def _tagged(text: str, language: Any, place: str) -> str:
    if not isinstance(language, str) or not is_language(language):
        raise _refuse("language", "A language is a BCP 47 tag.", place)
    return f"{quoted(text)}@{language}"


def _native(value: Any, datatype: str | None) -> str:
    """A text, number or truth value (JSON-LD-API 8.2.2, steps 8 to 11)."""
    if isinstance(value, str):
        text, default = value, f"{XSD}string"
    elif isinstance(value, bool):
        text, default = "true" if value else "false", f"{XSD}boolean"
    else:
        fraction = isinstance(value, float) and (not value.is_integer() or abs(value) >= 1e21)
        if fraction or datatype == f"{XSD}double":
            mantissa, exponent = f"{value:.15E}".split("E")
            mantissa = mantissa.rstrip("0")
            text = f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}"
            default = f"{XSD}double"
        else:
            text, default = str(int(value)), f"{XSD}integer"
    datatype = datatype or default
    return quoted(text) if datatype == f"{XSD}string" else f"{quoted(text)}^^<{datatype}>"
