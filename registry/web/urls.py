"""The addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from registry.web import (
    catalogue,
    documents,
    draft_desk,
    import_desk,
    institution_choice,
    issuer_desk,
    learner,
    provider_desk,
    review_desk,
    security,
    verify,
)

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("activities/", catalogue.catalogue_page, name="catalogue"),
    path("activities/compare", catalogue.compare, name="compare"),
    path("activities/<uuid:activity_id>/", catalogue.activity, name="activity"),
    path("institutions/", catalogue.institutions, name="institutions"),
    path("institutions/<slug:slug>/", catalogue.institution, name="institution"),
    path("institutions/<slug:slug>/did.json", documents.did_document, name="did"),
    path("frameworks/", catalogue.framework_list, name="frameworks"),
    path("frameworks/<slug:code>/", catalogue.framework_page, name="framework"),
    path("verify", verify.verify, name="verify"),
    path("s/<str:token>", verify.share, name="share"),
    path("s/<str:token>/credential.json", verify.share_file, name="share-file"),
    path("trust.json", documents.trust_file, name="trust"),
    path("contexts/micro-credential/v1", documents.context_file, name="context"),
    path("robots.txt", documents.robots),
    path("me/", learner.me, name="me"),
    path("me/awards/<uuid:award_id>/credential.json", learner.my_file, name="my-file"),
    path("me/awards/<uuid:award_id>/share", learner.make_share, name="make-share"),
    path("me/shares/<uuid:share_id>/close", learner.close_share, name="close-share"),
    path("desk/", provider_desk.desk, name="desk"),
    path("desk/institution", institution_choice.choose, name="choose-institution"),
    path("desk/lists/<slug:group>", provider_desk.desk_group, name="desk-group"),
    path("desk/import", import_desk.import_page, name="import"),
    path("desk/import/template", import_desk.template, name="import-template"),
    path("desk/export", import_desk.export, name="export"),
    path("desk/activities/new", provider_desk.new_draft, name="new-draft"),
    path("desk/activities/<uuid:activity_id>/", draft_desk.draft, name="draft"),
    path("desk/activities/<uuid:activity_id>/act", draft_desk.act, name="draft-act"),
    path("desk/activities/<uuid:activity_id>/data", draft_desk.data, name="draft-data"),
    path("desk/activities/<uuid:activity_id>/preview", draft_desk.preview, name="draft-preview"),
    path("desk/activities/<uuid:activity_id>/changes", draft_desk.changes, name="draft-changes"),
    path("desk/activities/<uuid:activity_id>/award", issuer_desk.award, name="award"),
    path("review/", review_desk.queue, name="queue"),
    path("review/<uuid:activity_id>/", review_desk.review, name="review"),
    path("me/security/", security.security, name="security"),
    path("accounts/", include("registry.web.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
