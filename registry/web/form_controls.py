"""What stands on the page of a form: controls, their sections, and the page that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from registry.web.form_problems import Problem, Tone
from schemas.forms import Field, Form, Help, Section
from schemas.rules.case import day_from


@dataclass(frozen=True)
class Option:
    """One entry of a list."""

    code: str
    label: str
    language: str
    chosen: bool = False


@dataclass(frozen=True)
class Told:
    """A rule in the reader's language, with its standing."""

    text: str
    language: str
    rule: Help


@dataclass
class Control:
    """One field on the page; rows and groups hold others."""

    rule: Field
    name: str
    label: str
    value: str = ""
    language: str = ""
    options: list[tuple[str, list[Option]]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    row: int | None = None
    held: str = ""
    path: str = ""

    @property
    def kind(self) -> str:
        """What the template draws."""
        if self.held:
            return "held"
        if self.row is not None:
            return "row"
        return self.rule.kind

    @property
    def id(self) -> str:
        """The element's id, the same on every page."""
        return place_id(self.name)

    @property
    def is_day(self) -> bool:
        """Whether a browser's own field for dates can show the value without losing it."""
        return self.rule.kind == "date" and (not self.value or day_from(self.value) is not None)

    @property
    def label_language(self) -> str:
        """National labels are the framework's own English."""
        return "en" if self.rule.national else ""

    @property
    def invalid(self) -> bool:
        """Whether something here must be changed."""
        return any(problem.tone is Tone.WRONG for problem in self.problems)

    @property
    def described_by(self) -> str:
        """The ids of what is said about the field."""
        parts = [f"{self.id}-help"] if self.told else []
        return " ".join([*parts, *([f"{self.id}-said"] if self.problems else [])])

    @property
    def entry_id(self) -> str:
        """Where a link to this field leads: to the first thing a person can change."""
        if self.kind in {"texts", "rows", "row", "group"} and self.controls:
            return self.controls[0].entry_id
        return f"{self.id}-0" if self.kind in {"choices", "languages"} else self.id

    @property
    def more_controls(self) -> list[Control]:
        """Of a row, the lists that few fill in: shown on demand, unless something stands there."""
        aside = {"lines", "choices"}
        return [c for c in self.controls if self.row and not c.rule.required and c.kind in aside]

    @property
    def main_controls(self) -> list[Control]:
        """The others."""
        more = self.more_controls
        return [control for control in self.controls if control not in more]

    @property
    def is_more_open(self) -> bool:
        """Whether one of those holds something, or something is said of it."""
        return any(c.problems or c.value for c in self.more_controls)

    def every(self) -> Iterator[Control]:
        """This control and all inside of it."""
        yield self
        for inner in self.controls:
            yield from inner.every()


@dataclass
class SectionView:
    """A section on the page."""

    rule: Section
    title: str
    told: list[Told]
    controls: list[Control]

    def problems(self, tone: Tone) -> list[Problem]:
        """The findings of one tone in this section."""
        found = [c.problems for control in self.controls for c in control.every()]
        return [problem for rows in found for problem in rows if problem.tone is tone]

    @property
    def is_alone(self) -> bool:
        """Whether the heading names its only field already."""
        return len(self.rule.fields) == 1

    @property
    def todo(self) -> int:
        """How much is still to fill in."""
        return len(self.problems(Tone.TODO))

    @property
    def wrong(self) -> int:
        """How much must be changed."""
        return len(self.problems(Tone.WRONG))

    @property
    def doubtful(self) -> int:
        """How much a reviewer will look at."""
        return len(self.problems(Tone.DOUBTFUL))


@dataclass
class FormPage:
    """The whole form, filled."""

    form: Form
    sections: list[SectionView]
    languages: list[Option]
    more_languages: list[tuple[str, list[Option]]]
    others: list[tuple[str, str]]
    loose: list[Problem]

    def linked(self, tone: Tone) -> list[tuple[Control | None, Problem]]:
        """The findings of one tone, each with the field it is about."""
        found: list[tuple[Control | None, Problem]] = []
        for section in self.sections:
            for control in section.controls:
                for one in control.every():
                    found += [(one, problem) for problem in one.problems]
        found += [(None, problem) for problem in self.loose]
        return [(control, problem) for control, problem in found if problem.tone is tone]

    @property
    def wrong(self) -> list[tuple[Control | None, Problem]]:
        """What must be changed."""
        return self.linked(Tone.WRONG)

    @property
    def todo(self) -> list[tuple[Control | None, Problem]]:
        """What is still to fill in."""
        return self.linked(Tone.TODO)

    @property
    def doubtful(self) -> list[tuple[Control | None, Problem]]:
        """What a reviewer will look at."""
        return self.linked(Tone.DOUBTFUL)


def place_id(place: str) -> str:
    """A pointer as an element's id: no character that an address or a style would change."""
    return "f" + re.sub(
        r"[^A-Za-z0-9_-]", lambda m: "." if m[0] == "/" else f":{ord(m[0]):x}:", place
    )
