"""Active contexts: a list of contexts compiled once into what a walk over a document asks.

JSON-LD 1.1 Processing Algorithms and API, section 4.1 (Context Processing), over contexts that
are pinned (``schemas.catalogue``) or stand in the document itself; nothing is ever fetched.
``@base`` and ``@direction`` are refused. What a scoped context makes of the names is worked out
when it is first met and kept with the active context, so a second document of the same kind finds
everything by look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from credentials.encoding import pointer_token
from credentials.errors import Malformed
from credentials.linked_data.definitions import (
    ABSENT,
    CONTEXT_MEMBERS,
    KEYWORDS,
    SCHEME,
    Definer,
    Term,
    absolute,
    check_members,
    datatype_suffix,
    imported,
    language_tag,
    refuse,
    vocabulary,
)
from credentials.linked_data.naming import Names
from credentials.linked_data.nquads import XSD, is_iri
from schemas import catalogue

MAX_CONTEXTS: Final = 8
# Everything remembered is counted, and forgotten together past this: a hostile document can make
# new plans (names under @vocab, scoped contexts inside one another), never a lasting memory.
_MAX_REMEMBERED: Final = 50_000


class Property:
    """How the values of one name become RDF under one active context."""

    __slots__ = (
        "_child",
        "_inner",
        "_key",
        "_scalar",
        "context",
        "datatype",
        "is_double",
        "is_graph",
        "is_iri",
        "is_json",
        "is_language_map",
        "is_list",
        "is_plain",
        "is_text",
        "is_vocab",
        "predicate",
        "scoped",
        "suffix",
    )

    def __init__(self, context: ActiveContext, key: str, iri: str) -> None:
        term = context.terms.get(key)
        kind = term.type if term else None
        containers = term.containers if term else frozenset()
        language = context.language
        if term is not None and term.language is not ABSENT:
            language = term.language
        self.context = context
        self.predicate = f"<{iri}>"
        self.scoped = term.scoped if term else ABSENT
        self.is_iri = kind in {"@id", "@vocab"}
        self.is_vocab = kind == "@vocab"
        self.is_json = kind == "@json"
        self.is_double = kind == f"{XSD}double"
        typed = kind is not None and not kind.startswith("@")
        self.datatype = kind if typed else None
        # What stands behind the quotation marks when the value is text.
        self.suffix = datatype_suffix(kind) if typed and kind else ""
        if not typed and language is not None:
            self.suffix = f"@{language}"
        self.is_list = "@list" in containers
        self.is_graph = "@graph" in containers
        self.is_language_map = "@language" in containers
        if containers & {"@id", "@index", "@type"}:
            refuse("unsupported_container", "Maps by @id, @index or @type aren't supported.")
        self.is_plain = not (self.is_json or self.is_list or self.is_graph or self.is_language_map)
        # Text becomes a literal with ``suffix``, and that is all: the commonest case of these.
        special = self.is_iri or self.is_double or self.scoped is not ABSENT
        self.is_text = self.is_plain and not special
        self._key = key
        self._child: ActiveContext | None = None
        self._inner: ActiveContext | None = None
        self._scalar: Property | None = None

    @property
    def scalar(self) -> Property:
        """The plan for text, numbers and booleans: in the property's own scope (step 4.2)."""
        if self.inner is self.context:
            return self
        if self._scalar is None:
            self._scalar = Property(self.inner, self._key, self.predicate[1:-1])
        return self._scalar

    @property
    def child(self) -> ActiveContext:
        """The context of a node under this property: type-scoped ones end here (step 7)."""
        if self._child is None:
            self._child = self._scope(self.context.previous or self.context)
        return self._child

    @property
    def inner(self) -> ActiveContext:
        """The context of a value object or a bare reference: type-scoped ones still hold."""
        if self._inner is None:
            self._inner = self._scope(self.context)
        return self._inner

    def _scope(self, base: ActiveContext) -> ActiveContext:
        if self.scoped is ABSENT:
            return base
        return process(base, self.scoped, override=True)


def _names_of(keyword: str, terms: Mapping[str, Term]) -> tuple[str, ...]:
    return (keyword, *(name for name, term in terms.items() if term.iri == keyword))


