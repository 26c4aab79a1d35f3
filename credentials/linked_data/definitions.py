"""Term definitions: what one name of a JSON-LD context stands for.

JSON-LD 1.1 Processing Algorithms and API, sections 4.2 (Create Term Definition) and 5.2 (IRI
Expansion), in the order of their steps, without what a credential has no use for: ``@reverse``,
``@nest``, ``@index``, ``@direction`` on a term, and every name relative to a document's address.
Those are refused, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from credentials.encoding import pointer_token
from credentials.errors import Malformed
from credentials.linked_data.nquads import RDF, XSD, is_iri, is_language

KEYWORDS: Final = frozenset(
    {
        *("@base", "@container", "@context", "@default", "@direction", "@embed", "@explicit"),
        *("@first", "@graph", "@id", "@import", "@included", "@index", "@json", "@language"),
        *("@list", "@nest", "@none", "@omitDefault", "@prefix", "@preserve", "@propagate"),
        *("@protected", "@requireAll", "@reverse", "@set", "@type", "@value", "@version", "@vocab"),
    }
)
KEYWORD_FORM: Final = re.compile(r"@[A-Za-z]+")
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# A chain of prefixes in an inline context could otherwise write IRIs of hundreds of megabytes.
MAX_IRI: Final = 2048

CONTEXT_MEMBERS: Final = frozenset(
    {"@import", "@language", "@propagate", "@protected", "@version", "@vocab"}
)
_DEFINITION_MEMBERS: Final = frozenset(
    {"@id", "@type", "@container", "@context", "@language", "@protected", "@prefix"}
)
_CONTAINERS: Final = frozenset({"@graph", "@id", "@index", "@language", "@list", "@set", "@type"})
_GENERIC_DELIMITERS: Final = tuple(":/?#[]@")  # RFC 3986, section 2.2

ABSENT: Final = object()
"""Not there at all, where ``None`` means that a context says ``null``."""


def refuse(code: str, message: str, *under: str) -> NoReturn:
    """Raise ``Malformed`` for ``structure.<code>``; callers put their own path in front."""
    pointer = "".join(f"/{pointer_token(name)}" for name in under)
    raise Malformed(f"structure.{code}", message, pointer=pointer)


@dataclass(frozen=True, slots=True)
class Term:
    """One term definition."""

    iri: str | None
    """An absolute IRI, a keyword, or ``None`` where a context takes the name away."""
    prefix: bool = False
    type: str | None = None
    """``@id``, ``@vocab``, ``@json``, ``@none`` or a datatype's IRI."""
    containers: frozenset[str] = frozenset()
    language: Any = ABSENT
    scoped: Any = ABSENT
    """The context that goes with the name, unprocessed."""
    protected: bool = False


class Definer:
    """Adds the definitions of one local context to ``terms``, in whatever order they stand."""

    def __init__(
        self, terms: dict[str, Term], vocab: str | None, local: Mapping[str, Any], *, override: bool
    ) -> None:
        self.terms = terms
        self.vocab = vocab
        self._local = local
        self._override = override
        self._protected = local.get("@protected", False) is True
        self._defined: dict[str, bool] = {}

    def define(self, name: str) -> None:
        """Create Term Definition for ``name``. Raises ``Malformed``."""
        if name in self._defined:
            if not self._defined[name]:
                refuse("invalid_context", "This name is defined by itself.", name)
            return
        if not name or KEYWORD_FORM.fullmatch(name):
            refuse("invalid_context", "A context can't define a keyword or an empty name.", name)
        self._defined[name] = False
        value = self._local[name]
        simple = isinstance(value, str)
        if value is None or simple:
            value = {"@id": value}
        if not isinstance(value, dict) or not value.keys() <= _DEFINITION_MEMBERS:
            message = "A definition is an IRI or an object with members JSON-LD 1.1 knows here."
            refuse("invalid_context", message, name)
        previous = self.terms.pop(name, None)
        term = self._build(name, value, simple=simple)
        if previous is not None and previous.protected and not self._override:
            if replace(term, protected=True) != previous:
                refuse("protected_term", f'The name "{name}" is protected and means another.', name)
            term = previous
        self.terms[name] = term
        self._defined[name] = True

    def _build(self, name: str, value: Mapping[str, Any], *, simple: bool) -> Term:
        iri = self._mapping(name, value)
        ends_open = iri is not None and iri.endswith(_GENERIC_DELIMITERS)
        prefix = value.get("@prefix", simple and ends_open and ":" not in name and "/" not in name)
        protected = value.get("@protected", self._protected)
        scoped = value.get("@context", ABSENT)
        if not isinstance(prefix, bool) or not isinstance(protected, bool):
            refuse("invalid_context", "@prefix and @protected are true or false.", name)
        if scoped is not ABSENT and not isinstance(scoped, (dict, list, str, type(None))):
            refuse("invalid_context", "A scoped context is a context.", name)
        return Term(
            iri=iri,
            prefix=prefix,
            type=self._type(name, value),
            containers=_containers(name, value),
            language=_language(name, value),
            scoped=scoped,
            protected=protected,
        )

    def _mapping(self, name: str, value: Mapping[str, Any]) -> str | None:
        """Steps 14 to 18: the IRI or keyword the name stands for."""
        given = value.get("@id", name)
        if given is None:
            return None
        if not isinstance(given, str):
            refuse("invalid_context", "@id of a definition is text.", name)
        if given != name:
            iri = self.expand(given)
            self._must_agree(name, iri)
        elif ":" in name[1:]:
            prefix, _, suffix = name.partition(":")
            if prefix in self._local:
                self.define(prefix)
            known = self.terms.get(prefix)
            iri = name if known is None or known.iri is None else known.iri + suffix
        elif self.vocab is not None:
            iri = self.vocab + name
        else:
            iri = None
        if iri is None or iri == "@context" or (iri not in KEYWORDS and not is_iri(iri)):
            refuse("invalid_context", f'The name "{name}" stands for no absolute IRI.', name)
        if len(iri) > MAX_IRI:
            refuse("invalid_iri", f"An IRI here has at most {MAX_IRI} characters.", name)
        return iri

    def _must_agree(self, name: str, iri: str | None) -> None:
        """Step 14.2.5: a name that looks like an IRI can't stand for another one."""
        if ":" in name[1:-1] or "/" in name:
            self._defined[name] = True
            if self.expand(name) != iri:
                refuse("invalid_context", f'"{name}" is an IRI and stands for another.', name)
            self._defined[name] = False

    def _type(self, name: str, value: Mapping[str, Any]) -> str | None:
        """Step 12."""
        if "@type" not in value:
            return None
        given = value["@type"]
        expanded = self.expand(given) if isinstance(given, str) else None
        if expanded is None or not (
            expanded in {"@id", "@vocab", "@json", "@none"} or is_iri(expanded)
        ):
            refuse(
                "invalid_context", "@type of a definition is an IRI, @id, @vocab or @json.", name
            )
        return expanded

    def expand(self, value: str) -> str | None:
        """IRI Expansion with ``vocab`` true while definitions are made. ``None``: nothing."""
        if value in KEYWORDS:
            return value
        if KEYWORD_FORM.fullmatch(value):
            return None
        if value in self._local and not self._defined.get(value, False):
            self.define(value)
        if value in self.terms:
            return self.terms[value].iri
        prefix, colon, suffix = value.partition(":")
        if colon and prefix and prefix != "_" and not suffix.startswith("//"):
            if prefix in self._local and not self._defined.get(prefix, False):
                self.define(prefix)
            known = self.terms.get(prefix)
            if known is not None and known.prefix and known.iri is not None:
                return known.iri + suffix
        return absolute(value, self.vocab)


