"""Status lists: one place for each credential and purpose, and the lists as they were signed."""