class ActiveContext:
    """The names that hold at one place of a document. Never changed once it is made."""

    __slots__ = (
        "_extended",
        "_names",
        "_typed",
        "id_keys",
        "language",
        "library",
        "previous",
        "properties",
        "protects",
        "terms",
        "type_keys",
        "value_keys",
        "vocab",
    )

    def __init__(
        self,
        library: Library,
        terms: dict[str, Term],
        *,
        vocab: str | None = None,
        language: str | None = None,
        previous: ActiveContext | None = None,
    ) -> None:
        self.library = library
        self.terms = terms
        self.vocab = vocab
        self.language = language
        self.previous = previous
        self.protects = any(term.protected for term in terms.values())
        self.id_keys = _names_of("@id", terms)
        self.type_keys = _names_of("@type", terms)
        self.value_keys = frozenset(_names_of("@value", terms))
        self.properties: dict[str, Property | None] = dict.fromkeys(
            ("@context", *self.id_keys, *self.type_keys)
        )
        self._typed: dict[tuple[str, ...], tuple[ActiveContext, tuple[str, ...]]] = {}
        self._extended: dict[tuple[str, ...], ActiveContext] = {}
        self._names: Names | None = None

    def plan(self, key: str) -> Property | None:
        """The plan for a member; ``None`` for ``@context``, ``@id`` and ``@type``.

        Raises ``Malformed``: ``structure.undefined_term``, ``structure.forbidden_keyword``.
        """
        if key in self.properties:
            return self.properties[key]
        iri = self.expand(key)
        if iri is None or not SCHEME.match(iri):
            if iri is not None and (iri in KEYWORDS or key.startswith("@")):
                refuse("forbidden_keyword", f"{iri} can't stand in a signed document.")
            if iri is not None and iri.startswith("_:"):
                refuse("blank_predicate", "A blank node can't be the name of a property.")
            message = f'No context of this document defines "{key}"; nothing would sign it.'
            refuse("undefined_term", message)
        if not is_iri(iri):
            refuse("invalid_iri", f'"{key}" stands for no valid IRI.')
        if key not in self.terms and (self.vocab is None or iri != self.vocab + key):
            refuse("undefined_term", f'Use a name that a context defines, and not the IRI "{key}".')
        self.names.check_property(key, iri)
        self.properties[key] = Property(self, key, iri)
        self.library.count()
        return self.properties[key]

    @property
    def names(self) -> Names:
        """Which names stand for an IRI here."""
        if self._names is None:
            self._names = Names(self.terms)
        return self._names

    def expand(self, value: str) -> str | None:
        """IRI Expansion with ``vocab`` true: for names, types and ``@vocab`` values."""
        term = self.terms.get(value)
        if term is not None:
            return term.iri
        if value.startswith("@"):
            return value
        return absolute(self.reference(value), self.vocab)

    def reference(self, value: str) -> str:
        """IRI Expansion with ``vocab`` false and no base: a relative reference stays relative."""
        prefix, colon, suffix = value.partition(":")
        if not colon or suffix.startswith("//"):
            return value
        term = self.terms.get(prefix)
        if term is None or not term.prefix or term.iri is None:
            return value
        return term.iri + suffix

    def typed(self, given: Any) -> tuple[ActiveContext, tuple[str, ...]]:
        """The context inside a node whose ``type`` is ``given``, and the types as N-Quads IRIs.

        Raises ``Malformed``: ``structure.invalid_type``, ``.undefined_type``, ``.invalid_context``.
        """
        types = tuple(given) if isinstance(given, list) else (given,)
        try:
            found = self._typed.get(types)
        except TypeError:  # something in it can't be looked up, so it isn't text
            found = None
        if found is not None:
            return found
        if not types or not all(isinstance(name, str) for name in types):
            refuse("invalid_type", "A type is text, or an array of texts.")
        context = self
        for name in sorted(set(types)):
            term = self.terms.get(name)
            if term is not None and term.scoped is not ABSENT:
                context = process(context, term.scoped, propagate=False)
        if context.type_keys != self.type_keys:
            refuse("invalid_context", "A type can't change which names stand for @type.")
        iris = tuple(f"<{self._type_iri(name)}>" for name in types)
        self._typed[types] = context, iris
        self.library.count()
        return context, iris

    def _type_iri(self, name: str) -> str:
        iri = self.expand(name)
        if iri is None or not is_iri(iri):
            scheme = iri is not None and SCHEME.match(iri)
            message = f'No context of this document defines the type "{name}".'
            refuse("invalid_iri" if scheme else "undefined_type", message)
        self.names.check_type(name, iri)
        return iri

    def extended(self, local: Any) -> ActiveContext:
        """The context with a document's own ``@context`` on top. Raises ``Malformed``."""
        listed = local if isinstance(local, list) else [local]
        if len(listed) > MAX_CONTEXTS:
            refuse("too_many_contexts", f"At most {MAX_CONTEXTS} contexts stand in one list.")
        plain = 0
        while plain < len(listed) and isinstance(listed[plain], str):
            plain += 1
        key = tuple(listed[:plain])
        found = self._extended.get(key)
        if found is None:
            found = self._extended[key] = process(
                self, local if plain == len(listed) else list(key)
            )
            self.library.count()
        # Contexts written out in a document are its sender's: worked out each time, not kept.
        return found if plain == len(listed) else process(found, local, start=plain)


