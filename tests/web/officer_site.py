"""Fills a live site's database with what an officer finds in the morning.

Run as a program in the site's environment; prints what it made as JSON.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

FIXTURES = Path("fixtures/demo/fixtures.json")
OWN = {"id", "provider", "awarding_body", "framework", "route", "expected"}


def main():
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    django.setup()
    from django.utils import timezone

    from registry.accounts import services as accounts
    from registry.accounts.selectors import find_user, get_organisation
    from registry.activities import services
    from registry.activities.models import Activity
    from registry.awards.facts import RecipientData
    from registry.awards.services import award_credential
    from registry.common.actors import SYSTEM
    from registry.issuers import selectors as issuers

    data = json.loads(FIXTURES.read_text(encoding="utf-8"))
    rows = {row["id"]: row for row in data["activities"]}
    now = timezone.now()
    # The demo's officer decides for Estonia; here for two countries more.
    officer = find_user("reviewer@authority.example")
    for country in ("pl", "nz"):
        accounts.add_membership(
            user=officer,
            organisation=get_organisation(f"authority-{country}"),
            role="REVIEWER",
            actor=SYSTEM,
            at=now,
        )
    kalda = issuers.get_institution("kalda")

    def apply(name, institution, days, **changes):
        row, at = rows[name], now - timedelta(days=days)
        payload = {key: value for key, value in row.items() if key not in OWN} | changes
        made = services.create_draft(
            institution=institution, framework=row["framework"], route=row["route"],
            payload=payload, actor=SYSTEM, at=at,
        )  # fmt: skip
        services.submit_activity(activity=made, actor=SYSTEM, at=at)
        return made

    def registered(name, **changes):
        made = apply(name, kalda, 20, **changes)
        at = now - timedelta(days=19)
        services.decide_review(
            activity=made, decision="REGISTER", reasons="Sound.", actor=SYSTEM, at=at
        )
        return made

    soon = (now + timedelta(days=40)).date().isoformat()
    quality = rows["mc-ee-001"]["quality_assurance"] | {"valid_until": soon}
    held = registered(
        "mc-ee-001",
        title={"en": "Bees in the town"},
        quality_assurance=quality,
        dates={"review": soon},
    )
    for number in range(3):
        award_credential(
            activity=held,
            recipient=RecipientData(f"Learner {number}", email=f"l{number}@x.example"),
            awarded_on=now.date(),
            actor=SYSTEM,
            at=now,
        )
    revised = registered("mc-ee-001", title={"en": "Honey and its law"})
    at = now - timedelta(days=3)
    services.start_revision(activity=revised, actor=SYSTEM, at=at)
    outcomes = revised.payload["learning_outcomes"]
    payload = revised.payload | {
        "learning_outcomes": [
            outcomes[0] | {"text": {"en": "Label honey as the law asks"}},
            *outcomes[1:],
        ],
        "purpose": {"en": "For those who sell honey, and for those who inspect it."},
    }
    services.update_draft(activity=revised, payload=payload, actor=SYSTEM, at=at)
    services.submit_activity(activity=revised, actor=SYSTEM, at=at)
    twin = apply("mc-ee-001", kalda, 2, title={"en": "Honey and its law"})
    polish = Activity.objects.filter(framework="pl-pqf").first()
    overdue = apply("mc-pl-001", polish.institution, 130)
    due = apply("mc-pl-001", polish.institution, 112)
    kiwi = Activity.objects.filter(framework="nz-nzqcf").first()
    word = apply("mc-nz-001", kiwi.institution, 5, title={"en": "A national diploma of bees"})
    made = {"held": held, "revised": revised, "twin": twin, "overdue": overdue, "due": due}
    print(json.dumps({name: str(row.pk) for name, row in (made | {"word": word}).items()}))


if __name__ == "__main__":
    main()
