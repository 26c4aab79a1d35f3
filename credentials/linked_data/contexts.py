"""JSON-LD 1.1 context processing (W3C Recommendation, sections 4.1 and 4.2 of the API).

Contexts named by URL come from the pinned files of ``schemas.catalogue``; anything else is
refused. An active context keeps what was derived from it, so that a pinned list is worked out
once in the life of the process and a document is then walked with dictionary look-ups only.

Refused because a verifier has no use for them and an attacker has: ``@base`` and ``@import`` in
a document's own context, ``@reverse`` and ``@nest`` terms when used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from credentials.errors import Malformed
from schemas import catalogue

KEYWORDS = frozenset(
    "@base @container @context @default @direction @explicit @graph @id @import @included @index "
    "@json @language @list @nest @none @prefix @preserve @propagate @protected @requireAll "
    "@reverse @set @type @value @version @vocab".split()
)
MAX_CONTEXTS = 8
_KEYWORD_LIKE = re.compile(r"@[A-Za-z]+\Z")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*\Z")
_UNSET: Any = object()


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A term definition (section 4.2)."""

    iri: str
    type: str | None = None
    container: frozenset[str] = frozenset()
    language: Any = _UNSET
    context: Any = _UNSET
    protected: bool = False
    prefix: bool = False
    reverse: bool = False
    nest: bool = False

    @property
    def has_context(self) -> bool:
        """Whether the term brings a context of its own (property- or type-scoped)."""
        return self.context is not _UNSET

    @property
    def has_language(self) -> bool:
        """Whether the term says something about language, be it that there is none."""
        return self.language is not _UNSET

    def same_meaning(self, other: Term) -> bool:
        """Equal but for protection: the redefinition that section 4.2 step 27 allows."""
        return (
            self.iri == other.iri
            and self.type == other.type
            and self.container == other.container
            and self.reverse == other.reverse
            and self.prefix == other.prefix
            and self.has_language == other.has_language
            and (not self.has_language or self.language == other.language)
            and self.has_context == other.has_context
            and (not self.has_context or self.context == other.context)
        )


