"""The app pathways."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    """Names the app."""

    name = "registry.pathways"
    label = "pathways"
