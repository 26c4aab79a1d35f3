"""All addresses: the API, the engine room, and the pages at the root."""

from __future__ import annotations

from django.urls import include, path

from registry.ops.health import health

handler400 = "registry.web.errors.bad_request"
handler403 = "registry.web.errors.permission_denied"
handler404 = "registry.web.errors.not_found"
handler500 = "registry.web.errors.server_error"

urlpatterns = [
    path("health", health, name="health"),
    path("", include("registry.api.urls")),
    path("", include("registry.web.urls")),
]
