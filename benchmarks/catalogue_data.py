"""Activities for the catalogue's benchmark: the same ones for the same number and seed.

Texts follow the languages' own patterns; a long tail of rare words (drawn by Zipf's law) gives the
index a vocabulary of the size that a real register has.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from registry.catalogue.documents import Document
from schemas import frameworks, isced, vocabularies

_HERE = Path(__file__).resolve().parent
# Twelve languages: topics, verbs, objects, patterns of titles, syllables; written for this project.
LANGUAGES = json.loads((_HERE / "catalogue-texts.json").read_text(encoding="utf-8"))
PROVIDERS = 3000
TAIL = 20_000
_SHARES = {
    "en": 6,
    "de": 4,
    "fr": 4,
    "es": 3,
    "it": 3,
    "pl": 3,
    "nl": 2,
    "el": 2,
    "bg": 1,
    "et": 1,
    "hr": 1,
    "sv": 2,
}
_BEGIN = datetime(2019, 1, 1, 8, tzinfo=UTC)
_MODES = ("onsite", "online", "blended", "blended", "workbased", "project_based")
_TYPES = (
    "public_he",
    "private_he",
    "vet_college",
    "company",
    "private_training",
    "professional_body",
)
_SKILLS = _HERE.parent / "schemas/vocabularies/esco-skill.json"


def documents(count: int, seed: int = 3) -> Iterator[Document]:
    """``count`` documents, one after the other."""
    chance = random.Random(seed)
    providers = [_provider(random.Random(seed * 1_000_000 + n), n) for n in range(PROVIDERS)]
    weights = [1 / (n + 30) for n in range(PROVIDERS)]
    for number, provider in enumerate(chance.choices(providers, weights, k=count)):
        yield _document(chance, number, provider)


def _provider(chance: random.Random, number: int) -> dict[str, Any]:
    language = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
    country, framework = chance.choice(LANGUAGES[language]["places"])
    name = chance.choice(LANGUAGES[language]["houses"]).format(n=_name(chance, language).title())
    names = {language: name} | ({"en": f"{name} ({country})"} if chance.random() < 0.3 else {})
    kind = chance.choice(_TYPES)
    return {
        "slug": f"provider-{number}",
        "language": language,
        "names": names,
        "country": country,
        "framework": framework,
        "kind": kind,
    }


def _document(chance: random.Random, number: int, provider: Mapping[str, Any]) -> Document:
    frame = frameworks.framework(provider["framework"])
    languages = [provider["language"]]
    if languages[0] != "en" and chance.random() < 0.8:
        languages.append("en")
    topic, other = chance.randrange(32), chance.randrange(32)
    level = chance.choice(frame.levels) if frame.levels and chance.random() < 0.85 else None
    hours = Decimal(chance.choice((8, 20, 25, 30, 40, 50, 75, 100, 125, 150, 200, 250, 450)))
    system = chance.choice(frame.credit_systems) if frame.credit_systems else None
    counted = system is not None and system.code not in {"hours", "none"}
    return Document(
        activity_id=uuid.UUID(int=(number + 1) << 40 | 0x7 << 76 | 0b10 << 62),
        number=1,
        registered_at=_BEGIN + timedelta(minutes=number * 17 + chance.randrange(600)),
        titles={code: _title(chance, code, topic, other) for code in languages},
        outcomes=tuple(_outcome(chance, languages) for _ in range(chance.randint(3, 6))),
        skills=tuple(chance.sample(_skills(), chance.randint(1, 3))),
        provider=provider["slug"],
        provider_names=provider["names"],
        provider_type=provider["kind"],
        country=provider["country"],
        framework=frame.code,
        route=frame.routes[0].code if frame.routes else "",
        synonyms=_synonyms(frame.code),
        national_level=level.code if level else None,
        eqf=level.eqf[:1] if level else (),
        field=chance.choice(_fields()),
        credits=(hours / 25).quantize(Decimal("0.5")) if counted else None,
        hours=hours if not counted or chance.random() < 0.8 else None,
        credit_system=system.code if system else "none",
        mode=chance.choice(_MODES),
        languages=tuple(languages if chance.random() < 0.3 else languages[:1]),
        transitions=tuple(t for t in ("green", "digital") if chance.random() < 0.3),
        last_day=None,
        stackable=chance.random() < 0.55,
    )  # fmt: skip


def _title(chance: random.Random, language: str, topic: int, other: int) -> str:
    words = LANGUAGES[language]
    topics: Sequence[str] = words["topics"]
    text = chance.choice(words["titles"]).format(
        t=topics[topic], u=topics[other], c=chance.choice(words["contexts"])
    )
    if chance.random() < 0.35:
        text = f"{text}: {_rare(chance, language)}"
    return text[:1].upper() + text[1:]


def _outcome(chance: random.Random, languages: Sequence[str]) -> dict[str, str]:
    verb, thing, place = chance.randrange(16), chance.randrange(20), chance.randrange(10)
    found = {}
    for language in languages:
        words = LANGUAGES[language]
        tail = f"({_rare(chance, language)})" if chance.random() < 0.6 else ""
        text = f"{words['verbs'][verb]} {words['objects'][thing]} {words['contexts'][place]} {tail}"
        found[language] = text[:1].upper() + text[1:].strip()
    return found


@cache
def _tail(language: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    chance = random.Random(f"tail {language}")
    words = tuple(_name(chance, language, least=3) for _ in range(TAIL))
    total, sums = 0.0, []
    for rank in range(TAIL):
        total += 1 / (rank + 20)
        sums.append(total)
    return words, tuple(sums)


def _rare(chance: random.Random, language: str) -> str:
    words, sums = _tail(language)
    return chance.choices(words, cum_weights=sums)[0]


def _name(chance: random.Random, language: str, least: int = 2) -> str:
    syllables = LANGUAGES[language]["syllables"]
    return "".join(chance.choices(syllables, k=chance.randint(least, 4)))


@cache
def _skills() -> tuple[dict[str, str], ...]:
    return tuple(row["label"] for row in json.loads(_SKILLS.read_text(encoding="utf-8"))["terms"])


@cache
def _fields() -> tuple[str, ...]:
    return tuple(
        code for code, field in isced.fields().items() if len(code) == 4 and not field.residual
    )


@cache
def _synonyms(framework: str) -> tuple[str, ...]:
    routes = frameworks.framework(framework).routes
    names = (name for route in routes for name in route.name.values())
    return (*names, *vocabularies.micro_credential_words())