def absolute(value: str, vocab: str | None) -> str:
    """The last steps of IRI Expansion: an IRI as it is, else a name behind ``@vocab``."""
    if SCHEME.match(value) or value.startswith("_:") or vocab is None:
        return value
    return vocab + value


def _containers(name: str, value: Mapping[str, Any]) -> frozenset[str]:
    """Step 19. What a container needs is asked where it is used."""
    if "@container" not in value:
        return frozenset()
    given = value["@container"]
    listed = given if isinstance(given, list) else [given]
    if not listed or not all(isinstance(item, str) and item in _CONTAINERS for item in listed):
        refuse("invalid_context", "@container names a container of JSON-LD 1.1.", name)
    if "@list" in listed and len(listed) > 1:
        refuse("invalid_context", "@list goes with no other container.", name)
    return frozenset(listed)


def _language(name: str, value: Mapping[str, Any]) -> Any:
    """Step 22; a type wins over a language."""
    if "@language" not in value or "@type" in value:
        return ABSENT
    return language_tag(value["@language"], name)


def language_tag(given: Any, name: str) -> str | None:
    """A context's ``@language``: a tag in lower case, as all processors write it, or ``None``."""
    if given is None:
        return None
    if not isinstance(given, str) or not is_language(given):
        refuse("invalid_language", "@language is a language tag or null.", name)
    return given.lower()


def check_members(context: Mapping[str, Any]) -> None:
    """Refuse the keywords of a context object that aren't used here, or not so (section 4.1)."""
    for name in context:
        if name in KEYWORDS and name not in CONTEXT_MEMBERS:
            refuse("forbidden_keyword", f"{name} can't stand in a context here.", name)
    if context.get("@version", 1.1) != 1.1:
        refuse("invalid_context", "@version is 1.1.", "@version")
    for name in ("@protected", "@propagate"):
        if not isinstance(context.get(name, False), bool):
            refuse("invalid_context", f"{name} is true or false.", name)


def datatype_suffix(iri: str) -> str:
    """What canonical N-Quads write behind a literal of this datatype."""
    if iri == f"{RDF}langString":
        refuse("invalid_value", "A text with a language is written with @language.")
    return "" if iri == f"{XSD}string" else f"^^<{iri}>"


def imported(context: Mapping[str, Any], source: Any) -> dict[str, Any]:
    """A context with ``@import`` (section 4.1, step 5.6): the source's members under its own."""
    if not isinstance(source, dict) or "@import" in source:
        refuse("invalid_context", "@import names one context, which imports no other.", "@import")
    return {**source, **{name: item for name, item in context.items() if name != "@import"}}


def vocabulary(given: Any, expand: Callable[[str], str | None]) -> str | None:
    """The ``@vocab`` of a context (section 4.1, step 5.8): an absolute IRI, or ``None``."""
    if given is None:
        return None
    expanded = expand(given) if isinstance(given, str) else None
    if expanded is None or not is_iri(expanded):
        refuse("invalid_context", "@vocab is an absolute IRI or null.", "@vocab")
    return expanded
