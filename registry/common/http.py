"""What HTTP says about documents: which form is wanted, whether it changed, where others are.

RFC 9110 sections 8.8.3 (entity tags), 12.5.1 (Accept) and 13.1.2 (If-None-Match); RFC 8288 (Link).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.utils.http import parse_etags, parse_header_parameters

MAX_ACCEPT = 4000
"""Characters of an Accept header that are read; browsers send about a hundred."""
_PART = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^,"])+')


class Offered(Protocol):
    """A form that can be given: a media type, and the profile that tells it from its likes."""

    @property
    def media_type(self) -> str:
        """The type without parameters."""

    @property
    def profile(self) -> str:
        """The address of the profile, empty for a form that has none."""


Offer = TypeVar("Offer", bound=Offered)


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range of an Accept header."""

    kind: str
    subtype: str
    quality: float
    profiles: frozenset[str] = field(default_factory=frozenset)

    def precision(self, offer: Offered) -> int:
        """How closely it names the offer; 0 if it doesn't mean it."""
        kind, _, subtype = offer.media_type.partition("/")
        if self.kind == "*":
            return 1
        if self.kind != kind:
            return 0
        if self.subtype == "*":
            return 2
        if self.subtype != subtype:
            return 0
        if not self.profiles:
            return 3
        return 4 if offer.profile.rstrip("/") in self.profiles else 0


def preferred(accept: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that an Accept header likes best, ``None`` if it takes none of them.

    Of equal ones the first. Parameters other than ``q`` and ``profile`` are no condition.
    """
    ranges = _ranges(accept)
    best, liked = None, 0.0
    for offer in offers:
        # The closest range decides, so that q=0 there excludes what a wider one would take.
        closest = max(ranges, key=lambda r: (r.precision(offer), r.quality), default=None)
        if closest is None or not closest.precision(offer):
            continue
        if closest.quality > liked:
            best, liked = offer, closest.quality
    return best


def _ranges(accept: str) -> tuple[_Range, ...]:
    rows = tuple(
        row for part in _PART.findall(accept[:MAX_ACCEPT]) if (row := _range(part)) is not None
    )
    # No header, or one that can't be read, is no wish (RFC 9110, section 12.5.1).
    return rows or (_Range("*", "*", 1.0),)


def _range(part: str) -> _Range | None:
    try:
        name, parameters = parse_header_parameters(part.strip())
    except (LookupError, ValueError):
        # An extended parameter (RFC 8187) in an encoding that nobody knows.
        return None
    kind, slash, subtype = name.strip().lower().partition("/")
    if not slash or not kind or not subtype or (kind == "*" and subtype != "*"):
        return None
    profiles = frozenset(uri.rstrip("/") for uri in parameters.get("profile", "").split())
    return _Range(kind, subtype, _quality(parameters), profiles)


def _quality(parameters: Mapping[str, str]) -> float:
    try:
        value = float(parameters.get("q", "1"))
    except ValueError:
        return 1.0
    return value if 0 <= value <= 1 else 1.0


def entity_tag(body: bytes) -> str:
    """The strong entity tag of exactly these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def unchanged(if_none_match: str, tag: str) -> bool:
    """Whether If-None-Match names ``tag`` (weak comparison: RFC 9110, section 13.1.2)."""
    wanted = parse_etags(if_none_match)
    return "*" in wanted or tag.removeprefix("W/") in {one.removeprefix("W/") for one in wanted}


def link(target: str, rel: str, **attributes: str) -> str:
    """One link value. ``target`` is an address already fit for a header."""
    rest = "".join(f'; {name}="{_quoted(value)}"' for name, value in attributes.items() if value)
    return f'<{target}>; rel="{rel}"{rest}'


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def links(values: Iterable[str]) -> str:
    """The value of a Link header."""
    return ", ".join(values)
