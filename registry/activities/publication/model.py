"""A registered version as everybody may read it, free of any format and of any database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from schemas import isced, vocabularies
from schemas.frameworks import Framework, Level, Route, UnknownLevel

LangMap = Mapping[str, str]
UNKNOWN_LANGUAGE = "und"
"""The tag of a text whose language nobody stated (BCP 47, section 4.1; ISO 639-2)."""


class Standing(StrEnum):
    """Who vouches for the quality, from the furthest to the nearest."""

    PUBLIC = "public"
    """A public authority, or a body entitled by law, decided."""
    EXTERNAL = "external"
    """Another body looked at it under rules of a sector or of a contract."""
    INSTITUTION = "institution"
    """The institution's own quality procedures, themselves looked at from outside."""
    OWN_WORD = "own_word"
    """The provider alone says so: not accredited."""


_STANDING: Mapping[str, Standing] = {
    "programme_accreditation": Standing.PUBLIC,
    "study_programme_right": Standing.PUBLIC,
    "national_registration": Standing.PUBLIC,
    "national_listing": Standing.PUBLIC,
    "register_standard": Standing.PUBLIC,
    "framework_allocation": Standing.PUBLIC,
    "public_authority": Standing.PUBLIC,
    "credit_rating": Standing.EXTERNAL,
    "sector_framework": Standing.EXTERNAL,
    "external_qa_entity": Standing.EXTERNAL,
    "institutional": Standing.INSTITUTION,
    "quality_statement": Standing.OWN_WORD,
    "self_declared": Standing.OWN_WORD,
}


def standing_of(kind: str) -> Standing:
    """Who vouches, for a kind of quality assurance; what isn't known counts as the least."""
    return _STANDING.get(kind, Standing.OWN_WORD)


@dataclass(frozen=True, slots=True)
class Party:
    """A body in a role: one of the register's institutions, or no more than a name.

    ``country`` is as the register has it: ISO 3166-1 alpha-2, or a part of one (``GB-SCT``).
    """

    name: LangMap
    slug: str | None = None
    did: str = ""
    country: str = ""
    homepage: str = ""
    registration: str = ""
    provider_type: str = ""


@dataclass(frozen=True, slots=True)
class AccreditationFact:
    """A dated permission of the awarding body in this framework. Half-open period."""

    authority: LangMap
    authority_slug: str
    authority_country: str
    reference: str
    fields: tuple[str, ...]
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class VersionRef:
    """Another version of the same activity."""

    number: int
    registered_at: datetime
    digest: bytes


@dataclass(frozen=True)
class Published:
    """One registered version, with what the register knows around it.

    ``of_version``: whether it stands for this version for ever, or for the activity as it is now.
    ``base`` is the register's public address, without a slash at its end.
    """

    base: str
    register: str
    activity_id: str
    number: int
    of_version: bool
    state: str
    registered_at: datetime
    changed_at: datetime
    digest: bytes
    framework: Framework
    route_version: str
    payload: Mapping[str, Any]
    warnings: tuple[Mapping[str, Any], ...]
    awarding: Party
    providers: tuple[Party, ...]
    versions: tuple[VersionRef, ...]
    platform: Party | None = None
    developer: Party | None = None
    certifier: Party | None = None
    rating_body: Party | None = None
    designed_with: tuple[Party, ...] = ()
    accreditations: tuple[AccreditationFact, ...] = ()

    @property
    def url(self) -> str:
        """The activity's own address: what credentials and other registers name it by."""
        return f"{self.base}/activities/{self.activity_id}"

    @property
    def version_url(self) -> str:
        """This version's own address."""
        return f"{self.url}/versions/{self.number}"

    @property
    def id(self) -> str:
        """The address of what this stands for."""
        return self.version_url if self.of_version else self.url

    @property
    def page(self) -> str:
        """The address at which people and programs get it."""
        return f"{self.id}/"

    @property
    def latest(self) -> int:
        """The number of the version in force."""
        return max(ref.number for ref in self.versions)

    @property
    def first_registered_at(self) -> datetime:
        """When the activity came into the register."""
        return min(self.versions, key=lambda ref: ref.number).registered_at

    def neighbour(self, step: int) -> VersionRef | None:
        """The version before (-1) or after (1) this one."""
        wanted = self.number + step
        return next((ref for ref in self.versions if ref.number == wanted), None)

    @property
    def route(self) -> Route | None:
        """The rules it was registered under, if the framework's data still has them."""
        rows = (r for r in self.framework.routes if r.version == self.route_version)
        return next(rows, None)

    @property
    def route_code(self) -> str:
        """The route's code: what a version of its rules begins with (``Route.version``)."""
        route = self.route
        return route.code if route else self.route_version

    @property
    def language(self) -> str:
        """The language the texts were written in: one of instruction that the title has."""
        title: LangMap = self.payload["title"]
        wanted = (*self.payload["languages_of_instruction"], "en")
        return next((code for code in wanted if code in title), next(iter(title)))

    @property
    def national_level(self) -> str | None:
        """The code of the national level, ``None`` on a route without one."""
        code: str | None = self.payload["level"].get("national")
        return code

    @property
    def level(self) -> Level | None:
        """The national level, if the framework's data has it."""
        try:
            return self.framework.level(self.national_level or "")
        except UnknownLevel:
            return None

    @property
    def eqf(self) -> tuple[int, ...]:
        """The EQF level: the one stated, else the only one there is; none where none exists.

        The stated one counts where a national level may have two (R28).
        """
        stated = tuple(self.payload["level"].get("eqf") or ())
        level = self.level
        if level is None:
            return stated
        if stated:
            return stated if level.eqf else ()
        return level.eqf if len(level.eqf) == 1 else ()

    @property
    def standing(self) -> Standing:
        """Who vouches for the quality."""
        return standing_of(self.payload["quality_assurance"]["kind"])

    @property
    def licences(self) -> tuple[AccreditationFact, ...]:
        """The awarding body's permissions, where somebody beside it vouches for the activity.

        An activity that nobody else vouches for must not look accredited by standing beside one.
        """
        return () if self.standing is Standing.OWN_WORD else self.accreditations

    @property
    def field(self) -> isced.Field | None:
        """The field of study."""
        return isced.fields().get(self.payload["isced_f"])

    @cached_property
    def skills(self) -> tuple[tuple[str, LangMap], ...]:
        """The ESCO skills of all outcomes, each once, with the label if it is known here."""
        rows: dict[str, LangMap] = {}
        for outcome in self.payload["learning_outcomes"]:
            for uri in outcome.get("esco", ()):
                rows.setdefault(uri, skill_label(uri))
        return tuple(rows.items())


def skill_label(uri: str) -> LangMap:
    """The labels of an ESCO skill, empty where none is known here."""
    known = vocabularies.terms("esco-skill").get(uri.rsplit("/", 1)[-1])
    return known.label if known else {}


def party_named(name: str) -> Party:
    """A body of which the register knows no more than the name."""
    return Party({UNKNOWN_LANGUAGE: name})
