"""Who may issue: institutions, accreditations, signing keys."""
