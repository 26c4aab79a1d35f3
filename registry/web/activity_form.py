"""The activity form as a page: what ``schemas.forms`` describes, filled, each finding at its field.

Names of fields are JSON pointers, so a finding of the one validation knows its field, and what is
sent finds its place in the payload.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext

from registry.common.texts import pick
from registry.web.form_controls import Control, FormPage, Option, SectionView, Told, place_id
from registry.web.form_problems import Placer
from schemas import vocabularies
from schemas.forms import (
    Choice,
    Field,
    Form,
    Help,
    Section,
    apply,
    flatten,
    language_choices,
    languages,
    unshown,
)
from schemas.forms.names import steps
from schemas.forms.values import add_language, drop_language, is_rows, is_texts
from schemas.forms.words import LABELS
from schemas.rules.case import token
from schemas.validation import Violation

__all__ = ["language_name", "language_options", "page", "place_id", "read", "told"]
MAX_SHOWN = 2_000
"""Characters of a value that no field can show."""


def read(form: Form, base: Mapping[str, Any], sent: QueryDict) -> dict[str, Any]:
    """The payload after what was sent, its act included (a row or a language more or less)."""
    act, _, what = sent.get("act", "").partition(":")
    texts = {name: sent.getlist(name) for name in sent if name.startswith("/")}
    gone = frozenset({what}) if act == "remove" else frozenset()
    payload = apply(form, base, texts, without=gone)
    if act == "language" and (more := sent.get("add-language", "")):
        return add_language(payload, more)
    if act == "drop-language":
        return drop_language(payload, what)
    return payload


def page(
    form: Form,
    payload: Mapping[str, Any],
    found: Sequence[Violation],
    *,
    blank_rows: Collection[str] = (),
    refused: bool = False,
) -> FormPage:
    """The form filled with a payload and what the validation found in it.

    ``blank_rows`` are the lists that show one more empty row. After a ``refused`` submission what
    is missing is as wrong as what is false.
    """
    placer = Placer(found, refused=refused)
    maker = _Maker(payload, flatten(form, payload), placer, frozenset(blank_rows))
    sections = [maker.section(section, payload) for section in form.sections]
    for section in sections:
        for control in section.controls:
            _name_paths(control, "")
    others = [(place, _json(_at(payload, place))) for place in unshown(form, payload)]
    spoken = [_language(code) for code in languages(payload)]
    chosen = {option.code for option in spoken}
    more = [
        (group, [option for option in options if option.code not in chosen])
        for group, options in language_options()
    ]
    return FormPage(form, sections, spoken, more, others, placer.loose())


def _name_paths(control: Control, before: str) -> None:
    """Say of each field where it stands: "Outcome 2, What the learner can do, Estonian"."""
    own = f"{control.label} {control.row}" if control.row is not None else control.label
    # A row says what its list is; a group of the same name as its section says nothing more.
    control.path = f"{before}, {own}" if before else own
    inside = "" if control.kind in {"rows", "group"} else control.path
    for inner in control.controls:
        _name_paths(inner, inside)


def _at(payload: Any, place: str) -> Any:
    for step in steps(place):
        payload = payload[int(step)] if isinstance(payload, list) else payload[step]
    return payload


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)[:MAX_SHOWN]


def told(rows: Sequence[Help]) -> list[Told]:
    """Rules in the reader's language."""
    return [
        Told(rule.words, "en", rule)
        if rule.own_words
        else Told(gettext(rule.text) % rule.params if rule.params else gettext(rule.text), "", rule)
        for rule in rows
    ]


def _language(code: str) -> Option:
    known = vocabularies.language(code)
    wanted = _wanted()
    label, language = pick(known.label, wanted) if known else (code, wanted)
    return Option(code, label, "" if language == wanted else language)


def language_name(code: str) -> str:
    """A language in the reader's."""
    return _language(code).label


def language_options(chosen: str = "") -> list[tuple[str, list[Option]]]:
    """All languages there are to choose from, by group."""
    return _options(language_choices(), chosen)


def _wanted() -> str:
    return (get_language() or "en").partition("-")[0]