class Library:
    """Where contexts come from, and how much may be remembered of them."""

    def __init__(self, extra: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._extra = extra or {}
        self._remembered = 0
        self.root = ActiveContext(self, {})

    def load(self, url: str) -> Any:
        """The ``@context`` member of a known context document. Raises ``Malformed``."""
        try:
            document = self._extra[url] if url in self._extra else catalogue.context(url)
        except catalogue.UnknownContext:
            message = f"The context {url[:200]} isn't one of those this software has pinned."
            refuse("unknown_context", message)
        return document["@context"]

    def count(self) -> None:
        """Note one more thing remembered, and forget all when that is too much."""
        self._remembered += 1
        if self._remembered > _MAX_REMEMBERED:
            self._remembered = 0
            self.root = ActiveContext(self, {})


def process(
    active: ActiveContext,
    local: Any,
    *,
    override: bool = False,
    propagate: bool = True,
    start: int = 0,
) -> ActiveContext:
    """Context Processing: ``active`` with ``local`` on top. Raises ``Malformed``.

    ``override``: protected names may change (a property-scoped context). ``propagate``: holds for
    the nodes below as well (all but type-scoped contexts). ``start``: items done before.
    """
    if isinstance(local, dict):
        propagate = local.get("@propagate", propagate) is not False
    previous = active.previous
    if not propagate and previous is None:
        previous = active
    result = active
    if not isinstance(local, list):
        return _applied(active, local, override=override, previous=previous)
    for index, item in enumerate(local[start:], start):
        try:
            result = _applied(result, item, override=override, previous=previous)
        except Malformed as error:
            error.pointer = f"/{index}{error.pointer or ''}"
            raise
    return result


def _applied(
    active: ActiveContext, item: Any, *, override: bool, previous: ActiveContext | None
) -> ActiveContext:
    """Step 5 for one context: null, a URL or an object."""
    library = active.library
    if item is None:
        if active.protects and not override:
            refuse("protected_term", "Protected names can't be taken away by a null context.")
        return ActiveContext(library, {}, previous=previous)
    if isinstance(item, str):
        loaded = library.load(item)
        try:
            result = process(active, loaded)
        except Malformed as error:
            error.pointer = ""  # the fault shows at the URL; the file isn't in the document
            raise
        if previous is None or result.previous is previous:
            return result
        return _with_previous(result, previous)
    if not isinstance(item, dict):
        refuse("invalid_context", "A context is a URL, an object or null.")
    if item.keys() == {"@context"} and isinstance(item["@context"], dict):
        item = item["@context"]  # a context document in place, as the W3C's suites send it
    if "@import" in item:
        source = item["@import"]
        item = imported(item, library.load(source) if isinstance(source, str) else None)
    return _defined(active, item, override=override, previous=previous)


def _with_previous(context: ActiveContext, previous: ActiveContext | None) -> ActiveContext:
    return ActiveContext(
        context.library,
        context.terms,
        vocab=context.vocab,
        language=context.language,
        previous=previous,
    )


def _defined(
    active: ActiveContext,
    item: Mapping[str, Any],
    *,
    override: bool,
    previous: ActiveContext | None,
) -> ActiveContext:
    """Steps 5.5 and 5.7 to 5.13: the members of one context object."""
    check_members(item)
    terms = dict(active.terms)
    definer = Definer(terms, active.vocab, item, override=override)
    if "@vocab" in item:
        definer.vocab = vocabulary(item["@vocab"], active.expand)
    language = active.language
    if "@language" in item:
        language = language_tag(item["@language"], "@language")
    for name in item:
        if name not in CONTEXT_MEMBERS:
            try:
                definer.define(name)
            except Malformed as error:
                error.pointer = error.pointer or f"/{pointer_token(name)}"
                raise
    return ActiveContext(
        active.library, terms, vocab=definer.vocab, language=language, previous=previous
    )
