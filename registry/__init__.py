"""The registry: people, institutions and their acts. Stands on ``credentials`` and ``schemas``."""
