"""The rows of before: which version is in force, its last days, and the decisions."""

from datetime import date

from django.db import migrations
from django.db.models import OuterRef, Subquery


def day(payload, part, name):
    value = payload.get(part)
    try:
        return date.fromisoformat((value if isinstance(value, dict) else {}).get(name) or "")
    except (TypeError, ValueError):
        return None


def fill(apps, schema_editor):
    activity, version, standing, review, decision = (
        apps.get_model("activities", name)
        for name in ("Activity", "ActivityVersion", "Standing", "Review", "Decision")
    )
    for row in version.objects.select_related("activity").iterator(chunk_size=500):
        version.objects.filter(pk=row.pk).update(
            route=row.activity.route,
            review_on=day(row.payload, "dates", "review"),
            registration_end=day(row.payload, "dates", "registration_end"),
            last_achievement=day(row.payload, "dates", "last_achievement"),
            assured_until=day(row.payload, "quality_assurance", "valid_until"),
        )
    newest = version.objects.filter(activity=OuterRef("pk")).order_by("-number")
    activity.objects.update(current=Subquery(newest.values("pk")[:1]))
    # Until now an activity had one version, and never a second.
    first = version.objects.filter(activity=OuterRef("activity_id")).order_by("number")
    standing.objects.update(version=Subquery(first.values("pk")[:1]))
    for row in review.objects.iterator(chunk_size=500):
        registered = version.objects.filter(activity=row.activity_id).order_by("number").first()
        decision.objects.create(
            id=row.pk,
            activity_id=row.activity_id,
            version=registered if row.decision == "REGISTER" else None,
            kind=row.decision,
            by="SYSTEM" if row.reviewer_id is None else "AUTHORITY",
            reasons=row.reasons,
            reviewer_id=row.reviewer_id,
            reviewer_name=row.reviewer_name,
            decided_at=row.decided_at,
            effective_at=row.decided_at,
        )
    # From now on the time of a submission is that of a text that waits.
    activity.objects.exclude(state="SUBMITTED").update(submitted_at=None)


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_revisions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
