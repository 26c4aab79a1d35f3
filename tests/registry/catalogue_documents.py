"""Documents for the catalogue's tests: whatever isn't said is dull and the same."""

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from registry.catalogue import selectors
from registry.catalogue.documents import Document
from registry.catalogue.wishes import wish_of

_NUMBERS = itertools.count(1)
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = BEGIN + timedelta(days=100)
search = partial(selectors.search, at=LATER)
similar = partial(selectors.similar, at=LATER)
total = partial(selectors.total, LATER)
PLAIN = Document(
    activity_id=uuid.UUID(int=1),
    number=1,
    registered_at=BEGIN,
    titles={"en": "Untitled"},
    outcomes=({"en": "Do something"},),
    skills=(),
    provider="house",
    provider_names={"en": "A House"},
    provider_type="vet_college",
    country="EE",
    framework="ee-estqf",
    route="mikrokraad",
    synonyms=("Mikrokraad", "micro-credential"),
    national_level="5",
    eqf=(5,),
    field="0613",
    credits=Decimal(6),
    hours=Decimal(156),
    credit_system="eap",
    mode="online",
    languages=("et",),
    transitions=(),
    last_day=None,
    stackable=False,
)


def make(title=None, **more):
    """A document; each one later than the one before."""
    number = next(_NUMBERS)
    more.setdefault("activity_id", uuid.UUID(int=number))
    more.setdefault("registered_at", BEGIN + timedelta(minutes=number))
    if title is not None:
        more["titles"] = title if isinstance(title, dict) else {"en": title}
    return replace(PLAIN, **more)


def ask(query="", **filters):
    """The parameters of an address, as a wish."""
    values = {name: [v] if isinstance(v, str) else list(v) for name, v in filters.items()}
    return wish_of({"q": [query], **values})


def titles(query="", *, size=50, **filters):
    """The first titles that a search finds."""
    hits = search(ask(query, **filters), size=size).hits
    return [next(iter(hit.titles.values())) for hit in hits]
