"""JSON-LD documents to RDF: expansion and conversion in one walk, and nothing dropped.

JSON-LD 1.1 Processing Algorithms and API, sections 5.1 (Expansion) and 8.1 (Deserialize JSON-LD
to RDF), without the trees in between. Both standards pass over what they can't express; a member
passed over is a member nobody signed. So here it is refused, with a JSON pointer: names no context
defines, relative IRIs, null, empty arrays, keywords that reshape a document (``@graph``,
``@reverse``, ``@included``, ``@nest``, ``@list``, ``@set``, ``@index``), numbers that change when
they are written. ``@direction`` may stand beside ``@value``, as the data model allows, though RDF
has no place for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from credentials.encoding import canonicalize, pointer_token
from credentials.errors import Malformed
from credentials.linked_data.contexts import ActiveContext, Library, Property
from credentials.linked_data.definitions import ABSENT, SCHEME, datatype_suffix, refuse
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

_DOUBLE: Final = f"{XSD}double"
_LABEL: Final = re.compile(r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_TRAILING_ZEROS: Final = re.compile(r"(\d)0*E\+?(-?)0*(\d)")
_VALUE_MEMBERS: Final = frozenset({"@value", "@type", "@language", "@direction"})
_PINNED: Final = Library()


def to_quads(
    document: Mapping[str, Any],
    *,
    extra_contexts: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Quad]:
    """The RDF dataset of a JSON-LD document, without duplicates, in no particular order.

    ``extra_contexts`` are contexts by URL beside the pinned ones. Raises ``Malformed`` with a
    code ``structure.*`` and a JSON pointer for whatever JSON-LD would drop or guess at.
    """
    return list(dict.fromkeys(walk(document, extra_contexts=extra_contexts)))


def walk(
    document: Mapping[str, Any],
    *,
    extra_contexts: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Quad]:
    """As ``to_quads``; a quad that the document says twice stands here twice."""
    library = _PINNED if extra_contexts is None else Library(extra_contexts)
    walker = _Walk()
    try:
        walker.node(dict(document), library.root, "")
    except RecursionError as error:
        raise Malformed(
            "structure.too_deep", "The document or a context nests too deep."
        ) from error
    if not walker.quads:
        raise Malformed("structure.empty", "The document says nothing.", pointer="")
    return walker.quads


def inline_context(document: Any) -> str | None:
    """The JSON pointer of the first context that is written out in a document; ``None``: none.

    A context of the sender's own can give a signed statement another name ("nickname" for what
    was signed as "name") and the signature holds. Who shows names to people refuses such
    documents, or shows the statements and not the names (Data Integrity 1.0, section 2.4.1).
    """
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, list):
            stack.extend((f"{place}/{index}", item) for index, item in enumerate(value))
        elif isinstance(value, dict):
            found = value.get("@context")
            for index, item in enumerate(found if isinstance(found, list) else [found]):
                if isinstance(item, dict):
                    return f"{place}/@context" + (f"/{index}" if isinstance(found, list) else "")
            stack.extend(
                (f"{place}/{pointer_token(name)}", item)
                for name, item in value.items()
                if name != "@context"
            )
    return None


class _Walk:
    """One document on its way to quads; every method may raise ``Malformed``."""

    __slots__ = ("_labels", "_made", "quads")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self._labels: dict[str, str] = {}
        self._made = 0

    def _blank(self) -> str:
        self._made += 1
        return f"_:b{self._made}"

    def node(self, element: dict[str, Any], context: ActiveContext, graph: str) -> str:
        """A node object (section 5.1.2, steps 8 to 14); its term."""
        if "@context" in element:
            try:
                context = context.extended(element["@context"])
            except Malformed as error:
                _under(error, "@context")
        iris: tuple[str, ...] = ()
        typed = _only_key(context.type_keys, element)
        if typed is not None:
            try:
                context, iris = context.typed(element[typed])
            except Malformed as error:
                error.pointer = ""  # a place in the type's own context isn't one in the document
                _under(error, typed)
        subject = self._subject(element, context)
        add = self.quads.append
        for iri in iris:
            add((subject, RDF_TYPE, iri, graph))
        plans = context.properties
        for key, value in element.items():
            try:
                plan = plans[key] if key in plans else context.plan(key)
                if plan is None:
                    continue
                if plan.is_text and type(value) is str:
                    add((subject, plan.predicate, quoted(value) + plan.suffix, graph))
                elif plan.is_plain:
                    self._plain(subject, plan, value, graph)
                else:
                    self._special(subject, plan, value, graph)
            except Malformed as error:
                _under(error, key)
        return subject

    def _subject(self, element: Mapping[str, Any], context: ActiveContext) -> str:
        found = _only_key(context.id_keys, element)
        if found is None:
            return self._blank()
        value = element[found]
        if not isinstance(value, str):
            refuse("invalid_iri", "An id is text: an absolute IRI.", found)
        try:
            return self._iri(context.reference(value))
        except Malformed as error:
            _under(error, found)

    def _iri(self, expanded: str | None) -> str:
        """An IRI or blank node as an N-Quads term."""
        if expanded is not None and is_iri(expanded):
            return f"<{expanded}>"
        if expanded is None or not _LABEL.fullmatch(expanded):
            shown = (expanded or "This")[:200]
            if expanded is not None and SCHEME.match(expanded):
                refuse("invalid_iri", f"{shown} isn't a valid IRI.")
            refuse("relative_iri", f"{shown} is relative; write https://… or urn:uuid:….")
        if expanded not in self._labels:
            self._labels[expanded] = self._blank()
        return self._labels[expanded]

    # --- Values ---------------------------------------------------------------------------------

    def _plain(self, subject: str, plan: Property, value: Any, graph: str) -> None:
        """One value or an array of them, of a property without a container of its own."""
        if not isinstance(value, list):
            term = self._term(value, plan, graph)
            self.quads.append((subject, plan.predicate, term, graph))
            return
        if not value:
            refuse("empty_value", "An empty array isn't signed; leave the member out.")
        for index, item in enumerate(value):
            try:
                term = self._term(item, plan, graph)
            except Malformed as error:
                _under(error, str(index))
            self.quads.append((subject, plan.predicate, term, graph))

    def _term(self, value: Any, plan: Property, graph: str) -> str:
        """One value as a term, its own quads added on the way."""
        if isinstance(value, str):
            return self._text(value, plan)
        if isinstance(value, dict):
            if not plan.context.value_keys.isdisjoint(value):
                return _value_object(value, plan)
            if len(value) == 1 and next(iter(value)) in plan.inner.id_keys:
                # Only an id: a reference, for which a type-scoped context holds on (step 7).
                return self._subject(value, plan.inner)
            return self.node(value, plan.child, graph)
        return _native(value, plan.scalar.datatype)

    def _text(self, value: str, plan: Property) -> str:
        """Value Expansion (section 5.3) of text."""
        if plan.scoped is not ABSENT:
            plan = plan.scalar
        if not plan.is_iri:
            if plan.is_double and value != _double(value):
                refuse("inexact_number", "Write this xsd:double as a number.")
            return quoted(value) + plan.suffix
        context = plan.context
        return self._iri(context.expand(value) if plan.is_vocab else context.reference(value))

    def _special(self, subject: str, plan: Property, value: Any, graph: str) -> None:
        """A property with a container, or of type ``@json`` (section 5.1.2, step 13)."""
        if plan.is_json:
            self.quads.append((subject, plan.predicate, _json(value), graph))
        elif plan.is_list:
            items = value if isinstance(value, list) else [value]
            head = self._list(items, plan, graph, indexed=isinstance(value, list))
            self.quads.append((subject, plan.predicate, head, graph))
        elif plan.is_graph:
            self._graphs(subject, plan, value, graph)
        elif isinstance(value, dict):
            for term in _language_map(value):
                self.quads.append((subject, plan.predicate, term, graph))
        else:
            self._plain(subject, plan, value, graph)

    def _list(self, items: list[Any], plan: Property, graph: str, *, indexed: bool) -> str:
        """An RDF list (section 8.4); arrays inside it are lists too."""
        cells = [self._blank() for _ in items]
        for index, item in enumerate(items):
            try:
                if isinstance(item, list):
                    term = self._list(item, plan, graph, indexed=True)
                else:
                    term = self._term(item, plan, graph)
            except Malformed as error:
                if indexed:
                    _under(error, str(index))
                raise
            rest = cells[index + 1] if index + 1 < len(cells) else RDF_NIL
            self.quads.append((cells[index], RDF_FIRST, term, graph))
            self.quads.append((cells[index], RDF_REST, rest, graph))
        return cells[0] if cells else RDF_NIL

    def _graphs(self, subject: str, plan: Property, value: Any, graph: str) -> None:
        """A ``@graph`` container: each value is a graph of its own, named by a blank node."""
        if isinstance(value, list) and not value:
            refuse("empty_value", "An empty array isn't signed; leave the member out.")
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            try:
                if not isinstance(item, dict) or not plan.context.value_keys.isdisjoint(item):
                    refuse("invalid_value", "This is an object, and not a reference to one.")
                name = self._blank()
                before = len(self.quads)
                self.node(item, plan.child, name)
                if len(self.quads) == before:
                    refuse("empty_value", "This object says nothing; nothing of it is signed.")
            except Malformed as error:
                if isinstance(value, list):
                    _under(error, str(index))
                raise
            self.quads.append((subject, plan.predicate, name, graph))


def _under(error: Malformed, name: str) -> NoReturn:
    """Raise ``error`` again, its place one level further out."""
    error.pointer = f"/{pointer_token(name)}{error.pointer or ''}"
    raise error


def _only_key(names: tuple[str, ...], element: Mapping[str, Any]) -> str | None:
    """Which of a keyword's names the element uses; two at once would hide one from a reader."""
    found = None
    for name in names:
        if name in element:
            if found is not None:
                refuse("colliding_keywords", f"This says the same as {found}.", name)
            found = name
    return found


