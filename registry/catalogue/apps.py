"""The app catalogue."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Names the app."""

    name = "registry.catalogue"
    label = "catalogue"
