"""The app web."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the app."""

    name = "registry.web"
    label = "web"
