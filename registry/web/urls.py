"""The addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from registry.activities.downloads import KINDS
from registry.activities.publication import FORMATS
from registry.web import (
    accreditation_desk,
    ahead_desk,
    award_desk,
    catalogue,
    documents,
    draft_desk,
    history_page,
    import_desk,
    institution_choice,
    issuer_desk,
    keys_page,
    learner,
    ledger,
    oversight_desk,
    provider_desk,
    register,
    review_desk,
    security,
    statistics,
    verify,
)
from registry.web.published import published

_ACTIVITY = "activities/<uuid:activity_id>"
_VERSION = f"{_ACTIVITY}/versions/<int:number>"
# Each form of an activity and of a version at an address of its own.
_documents = [
    path(f"{place}{form.suffix}", published, {"form": form.name}, name=f"{name}-{form.name}")
    for form in FORMATS.values()
    for place, name in ((_ACTIVITY, "activity"), (_VERSION, "version"))
]
_latest = [
    path(f"register/latest.{end}{packed}", register.latest_file, {"end": f"{end}{packed}"})
    for end in KINDS.values()
    for packed in ("", ".gz")
]

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("activities/", catalogue.catalogue_page, name="catalogue"),
    path("activities/compare", catalogue.compare, name="compare"),
    path(f"{_ACTIVITY}/", published, name="activity"),
    path(f"{_VERSION}/", published, name="activity-version"),
    *_documents,
    path("register/", register.register, name="register"),
    path("register/manifest.json", register.manifest, name="register-manifest"),
    path("register/changes.atom", register.changes_atom, name="changes-atom"),
    *_latest,
    path("register/<str:name>", register.register_file, name="register-file"),
    path("schemas/<path:name>", documents.schema_file, name="schema"),
    path("institutions/", catalogue.institutions, name="institutions"),
    path("institutions/<slug:slug>/", catalogue.institution, name="institution"),
    path("institutions/<slug:slug>/did.json", documents.did_document, name="did"),
    path("institutions/<slug:slug>/keys", keys_page.keys_page, name="institution-keys"),
    path("institutions/<slug:slug>/keys/stop", keys_page.stop, name="stop-issuing"),
    path(
        "institutions/<slug:slug>/keys/stops/<uuid:stop_id>/lift", keys_page.lift, name="lift-stop"
    ),
    path(
        "institutions/<slug:slug>/status/<slug:purpose>/<int:number>",
        documents.status_list,
        name="status-list",
    ),
    path("frameworks/", catalogue.framework_list, name="frameworks"),
    path("frameworks/<slug:code>/", catalogue.framework_page, name="framework"),
    path("statistics/", statistics.statistics_page, name="statistics"),
    path("statistics/completeness/", statistics.completeness_page, name="completeness"),
    path("statistics/codebook/", statistics.codebook_page, name="codebook"),
    path("verify", verify.verify, name="verify"),
    path("s/<str:token>", verify.share, name="share"),
    path("s/<str:token>/credential.json", verify.share_file, name="share-file"),
    path("s/<str:token>/credential.tlog-proof", verify.share_proof, name="share-proof"),
    path("ledger/", ledger.about, name="ledger"),
    path("ledger/checkpoint", ledger.checkpoint, name="ledger-checkpoint"),
    path("ledger/tile/<path:path>", ledger.tile, name="ledger-tile"),
    *(
        path(f"s/<str:token>/open-badge-2/{part}.json", verify.share_badge, {"part": part})
        for part in ("assertion", "badge", "issuer")
    ),
    path("trust.json", documents.trust_file, name="trust"),
    path("contexts/micro-credential/v1", documents.context_file, name="context"),
    path("robots.txt", documents.robots),
    path("me/", learner.me, name="me"),
    path("me/awards/<uuid:award_id>/credential.json", learner.my_file, name="my-file"),
    path("me/awards/<uuid:award_id>/credential.tlog-proof", learner.my_proof, name="my-proof"),
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
    path("desk/awards/<uuid:award_id>/", award_desk.award_page, name="award-page"),
    path("review/", review_desk.queue, name="queue"),
    path("review/<uuid:activity_id>/", review_desk.review, name="review"),
    path("review/<uuid:activity_id>/extend", review_desk.extend, name="review-extend"),
    path("review/activities/", oversight_desk.overseen, name="overseen"),
    path(
        "review/activities/<uuid:activity_id>/",
        oversight_desk.overseen_activity,
        name="overseen-activity",
    ),
    path(
        "review/institutions/", oversight_desk.overseen_institutions, name="overseen-institutions"
    ),
    path(
        "review/institutions/<slug:slug>/",
        oversight_desk.overseen_institution,
        name="overseen-institution",
    ),
    path("review/institutions/<slug:slug>/accredit", accreditation_desk.grant, name="grant"),
    path("review/accreditations/", accreditation_desk.accreditations, name="accreditations"),
    path(
        "review/accreditations/<uuid:accreditation_id>/",
        accreditation_desk.accreditation,
        name="accreditation",
    ),
    path(
        "review/accreditations/<uuid:accreditation_id>/change",
        accreditation_desk.change,
        name="change-accreditation",
    ),
    path(
        "review/accreditations/<uuid:accreditation_id>/withdraw",
        accreditation_desk.withdraw,
        name="withdraw-accreditation",
    ),
    path("review/ahead/", ahead_desk.ahead, name="ahead"),
    path(
        "review/ahead/<slug:code>/<slug:route>/<slug:day>/",
        ahead_desk.rule_preview,
        name="rule-preview",
    ),
    path("history/<slug:kind>/<uuid:subject_id>/", history_page.history, name="history"),
    path("me/security/", security.security, name="security"),
    path("accounts/", include("registry.web.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
