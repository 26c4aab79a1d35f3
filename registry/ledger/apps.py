"""The app ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the app."""

    name = "registry.ledger"
    label = "ledger"
