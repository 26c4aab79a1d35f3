"""Who may see how a thing stood, and who did what to it."""
