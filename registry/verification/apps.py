"""The app verification."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """Names the app."""

    name = "registry.verification"
    label = "verification"
