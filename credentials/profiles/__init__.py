"""Profiles: how the facts of an award become a document. One row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from credentials.profiles import elm, open_badges
from credentials.profiles.facts import AwardFacts

Builder = Callable[[AwardFacts], dict[str, Any]]

PROFILES: Mapping[str, Builder] = {
    "open-badges-3.0": open_badges.build,
    "elm-3": elm.build,
    "elm-3-vc2": elm.build_vc2,
}

__all__ = ["PROFILES", "AwardFacts", "Builder"]
