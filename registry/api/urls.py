"""The addresses of the API, written exactly: programs don't follow redirects."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from registry.api.v1 import resources as v1
from registry.api.v1 import verifications

_V1 = "api/v1/"

urlpatterns = [
    path(f"{_V1}institutions", v1.Institutions.as_view()),
    path(f"{_V1}institutions/<slug:slug>", v1.InstitutionDetail.as_view()),
    path(f"{_V1}frameworks", v1.Frameworks.as_view()),
    path(f"{_V1}frameworks/<slug:code>", v1.FrameworkDetail.as_view()),
    path(f"{_V1}activities", v1.Activities.as_view()),
    path(f"{_V1}activities/<uuid:activity_id>", v1.ActivityDetail.as_view(), name="api-activity"),
    path(
        f"{_V1}activities/<uuid:activity_id>/versions/<int:number>",
        v1.ActivityVersionDetail.as_view(),
    ),
    path(f"{_V1}activities/<uuid:activity_id>/check", v1.ActivityCheck.as_view()),
    path(f"{_V1}activities/<uuid:activity_id>/submit", v1.ActivitySubmit.as_view()),
    path(f"{_V1}reviews", v1.Reviews.as_view()),
    path(f"{_V1}awards", v1.Awards.as_view()),
    path(f"{_V1}awards/<uuid:award_id>", v1.AwardDetail.as_view()),
    path(f"{_V1}awards/<uuid:award_id>/credential", v1.AwardCredential.as_view()),
    path(f"{_V1}shares", v1.Shares.as_view()),
    path(f"{_V1}shares/<uuid:share_id>", v1.ShareDetail.as_view()),
    path(f"{_V1}verifications", verifications.Verifications.as_view(), name="api-verify"),
    path(f"{_V1}schema", SpectacularAPIView.as_view(), name="api-schema"),
    path(f"{_V1}docs", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("credentials/verify", verifications.VcApiVerify.as_view()),
    path("presentations/verify", verifications.VcApiPresentation.as_view()),
]
