"""The addresses of the pages."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.urls import include, path

from registry.web import catalogue, documents, issuer_desk, learner, review_desk, verify

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("activities/", catalogue.catalogue_page, name="catalogue"),
    path("activities/<uuid:activity_id>/", catalogue.activity, name="activity"),
    path("institutions/", catalogue.institutions, name="institutions"),
    path("institutions/<slug:slug>/", catalogue.institution, name="institution"),
    path("institutions/<slug:slug>/did.json", documents.did_document, name="did"),
    path("frameworks/", catalogue.framework_list, name="frameworks"),
    path("frameworks/<slug:code>/", catalogue.framework_page, name="framework"),
    path("verify", verify.verify, name="verify"),
    path("s/<str:token>", verify.share, name="share"),
    path("s/<str:token>/credential.json", verify.share_file, name="share-file"),
    *(
        path(f"s/<str:token>/open-badge-2/{part}.json", verify.share_badge, {"part": part})
        for part in ("assertion", "badge", "issuer")
    ),
    path("trust.json", documents.trust_file, name="trust"),
    path("contexts/micro-credential/v1", documents.context_file, name="context"),
    path("robots.txt", documents.robots),
    path("me/", learner.me, name="me"),
    path("me/awards/<uuid:award_id>/credential.json", learner.my_file, name="my-file"),
    path("me/awards/<uuid:award_id>/share", learner.make_share, name="make-share"),
    path("me/shares/<uuid:share_id>/close", learner.close_share, name="close-share"),
    path("desk/", issuer_desk.desk, name="desk"),
    path("desk/activities/new", issuer_desk.new_draft, name="new-draft"),
    path("desk/activities/<uuid:activity_id>/", issuer_desk.draft, name="draft"),
    path("desk/activities/<uuid:activity_id>/award", issuer_desk.award, name="award"),
    path("review/", review_desk.queue, name="queue"),
    path("review/<uuid:activity_id>/", review_desk.review, name="review"),
    path("accounts/login/", LoginView.as_view(), name="account_login"),
    path("accounts/logout/", LogoutView.as_view(), name="account_logout"),
    path("i18n/", include("django.conf.urls.i18n")),
]