def _options(choices: Sequence[Choice], *chosen: str) -> list[tuple[str, list[Option]]]:
    """The entries of a list by group, and what is chosen although it isn't in the list."""
    wanted, groups = _wanted(), dict[str, list[Option]]()
    known = {choice.code for choice in choices}
    for choice in choices:
        label, language = pick(choice.label, wanted)
        group = pick(choice.group, wanted)[0] if choice.group else ""
        mark = "" if language == wanted else language
        option = Option(choice.code, label, mark, choice.code in chosen)
        groups.setdefault(group, []).append(option)
    for code in dict.fromkeys(code for code in chosen if code and code not in known):
        label = gettext("%(value)s (not in the list)") % {"value": code}
        groups.setdefault("", []).append(Option(code, label, "", chosen=True))
    return list(groups.items())


@dataclass(frozen=True)
class _Maker:
    payload: Mapping[str, Any]
    shown: Mapping[str, Sequence[str]]
    placer: Placer
    blank_rows: frozenset[str]

    def section(self, section: Section, payload: Mapping[str, Any]) -> SectionView:
        made = [self.control(one, f"/{token(one.name)}", payload) for one in section.fields]
        controls = [control for control in made if control is not None]
        # What is said of the only field of a section is said under its heading.
        if len(section.fields) == 1 and controls:
            controls[0].told = []
        return SectionView(section, gettext(section.title), told(section.help), controls)

    def control(self, one: Field, place: str, holder: Mapping[str, Any]) -> Control | None:
        value, there = holder.get(one.name), one.name in holder
        if one.hidden and (value is None or value == []):
            return None
        label = one.label if one.national else gettext(one.label)
        made = Control(one, place, label, told=told(one.help))
        if one.kind == "group" and (not there or isinstance(value, dict)):
            inner = [self.control(f, f"{place}/{token(f.name)}", value or {}) for f in one.fields]
            made.controls = [control for control in inner if control is not None]
        elif one.kind == "rows" and (not there or is_rows(value)):
            made.controls = self._rows(one, place, value or [])
        elif one.kind == "texts" and (not there or is_texts(value)):
            made.controls = self._texts(made, place, value or {})
        elif place in self.shown:
            self._fill(made, list(self.shown[place]))
        elif there:
            made.held = _json(value)
        made.problems = self.placer.take(made.name, one.kind)
        return made

    def _fill(self, made: Control, texts: list[str]) -> None:
        one = made.rule
        made.value = texts[-1] if texts else ""
        if one.kind == "languages":
            made.values = [*texts, ""]
        if one.kind in {"choice", "eqf", "choices", "languages"}:
            made.options = _options(one.choices, *texts)

    def _texts(self, made: Control, place: str, value: Mapping[str, str]) -> list[Control]:
        codes = dict.fromkeys([*languages(self.payload), *value]) or {"en": None}
        controls = []
        for code in codes:
            name = f"{place}/{token(code)}"
            text = Control(made.rule, name, language_name(code), language=code)
            text.value = value.get(code, "").replace("\r\n", "\n").replace("\r", "\n")
            text.problems = self.placer.take(name, made.rule.kind)
            controls.append(text)
        return controls

    def _rows(self, one: Field, place: str, rows: list[dict[str, Any]]) -> list[Control]:
        count = len(rows) + (place in self.blank_rows or (one.required and not rows))
        controls = []
        for index in range(count):
            row = rows[index] if index < len(rows) else {}
            made = Control(one, f"{place}/{index}", self._row_label(one), row=index + 1)
            inner = [
                self._row_field(f, f"{place}/{index}/{token(f.name)}", row) for f in one.fields
            ]
            made.controls = [control for control in inner if control is not None]
            made.problems = self.placer.take(made.name, one.kind)
            controls.append(made)
        return controls

    def _row_field(self, one: Field, name: str, row: Mapping[str, Any]) -> Control | None:
        made = self.control(one, name, row)
        if (
            made is not None
            and made.kind not in {"held", "texts", "rows"}
            and name not in self.shown
        ):
            self._fill(made, [""] if one.kind != "languages" else [])
        return made

    def _row_label(self, one: Field) -> str:
        return gettext(LABELS.get(f"{one.pointer}/*", one.label))
