"""The app sharing."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Names the app."""

    name = "registry.sharing"
    label = "sharing"
