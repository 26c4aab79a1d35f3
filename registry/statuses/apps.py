"""The app statuses."""

from django.apps import AppConfig


class StatusesConfig(AppConfig):
    """Names the app."""

    name = "registry.statuses"
    label = "statuses"
