"""The addresses of the API, written exactly: programs don't follow redirects."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from registry.api.v1 import (
    activities,
    awards,
    frameworks,
    institutions,
    reviews,
    shares,
    verifications,
)

_V1 = "api/v1/"

urlpatterns = [
    path(f"{_V1}institutions", institutions.Institutions.as_view()),
    path(f"{_V1}institutions/<slug:slug>", institutions.InstitutionDetail.as_view()),
    path(f"{_V1}frameworks", frameworks.Frameworks.as_view()),
    path(f"{_V1}frameworks/<slug:code>", frameworks.FrameworkDetail.as_view()),
    path(f"{_V1}activities", activities.Activities.as_view()),
    path(
        f"{_V1}activities/<uuid:activity_id>",
        activities.ActivityDetail.as_view(),
        name="api-activity",
    ),
    path(
        f"{_V1}activities/<uuid:activity_id>/versions/<int:number>",
        activities.ActivityVersionDetail.as_view(),
    ),
    path(f"{_V1}activities/<uuid:activity_id>/check", activities.ActivityCheck.as_view()),
    path(f"{_V1}activities/<uuid:activity_id>/submit", activities.ActivitySubmit.as_view()),
    path(f"{_V1}reviews", reviews.Reviews.as_view()),
    path(f"{_V1}awards", awards.Awards.as_view()),
    path(f"{_V1}awards/<uuid:award_id>", awards.AwardDetail.as_view()),
    path(f"{_V1}awards/<uuid:award_id>/credential", awards.AwardCredential.as_view()),
    path(f"{_V1}shares", shares.Shares.as_view()),
    path(f"{_V1}shares/<uuid:share_id>", shares.ShareDetail.as_view()),
    path(f"{_V1}verifications", verifications.Verifications.as_view(), name="api-verify"),
    path(f"{_V1}schema", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        f"{_V1}docs",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html"),
        name="api-docs",
    ),
    path("credentials/verify", verifications.VcApiVerify.as_view()),
    path("presentations/verify", verifications.VcApiPresentation.as_view()),
]
