"""What every app stands on: errors, ids, actors, the audit trail, texts."""
