"""What must hold of the new columns, and the triggers back in their places."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_fill")]
    operations = [
        migrations.DeleteModel("Review"),
        migrations.AlterField(
            "standing",
            "version",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activities.activityversion",
            ),
        ),
        migrations.AddIndex(
            "activity",
            models.Index(
                condition=Q(("state", "SUBMITTED"), ("revision", "SUBMITTED"), _connector="OR"),
                fields=["framework", "due_on", "submitted_at"],
                name="activity_queue",
            ),
        ),
        migrations.AddIndex(
            "activityversion", models.Index(fields=["review_on"], name="version_review")
        ),
        migrations.AddIndex(
            "activityversion",
            models.Index(fields=["registration_end"], name="version_registration_end"),
        ),
        migrations.AddIndex(
            "activityversion", models.Index(fields=["assured_until"], name="version_assured")
        ),
        migrations.AddIndex(
            "decision", models.Index(fields=["activity", "decided_at"], name="decision_history")
        ),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(("revision", ""), ("state__in", ["REGISTERED", "SUSPENDED"]), _connector="OR"),
                name="revision_of_registered",
            ),
        ),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(revision="", revision_route="")
                | (~Q(revision="") & ~Q(revision_route="")),
                name="revision_has_route",
            ),
        ),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "RETURNED", "SUBMITTED"], current__isnull=True)
                | Q(state__in=["ENDED", "REGISTERED", "SUSPENDED"], current__isnull=False),
                name="registered_has_version",
            ),
        ),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(
                condition=~Q(kind__in=["EXTEND", "RETURN", "SUSPEND"]) | ~Q(reasons=""),
                name="decision_has_reasons",
            ),
        ),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(
                condition=~Q(by="AUTHORITY", kind="END") | ~Q(reasons=""),
                name="ending_has_reasons",
            ),
        ),
        migrations.AddConstraint(
            "clearance",
            models.UniqueConstraint(fields=["version", "word", "pointer"], name="word_cleared_once"),
        ),
        migrations.AddConstraint(
            "clearance",
            models.CheckConstraint(condition=~Q(reason=""), name="clearance_has_reason"),
        ),
        append_only("activities_activityversion"),
        append_only("activities_decision"),
        append_only("activities_clearance"),
    ]
