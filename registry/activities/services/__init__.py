"""Draft, submit, decide, suspend, resume, end: the acts on an activity."""

from registry.activities.services.decisions import (
    decide_review,
    end_activity,
    resume_activity,
    suspend_activity,
)
from registry.activities.services.texts import (
    ActivityNotAcceptable,
    check,
    create_draft,
    submit_activity,
    update_draft,
)

__all__ = [
    "ActivityNotAcceptable",
    "check",
    "create_draft",
    "decide_review",
    "end_activity",
    "resume_activity",
    "submit_activity",
    "suspend_activity",
    "update_draft",
]
