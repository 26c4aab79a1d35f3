"""What may be learned, what waits for a decision, and how it stood on a day."""

from registry.activities.selectors.desk import (
    Deadline,
    deadline_of,
    frameworks_of,
    get_for,
    get_visible,
    last_review,
    list_for_desk,
    list_for_review,
    was_extended,
)
from registry.activities.selectors.public import (
    current_version,
    get_public,
    get_version,
    list_decisions,
    list_registered,
    list_versions,
)
from registry.activities.selectors.standing import (
    awardable_at,
    list_assurance_ending,
    list_expired,
    list_overdue,
    list_reviews_due,
    state_on,
    version_on,
    was_awardable,
    was_registered,
)

__all__ = [
    "Deadline",
    "awardable_at",
    "current_version",
    "deadline_of",
    "frameworks_of",
    "get_for",
    "get_public",
    "get_version",
    "get_visible",
    "last_review",
    "list_assurance_ending",
    "list_decisions",
    "list_expired",
    "list_for_desk",
    "list_for_review",
    "list_overdue",
    "list_registered",
    "list_reviews_due",
    "list_versions",
    "state_on",
    "version_on",
    "was_awardable",
    "was_extended",
    "was_registered",
]
