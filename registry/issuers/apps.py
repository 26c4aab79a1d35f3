"""The app issuers."""

from django.apps import AppConfig


class IssuersConfig(AppConfig):
    """Names the app."""

    name = "registry.issuers"
    label = "issuers"