def _value_object(element: Mapping[str, Any], plan: Property) -> str:
    """A value object (section 9.5 of JSON-LD 1.1) as a literal."""
    context = plan.inner
    members: dict[str, Any] = {}
    for key, value in element.items():
        keyword = context.expand(key)
        if keyword not in _VALUE_MEMBERS:
            refuse("forbidden_keyword", f"{key} can't stand beside @value.", key)
        if keyword in members:
            refuse("colliding_keywords", f"{keyword} stands here twice.", key)
        members[keyword] = value
    if members.get("@direction", "ltr") not in {"ltr", "rtl"}:
        refuse("invalid_value", "@direction is ltr or rtl.", "@direction")
    term = _literal(members, context)
    if "@direction" not in members and term == _bare(members["@value"], plan.scalar):
        # The same statement in two forms: a reader of one would miss the other.
        refuse("other_form", "This object says no more than its @value; write that alone.")
    return term


def _bare(value: Any, plan: Property) -> str | None:
    """What ``value`` alone would be under this property, if it would be a literal."""
    if isinstance(value, str):
        return None if plan.is_iri else quoted(value) + plan.suffix
    return _native(value, plan.datatype) if isinstance(value, bool | int | float) else None


def _literal(members: Mapping[str, Any], context: ActiveContext) -> str:
    value = members["@value"]
    if "@language" in members:
        language = members["@language"]
        if not isinstance(value, str) or "@type" in members:
            refuse("invalid_value", "A text with a language is text, and has no other type.")
        if not isinstance(language, str) or not is_language(language):
            refuse("invalid_language", "@language is a language tag.", "@language")
        return f"{quoted(value)}@{language.lower()}"
    return _typed_value(value, members.get("@type", ABSENT), context)


