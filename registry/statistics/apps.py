"""The app statistics."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Names the app."""

    name = "registry.statistics"
    label = "statistics"
