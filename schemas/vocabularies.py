"""Controlled lists: our codes, the European addresses behind them, and labels for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Term:
    """One entry; ``uri`` is the European Learning Model's address where there is one."""

    code: str
    uri: str | None
    label: Mapping[str, str]


@cache
def terms(vocabulary: str) -> Mapping[str, Term]:
    """The terms of a list by code, in the order they are shown. Raises ``FileNotFoundError``."""
    path = Path(__file__).parent / "vocabularies" / f"{vocabulary}.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["terms"]
    return {row["code"]: Term(row["code"], row["uri"], row["label"]) for row in rows}


def term(vocabulary: str, code: str) -> Term:
    """One term. Raises ``KeyError``."""
    return terms(vocabulary)[code]


def language(code: str) -> Term | None:
    """A language by its code: one of ours, with French names, else one of the Union's list."""
    return terms("language").get(code) or terms("eu-language").get(code)


@cache
def unobservable_verbs() -> Mapping[str, tuple[str, ...]]:
    """Words that say nothing observable about an outcome, by language."""
    path = Path(__file__).parent / "vocabularies" / "verbs.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["not_observable"]
    return {language: tuple(words) for language, words in rows.items()}


@cache
def micro_credential_words() -> tuple[str, ...]:
    """What the Union calls the thing, singular and plural, in each of its languages."""
    path = Path(__file__).parent / "vocabularies" / "micro-credential.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["words"]
    return tuple(word for row in rows for word in row["words"])
