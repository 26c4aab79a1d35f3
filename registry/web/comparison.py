"""Activities side by side: the rows of the table, in the order a learner asks for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from registry.common.errors import BadInput
from registry.web import labels
from schemas import isced

if TYPE_CHECKING:
    from registry.activities.models import ActivityVersion

MOST = 4


@dataclass(frozen=True)
class Column:
    """One activity."""

    version: ActivityVersion
    # Leads to the same page without this one.
    without: str

    @property
    def payload(self) -> Any:
        """What was registered."""
        return self.version.payload

    @property
    def level(self) -> str:
        """The level in plain words."""
        level = self.payload["level"]
        framework = self.version.activity.framework
        return labels.level_words(framework, level["national"], level["eqf"] or ())

    @property
    def size(self) -> str:
        """The size in plain words."""
        load = self.payload["workload"]
        hours, credit = (
            None if load[name] is None else Decimal(str(load[name]))
            for name in ("hours", "credits")
        )
        return labels.size_words(hours, credit, load["credit_system"])

    @property
    def field(self) -> Any:
        """Its field of study, if known."""
        return isced.fields().get(self.payload["isced_f"])

    @property
    def languages(self) -> Iterator[str]:
        """The names of the languages of teaching."""
        for code in self.payload["languages_of_instruction"]:
            yield labels.term_label("language", code)


def chosen(texts: Sequence[str]) -> tuple[uuid.UUID, ...]:
    """The ids asked for, each once, in their order. Raises ``BadInput``."""
    try:
        ids = tuple(dict.fromkeys(uuid.UUID(text) for text in texts if text))
    except ValueError as error:
        raise BadInput(_("This isn’t the address of an activity.")) from error
    if len(ids) > MOST:
        message = _("At most four activities can be compared. Go back and untick some.")
        raise BadInput(message)
    return ids


def context(ids: Sequence[uuid.UUID], versions: Sequence[ActivityVersion]) -> dict[str, Any]:
    """What the template needs: the columns in the order asked, and how many aren't public."""
    found = {version.activity_id: version for version in versions}
    columns = [
        Column(found[one], _address(other for other in ids if other != one))
        for one in ids
        if one in found
    ]
    return {"columns": columns, "missing": len(ids) - len(columns)}


def _address(ids: Iterator[uuid.UUID]) -> str:
    return f"?{urlencode([('id', str(one)) for one in ids])}"
