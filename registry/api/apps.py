"""The app api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Names the app."""

    name = "registry.api"
    label = "api"
