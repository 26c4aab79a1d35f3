"""The addresses of the API, written exactly: programs don't follow redirects."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from registry.api.v1 import (
    accreditations,
    activities,
    awards,
    changes,
    frameworks,
    history,
    imports,
    institutions,
    oversight,
    pathways,
    reviews,
    shares,
    statistics,
    statuses,
    stops,
    verifications,
)

_V1 = "api/v1/"
_ONE = f"{_V1}activities/<uuid:activity_id>"
_INSTITUTION = f"{_V1}institutions/<slug:slug>"
_AWARD = f"{_V1}awards/<uuid:award_id>"
_ACCREDITATION = f"{_V1}accreditations/<uuid:accreditation_id>"

urlpatterns = [
    path(f"{_V1}institutions", institutions.Institutions.as_view()),
    path(f"{_V1}institutions/<slug:slug>", institutions.InstitutionDetail.as_view()),
    path(f"{_INSTITUTION}/accreditations", accreditations.InstitutionAccreditations.as_view()),
    path(f"{_INSTITUTION}/suspensions", accreditations.InstitutionSuspensions.as_view()),
    path(f"{_INSTITUTION}/suspend", accreditations.SuspendInstitution.as_view()),
    path(f"{_INSTITUTION}/resume", accreditations.ResumeInstitution.as_view()),
    path(f"{_INSTITUTION}/keys", stops.InstitutionKeys.as_view()),
    path(f"{_V1}issuing-stops", stops.IssuingStops.as_view()),
    path(f"{_V1}issuing-stops/<uuid:stop_id>/lift", stops.LiftStop.as_view()),
    path(f"{_INSTITUTION}/impact", accreditations.InstitutionImpact.as_view()),
    path(f"{_V1}accreditations", accreditations.Accreditations.as_view()),
    path(_ACCREDITATION, accreditations.AccreditationDetail.as_view()),
    path(f"{_ACCREDITATION}/change", accreditations.ChangeAccreditation.as_view()),
    path(f"{_ACCREDITATION}/withdraw", accreditations.WithdrawAccreditation.as_view()),
    path(f"{_V1}history/<str:kind>/<uuid:subject_id>", history.StateAt.as_view()),
    path(f"{_V1}history/<str:kind>/<uuid:subject_id>/events", history.Events.as_view()),
    path(f"{_V1}evidence", oversight.Evidence.as_view()),
    path(f"{_V1}reviews-due", oversight.ReviewsDue.as_view()),
    path(f"{_V1}rule-changes", oversight.RuleChanges.as_view()),
    path(f"{_V1}frameworks/<slug:code>/preview", oversight.RulePreview.as_view()),
    path(f"{_V1}frameworks", frameworks.Frameworks.as_view()),
    path(f"{_V1}frameworks/<slug:code>", frameworks.FrameworkDetail.as_view()),
    path(f"{_V1}activities", activities.Activities.as_view()),
    path(f"{_V1}activities/import", imports.ActivityImport.as_view()),
    path(_ONE, activities.ActivityDetail.as_view(), name="api-activity"),
    path(f"{_ONE}/versions/<int:number>", activities.ActivityVersionDetail.as_view()),
    path(f"{_ONE}/versions", activities.ActivityVersions.as_view()),
    path(f"{_ONE}/revision", activities.ActivityRevision.as_view()),
    path(f"{_ONE}/decisions", reviews.Decisions.as_view()),
    path(f"{_ONE}/extend", reviews.Extend.as_view()),
    path(f"{_ONE}/suspend", reviews.Suspend.as_view()),
    path(f"{_ONE}/resume", reviews.Resume.as_view()),
    path(f"{_ONE}/end", reviews.End.as_view()),
    path(f"{_ONE}/impact", reviews.Impact.as_view()),
    path(f"{_ONE}/pathway", pathways.ActivityPathway.as_view(), name="api-pathway"),
    path(f"{_ONE}/check", activities.ActivityCheck.as_view()),
    path(f"{_ONE}/submit", activities.ActivitySubmit.as_view()),
    path(f"{_V1}changes", changes.Changes.as_view(), name="api-changes"),
    path(f"{_V1}reviews", reviews.Reviews.as_view()),
    path(f"{_V1}awards", awards.Awards.as_view()),
    path(f"{_V1}awards/<uuid:award_id>", awards.AwardDetail.as_view()),
    path(f"{_V1}awards/<uuid:award_id>/credential", awards.AwardCredential.as_view()),
    path(f"{_AWARD}/proof", awards.AwardProof.as_view()),
    path(f"{_AWARD}/changes", statuses.AwardChanges.as_view()),
    path(f"{_AWARD}/revoke", statuses.RevokeAward.as_view()),
    path(f"{_AWARD}/suspend", statuses.SuspendAward.as_view()),
    path(f"{_AWARD}/resume", statuses.ResumeAward.as_view()),
    path(f"{_AWARD}/supersede", statuses.SupersedeAward.as_view()),
    path(f"{_AWARD}/undo", statuses.UndoChange.as_view()),
    path(f"{_V1}shares", shares.Shares.as_view()),
    path(f"{_V1}shares/<uuid:share_id>", shares.ShareDetail.as_view()),
    path(f"{_V1}verifications", verifications.Verifications.as_view(), name="api-verify"),
    path(f"{_V1}statistics", statistics.Statistics.as_view(), name="api-statistics"),
    path(f"{_V1}statistics.csv", statistics.StatisticsCsv.as_view(), name="api-statistics-csv"),
    path(f"{_V1}statistics/codebook", statistics.Codebook.as_view(), name="api-codebook"),
    path(f"{_V1}schema", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        f"{_V1}docs",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html"),
        name="api-docs",
    ),
    path("credentials/verify", verifications.VcApiVerify.as_view()),
    path("presentations/verify", verifications.VcApiPresentation.as_view()),
]