def _typed_value(value: Any, given: Any, context: ActiveContext) -> str:
    datatype = None
    if given is not ABSENT:
        datatype = context.expand(given) if isinstance(given, str) else None
        if datatype == "@json":
            return _json(value)
        if datatype is None or not is_iri(datatype):
            refuse("undefined_type", "@type of a value is a datatype's IRI.", "@type")
    if not isinstance(value, str):
        return _native(value, datatype)
    if datatype == _DOUBLE and value != _double(value):
        refuse("inexact_number", "Write this xsd:double as a number.")
    return quoted(value) + (datatype_suffix(datatype) if datatype else "")


def _language_map(value: Mapping[str, Any]) -> list[str]:
    """A ``@language`` container (section 9.8 of JSON-LD 1.1): a literal for each text."""
    terms = []
    for language, texts in value.items():
        if not is_language(language):
            refuse("invalid_language", "The names in a language map are language tags.", language)
        for text in texts if isinstance(texts, list) else [texts]:
            if not isinstance(text, str):
                refuse("invalid_value", "A language map holds texts.", language)
            terms.append(f"{quoted(text)}@{language.lower()}")
    if not terms:
        refuse("empty_value", "An empty language map isn't signed; leave the member out.")
    return terms


def _json(value: Any) -> str:
    """A JSON literal: its RFC 8785 form (JSON-LD 1.1, section 10.2.2 "The rdf:JSON datatype")."""
    return f"{quoted(canonicalize(value).decode())}^^<{RDF}JSON>"


def _native(value: Any, datatype: str | None) -> str:
    """A JSON boolean or number as a literal (section 8.6, Object to RDF Conversion)."""
    if isinstance(value, bool):
        text, own = ("true" if value else "false"), f"{XSD}boolean"
    elif isinstance(value, int | float):
        whole = value == int(value) if abs(value) < 1e21 else False
        if whole and datatype != _DOUBLE:
            text, own = str(int(value)), f"{XSD}integer"
        else:
            text, own = _double(value), _DOUBLE
            if float(text) != value:
                refuse("inexact_number", "A number here has at most 16 significant digits.")
    elif value is None:
        refuse("null_value", "null isn't signed; leave the member out.")
    elif isinstance(value, list):
        refuse("nested_array", "An array stands inside another here.")
    else:
        refuse("invalid_value", "This isn't a JSON value.")
    return f'"{text}"{datatype_suffix(datatype or own)}'


def _double(value: float | str) -> str:
    """The canonical form of an xsd:double as JSON-LD writes it: ``%1.15E``, without zeros."""
    try:
        number = float(value)
    except ValueError:
        return ""
    return _TRAILING_ZEROS.sub(r"\1E\2\3", f"{number:.15E}")
