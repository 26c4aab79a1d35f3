"""Revisions, the last days of versions, and all decisions of an authority; rows come next."""

import django.db.models.deletion
from django.db import migrations, models

import registry.common.ids
from registry.common.append_only import lifted

KINDS = [
    ("REGISTER", "Register"),
    ("RETURN", "Return"),
    ("EXTEND", "Extend"),
    ("SUSPEND", "Suspend"),
    ("RESUME", "Resume"),
    ("END", "End"),
]
BY = [
    ("AUTHORITY", "Authority"),
    ("INSTITUTION", "Institution"),
    ("DATE", "Date"),
    ("SYSTEM", "System"),
]
REVISIONS = [
    ("", "None"),
    ("DRAFT", "Draft"),
    ("SUBMITTED", "Submitted"),
    ("RETURNED", "Returned"),
]


def row_id():
    return (
        "id",
        models.UUIDField(
            default=registry.common.ids.uuid7, editable=False, primary_key=True, serialize=False
        ),
    )


def to(model, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=f"activities.{model}", **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_append_only"),
        ("issuers", "0002_suspensions"),
    ]
    operations = [
        lifted("activities_activityversion"),
        lifted("activities_review"),
        migrations.AddField("activity", "current", to("activityversion", null=True, related_name="+")),
        migrations.AddField("activity", "due_on", models.DateField(null=True)),
        migrations.AddField(
            "activity",
            "revision",
            models.CharField(blank=True, choices=REVISIONS, default="", max_length=20),
        ),
        migrations.AddField(
            "activity",
            "revision_route",
            models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            "activityversion",
            "route",
            models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField("activityversion", "review_on", models.DateField(null=True)),
        migrations.AddField("activityversion", "registration_end", models.DateField(null=True)),
        migrations.AddField("activityversion", "last_achievement", models.DateField(null=True)),
        migrations.AddField("activityversion", "assured_until", models.DateField(null=True)),
        migrations.AddField("standing", "version", to("activityversion", null=True, related_name="+")),
        migrations.AddField(
            "standing",
            "kind",
            models.CharField(
                choices=[("REGISTERED", "Registered"), ("TEACH_OUT", "Teach Out")],
                default="REGISTERED",
                max_length=20,
            ),
        ),
        migrations.AddField("standing", "last_award_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Decision",
            fields=[
                row_id(),
                ("activity", to("activity", related_name="decisions")),
                ("version", to("activityversion", null=True, related_name="decisions")),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("by", models.CharField(choices=BY, default="AUTHORITY", max_length=20)),
                ("reasons", models.TextField(blank=True)),
                ("reviewer_id", models.UUIDField(null=True)),
                ("reviewer_name", models.CharField(max_length=200)),
                ("decided_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("text_digest", models.BinaryField(max_length=32, null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Clearance",
            fields=[
                row_id(),
                ("version", to("activityversion", related_name="clearances")),
                ("decision", to("decision", related_name="clearances")),
                ("word", models.CharField(max_length=100)),
                ("pointer", models.CharField(max_length=100)),
                ("reason", models.TextField()),
                ("reviewer_id", models.UUIDField(null=True)),
                ("reviewer_name", models.CharField(max_length=200)),
                ("cleared_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
    ]
