"""Draft, revise, submit, decide, suspend, resume, end: the acts on an activity."""

from registry.activities.services.batches import create_activities
from registry.activities.services.decisions import (
    MAX_REASONS,
    ReservedWordNotCleared,
    ReviewOverdue,
    decide_review,
    extend_review,
)
from registry.activities.services.sanctions import (
    end_activity,
    end_expired,
    resume_activity,
    suspend_activity,
    suspend_overdue,
)
from registry.activities.services.standing import ActivityNotOpen, hold_open, not_open
from registry.activities.services.texts import (
    ActivityNotAcceptable,
    TextChanged,
    check,
    check_text,
    create_draft,
    start_revision,
    submit_activity,
    text_digest,
    update_draft,
    withdraw_revision,
    withdraw_submission,
)

__all__ = [
    "MAX_REASONS",
    "ActivityNotAcceptable",
    "ActivityNotOpen",
    "ReservedWordNotCleared",
    "ReviewOverdue",
    "TextChanged",
    "check",
    "check_text",
    "create_activities",
    "create_draft",
    "decide_review",
    "end_activity",
    "end_expired",
    "extend_review",
    "hold_open",
    "not_open",
    "resume_activity",
    "start_revision",
    "submit_activity",
    "suspend_activity",
    "suspend_overdue",
    "text_digest",
    "update_draft",
    "withdraw_revision",
    "withdraw_submission",
]
