"""The app common."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Names the app."""

    name = "registry.common"
    label = "common"