@dataclass(slots=True, eq=False)
class Context:
    """An active context. Never changed once made; ``derive`` gives another."""

    terms: dict[str, Term | None] = field(default_factory=dict)
    vocab: str | None = None
    language: str | None = None
    previous: Context | None = None
    _derived: dict[Any, Context] = field(default_factory=dict)
    _properties: dict[str, str | None] = field(default_factory=dict)
    _preferred: dict[tuple[Any, ...], str] | None = None

    # --- making one from another ---------------------------------------------------------------

    def for_document(self, local: Any) -> Context:
        """The context of a document or node with ``@context: local``."""
        items = local if isinstance(local, list) else [local]
        if len(items) > MAX_CONTEXTS:
            message = f"A document has at most {MAX_CONTEXTS} contexts."
            raise Malformed("structure.too_many_contexts", message)
        context = self
        for item in items:
            context = context.derive(item)
        return context

    def for_property(self, term: Term) -> Context:
        """The context inside a term with a context of its own (property-scoped)."""
        return self._scoped(("property", id(term)), term, override=True, propagate=True)

    def for_type(self, term: Term) -> Context:
        """The context of a node of a type with a context of its own (type-scoped)."""
        return self._scoped(("type", id(term)), term, override=False, propagate=False)

    def _scoped(self, key: Any, term: Term, *, override: bool, propagate: bool) -> Context:
        known = self._derived.get(key)
        if known is None:
            known = self
            for item in term.context if isinstance(term.context, list) else [term.context]:
                known = known.derive(item, override=override, propagate=propagate)
            # ``term`` is kept alive by this context's own terms, so its id can't be reused.
            self._derived[key] = known
        return known

    def derive(self, local: Any, *, override: bool = False, propagate: bool = True) -> Context:
        """Context Processing (section 4.1.2) of one local context."""
        if isinstance(local, str):
            key = (local, override, propagate)
            known = self._derived.get(key)
            if known is None:
                pinned = _pinned(local)
                known = self._derived[key] = self._merge(pinned, override, propagate)
            return known
        if local is None:
            if not override and any(term and term.protected for term in self.terms.values()):
                message = "A context that protects its terms can't be cleared."
                raise Malformed("structure.protected_term", message)
            return Context(previous=None if propagate else self)
        return self._merge(local, override, propagate)

    def _merge(self, local: Any, override: bool, propagate: bool) -> Context:
        if isinstance(local, list):
            context = self
            for item in local:
                context = context.derive(item, override=override, propagate=propagate)
            return context
        if not isinstance(local, dict):
            raise Malformed("structure.context", "A context is a URL, an object, or a list.")
        propagate = local.get("@propagate", propagate)
        result = Context(dict(self.terms), self.vocab, self.language, self.previous)
        if not propagate and result.previous is None:
            result.previous = self
        _read_defaults(result, local)
        _Definer(result, local, override=override).define_all()
        return result

    # --- asking it -----------------------------------------------------------------------------

    def expand(
        self, value: str, *, vocab: bool = False, definer: _Definer | None = None
    ) -> str | None:
        """IRI Expansion (section 5.2.2), without a base: what stays relative stays as it is."""
        if value in KEYWORDS:
            return value
        if value[:1] == "@" and _KEYWORD_LIKE.match(value):
            return None
        if definer is not None:
            definer.define_if_local(value)
        if value in self.terms:
            term = self.terms[value]
            if term is None:
                return None if vocab else value
            if vocab or term.iri in KEYWORDS:
                return term.iri
        if ":" in value[1:]:
            prefix, _, suffix = value.partition(":")
            if prefix == "_" or suffix.startswith("//"):
                return value
            if definer is not None:
                definer.define_if_local(prefix)
            term = self.terms.get(prefix)
            if term is not None and term.prefix:
                return term.iri + suffix
            if _ABSOLUTE.match(value):
                return value
        if vocab and self.vocab is not None:
            return self.vocab + value
        return value

    def property(self, name: str) -> str | None:
        """The IRI or keyword a member's name stands for, ``None`` if no context defines it."""
        try:
            return self._properties[name]
        except KeyError:
            iri = self.expand(name, vocab=True)
            if iri is not None and iri not in KEYWORDS and ":" not in iri:
                iri = None
            # A document's own names must not grow a context that lives as long as the process.
            if name in self.terms:
                self._properties[name] = iri
            return iri

    def preferred(self, name: str, term: Term) -> str:
        """The name compaction would write for this term's meaning: of several, the shortest."""
        if self._preferred is None:
            table: dict[tuple[Any, ...], str] = {}
            for other, definition in self.terms.items():
                if definition is not None and definition.iri not in KEYWORDS:
                    key = _meaning(definition)
                    best = table.get(key)
                    if best is None or (len(other), other) < (len(best), best):
                        table[key] = other
            self._preferred = table
        return self._preferred[_meaning(term)]


def _meaning(term: Term) -> tuple[Any, ...]:
    language = term.language if term.has_language else "\0"
    return (term.iri, term.type, term.container, language, term.reverse)


EMPTY = Context()


def _pinned(url: str) -> Any:
    try:
        return catalogue.context(url)["@context"]
    except KeyError as error:
        message = f"The context {url} isn't one of the pinned ones; nothing is fetched."
        raise Malformed("structure.unknown_context", message, pointer="/@context") from error


def _read_defaults(result: Context, local: Mapping[str, Any]) -> None:
    if local.get("@version", 1.1) != 1.1:
        raise Malformed("structure.context", "@version is 1.1.")
    for keyword in ("@base", "@import"):
        if local.get(keyword) is not None:
            message = f"{keyword} in a context is refused: it changes what names mean."
            raise Malformed("structure.forbidden_keyword", message, pointer="/@context")
    if "@vocab" in local:
        vocab = local["@vocab"]
        expanded = result.expand(vocab, vocab=True) if isinstance(vocab, str) else vocab
        if expanded is not None and not (isinstance(expanded, str) and ":" in expanded):
            raise Malformed("structure.context", "@vocab is an IRI or null.", pointer="/@context")
        result.vocab = expanded
    if "@language" in local:
        language = local["@language"]
        if language is not None and not isinstance(language, str):
            raise Malformed("structure.context", "@language is a tag or null.")
        result.language = language
    if local.get("@direction") is not None:
        message = "A default @direction isn't signed, and so it is refused."
        raise Malformed("structure.forbidden_keyword", message, pointer="/@context")


