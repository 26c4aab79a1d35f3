"""The engine room as a Django app."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Registers the system checks."""

    name = "registry.ops"
    label = "ops"

    def ready(self) -> None:
        """Load the checks."""
        from registry.ops import checks  # noqa: F401, PLC0415 - importing registers the checks
