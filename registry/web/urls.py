"""The addresses of the pages."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.urls import include, path

from registry.web import desk, views

urlpatterns = [
    path("", views.home, name="home"),
    path("activities/", views.catalogue_page, name="catalogue"),
    path("activities/<uuid:activity_id>/", views.activity, name="activity"),
    path("institutions/", views.institutions, name="institutions"),
    path("institutions/<slug:slug>/", views.institution, name="institution"),
    path("institutions/<slug:slug>/did.json", views.did_document, name="did"),
    path("frameworks/", views.framework_list, name="frameworks"),
    path("frameworks/<slug:code>/", views.framework_page, name="framework"),
    path("verify", views.verify, name="verify"),
    path("s/<str:token>", views.share, name="share"),
    path("s/<str:token>/credential.json", views.share_file, name="share-file"),
    path("trust.json", views.trust_file, name="trust"),
    path("contexts/micro-credential/v1", views.context_file, name="context"),
    path("robots.txt", views.robots),
    path("me/", desk.me, name="me"),
    path("me/awards/<uuid:award_id>/credential.json", desk.my_file, name="my-file"),
    path("me/awards/<uuid:award_id>/share", desk.make_share, name="make-share"),
    path("me/shares/<uuid:share_id>/close", desk.close_share, name="close-share"),
    path("desk/", desk.desk, name="desk"),
    path("desk/activities/new", desk.new_draft, name="new-draft"),
    path("desk/activities/<uuid:activity_id>/", desk.draft, name="draft"),
    path("desk/activities/<uuid:activity_id>/award", desk.award, name="award"),
    path("review/", desk.queue, name="queue"),
    path("review/<uuid:activity_id>/", desk.review, name="review"),
    path("accounts/login/", LoginView.as_view(), name="account_login"),
    path("accounts/logout/", LogoutView.as_view(), name="account_logout"),
    path("i18n/", include("django.conf.urls.i18n")),
]
