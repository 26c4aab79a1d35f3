"""The steps in the document are the steps in the code."""

import re
from pathlib import Path

from registry.activities.lifecycle import TRANSITIONS, Revision

DOC = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"


def words(values):
    return ", ".join(sorted(str(value) or "none" for value in values))


def test_the_document_names_every_step_as_it_is():
    expected = {}
    for act, step in TRANSITIONS.items():
        revisions = "any" if step.revisions == frozenset(Revision) else words(step.revisions)
        to_revision = "stays" if step.to_revision is None else words([step.to_revision])
        to_state = "stays" if step.to_state is None else words([step.to_state])
        expected[act] = [words(step.states), revisions, to_state, to_revision]
    rows = re.findall(r"(?m)^\| `(\w+)` \| (.*) \|$", DOC.read_text(encoding="utf-8"))
    assert {act: row.split(" | ") for act, row in rows} == expected
