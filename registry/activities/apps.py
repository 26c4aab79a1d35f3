"""The app activities."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Names the app."""

    name = "registry.activities"
    label = "activities"
