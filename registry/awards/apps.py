"""The app awards."""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    """Names the app."""

    name = "registry.awards"
    label = "awards"
