"""What a form is: sections of fields, each with its place in the payload and the rules it meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from schemas.frameworks import Fact, Framework, Route, Source

Kind = Literal[
    "texts",  # a text in each language of the activity
    "line",
    "long",
    "number",
    "integer",
    "date",
    "choice",
    "choices",  # several of a list
    "lines",  # several texts of one's own
    "languages",  # several of a long list, in order
    "eqf",  # EQF levels, as a rule one
    "rows",  # a list of objects
    "group",  # an object
]


@dataclass(frozen=True)
class Choice:
    """One value of a list. ``code`` is what a form or a cell says, ``value`` what JSON says."""

    code: str
    value: Any
    label: Mapping[str, str]
    group: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Help:
    """A rule, told where it is met. ``text`` is English with ``%(name)s`` for its ``params``.

    ``verified`` is ``None`` for what holds in every framework, otherwise whether somebody read the
    rule in one of ``sources``. ``own_words`` marks text of the framework's data.
    """

    text: str
    params: Mapping[str, str] = field(default_factory=dict)
    verified: bool | None = None
    sources: tuple[Source, ...] = ()
    own_words: bool = False

    @property
    def words(self) -> str:
        """The rule in English."""
        return self.text % self.params if self.params else self.text

    @classmethod
    def of(cls, fact: Fact, text: str, **params: object) -> Help:
        """A rule that a fact of a framework states."""
        texts = {name: str(value) for name, value in params.items()}
        return cls(text, texts, fact.verified, fact.sources)


@dataclass(frozen=True)
class Field:
    """One field. ``pointer`` leads to it (RFC 6901), ``*`` standing for the index of a row.

    ``label`` is English; ``national`` marks a field, and a label, of the framework's own.
    A ``nullable`` value is ``null`` where nothing is said, any other is left out. A ``hidden``
    field has no place on this route: it is shown only where something stands in it already.
    """

    pointer: str
    label: str
    kind: Kind
    required: bool = False
    nullable: bool = False
    national: bool = False
    verified: bool = True
    choices: tuple[Choice, ...] = ()
    help: tuple[Help, ...] = ()
    fields: tuple[Field, ...] = ()
    max_length: int | None = None
    max_items: int | None = None
    digits: int | None = None
    numbered: str = ""
    hidden: bool = False

    @property
    def name(self) -> str:
        """The member's name in its object; ``*`` for a row."""
        return self.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True)
class Section:
    """Fields that belong together, and what must be said of them all."""

    code: str
    title: str
    fields: tuple[Field, ...]
    help: tuple[Help, ...] = ()


@dataclass(frozen=True)
class Form:
    """The form of one route, and what its people must know before they begin."""

    framework: Framework
    route: Route
    sections: tuple[Section, ...]

    def fields(self) -> Iterator[Field]:
        """The fields of the payload's own members, in the order of the form."""
        for section in self.sections:
            yield from section.fields

    def every_field(self) -> Iterator[Field]:
        """All fields, those inside of groups and rows too."""
        waiting = list(self.fields())
        while waiting:
            one = waiting.pop(0)
            yield one
            waiting[:0] = one.fields
