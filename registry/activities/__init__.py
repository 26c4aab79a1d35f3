"""What may be learned: submission, validation, review, registration, versions."""