class _Definer:
    """Create Term Definition (section 4.2.2) for the terms of one local context."""

    def __init__(self, context: Context, local: Mapping[str, Any], *, override: bool) -> None:
        self._context = context
        self._local = local
        self._override = override
        self._protected = local.get("@protected", False)
        self._defined: dict[str, bool] = {}
        self._inherited = dict(context.terms)

    def define_all(self) -> None:
        for name in self._local:
            self._define(name)

    def define_if_local(self, name: str) -> None:
        if name in self._local and not self._defined.get(name, False):
            self._define(name)

    def _define(self, name: str) -> None:
        done = self._defined.get(name)
        if done:
            return
        if done is False:
            raise Malformed("structure.context", f"The term {name} is defined by itself.")
        if name in KEYWORDS or _KEYWORD_LIKE.match(name):
            self._keyword(name)
            return
        if not name:
            raise Malformed("structure.context", "A term has a name.")
        self._defined[name] = False
        self._context.terms.pop(name, None)
        term = self._term(name, self._local[name])
        before = self._inherited.get(name)
        if before is not None and before.protected and not self._override:
            if term is None or not term.same_meaning(before):
                message = f"The term {name} is protected and can't be given another meaning."
                raise Malformed("structure.protected_term", message, pointer="/@context")
            term = before
        self._context.terms[name] = term
        self._defined[name] = True

    def _keyword(self, name: str) -> None:
        value = self._local[name]
        if name == "@type" and isinstance(value, dict) and value.keys() <= {
            "@container",
            "@protected",
        }:
            return
        allowed = {"@version", "@vocab", "@language", "@direction", "@protected", "@propagate"}
        if name not in allowed | {"@base", "@import"}:
            raise Malformed("structure.context", f"{name} can't be defined.", pointer="/@context")

    def _term(self, name: str, value: Any) -> Term | None:
        if value is None or (isinstance(value, dict) and value.get("@id", "") is None):
            return None
        simple = isinstance(value, str)
        if simple:
            value = {"@id": value}
        if not isinstance(value, dict):
            raise Malformed("structure.context", f"The term {name} isn't well defined.")
        iri = self._iri(name, value)
        if iri is None:
            return None
        container = value.get("@container", [])
        language = value.get("@language", _UNSET) if "@type" not in value else _UNSET
        return Term(
            iri=iri,
            type=self._type(value),
            container=frozenset(container if isinstance(container, list) else [container]),
            language=language,
            context=value.get("@context", _UNSET),
            protected=bool(value.get("@protected", self._protected)),
            prefix=bool(value.get("@prefix", simple and iri[-1:] in ":/?#[]@" and ":" not in name)),
            reverse="@reverse" in value,
            nest="@nest" in value or iri == "@nest",
        )

    def _type(self, value: Mapping[str, Any]) -> str | None:
        kind = value.get("@type")
        if kind is None:
            return None
        expanded = self._context.expand(kind, vocab=True, definer=self)
        if expanded not in {"@id", "@vocab", "@json", "@none"} and (
            expanded is None or not _ABSOLUTE.match(expanded)
        ):
            raise Malformed("structure.context", f"{kind} isn't a type for a term.")
        return expanded

    def _iri(self, name: str, value: Mapping[str, Any]) -> str | None:
        context = self._context
        given = value.get("@reverse", value.get("@id", name))
        if not isinstance(given, str):
            raise Malformed("structure.context", f"The @id of the term {name} is text.")
        if given != name:
            if _KEYWORD_LIKE.match(given) and given not in KEYWORDS:
                return None
            iri = context.expand(given, vocab=True, definer=self)
        elif ":" in name[1:]:
            prefix, _, suffix = name.partition(":")
            self.define_if_local(prefix)
            term = context.terms.get(prefix)
            iri = term.iri + suffix if term is not None else name
        elif context.vocab is not None:
            iri = context.vocab + name
        else:
            iri = None
        if iri is None or not (iri in KEYWORDS or ":" in iri) or iri == "@context":
            message = f"The term {name} doesn't lead to an IRI."
            raise Malformed("structure.context", message, pointer="/@context")
        return iri


def is_absolute(iri: str) -> bool:
    """Whether ``iri`` has a scheme and no character that an IRI can't have (RFC 3987)."""
    return _ABSOLUTE.match(iri) is not None
