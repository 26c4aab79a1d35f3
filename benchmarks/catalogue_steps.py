"""The steps of ``benchmarks.catalogue``; Django is set up before this is read."""

from __future__ import annotations

import random
import resource
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from benchmarks.catalogue_data import LANGUAGES, documents
from registry.catalogue.services import rebuild

ROUNDS = 5
SEED = 7
_FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"country": "DE"},
    {"eqf": ["5", "6"]},
    {"country": ["FR", "ES"], "mode": "online"},
    {"transition": "green", "stackable": "yes"},
    {"field": "06", "language": "en", "hours": "25-50"},
)
_SORTS = ("", "title", "size")


def build(count: int) -> dict[str, Any]:
    """Index the documents: seconds, and the most memory."""

    call_command("migrate", verbosity=0)
    begin = time.perf_counter()
    made = rebuild(documents(count))
    return {"documents": made, "seconds": round(time.perf_counter() - begin, 1), **_memory()}


def ask() -> dict[str, Any]:
    """The first page in a fresh process, then each page ``ROUNDS`` times, in another order."""
    settings.ALLOWED_HOSTS = ["*"]
    client, addresses = Client(), list(_addresses())
    first = _timed(client, "/activities/")
    times = []
    chance = random.Random(SEED)
    for _round in range(ROUNDS):
        chance.shuffle(addresses)
        times += [(_timed(client, address), address) for address in addresses]
    times.sort()
    seconds = [time for time, _address in times]
    return {
        "pages": len(times),
        "first_ms": _ms(first),
        "p50_ms": _ms(seconds[len(seconds) // 2]),
        "p95_ms": _ms(seconds[len(seconds) * 95 // 100]),
        "p99_ms": _ms(seconds[len(seconds) * 99 // 100]),
        "slowest_ms": _ms(seconds[-1]),
        "slowest": times[-1][1],
        **_memory(),
    }


def _addresses() -> list[str]:
    queries = ["", *_queries()]
    pages = []
    for number, query in enumerate(queries):
        for filters in (_FILTERS[0], _FILTERS[1 + number % (len(_FILTERS) - 1)]):
            asked = {"q": query, "sort": _SORTS[number % len(_SORTS)], **filters}
            kept = [(name, value) for name, value in asked.items() if value]
            pages.append(f"/activities/?{urlencode(kept, doseq=True)}")
    return pages


def _queries() -> list[str]:
    """Of each language a frequent word, the beginning of one, two together and one misspelled."""
    found = []
    for words in LANGUAGES.values():
        topics = [topic for topic in words["topics"] if len(topic.split()[0]) > 4]
        one, other = topics[3].split()[0], topics[-3]
        found += [one, one[:4], other, one[:2] + one[3:]]
    return found


def _timed(client: Any, address: str) -> float:
    begin = time.perf_counter()
    answer = client.get(address, follow=True)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return time.perf_counter() - begin


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _memory() -> dict[str, int]:
    return {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
