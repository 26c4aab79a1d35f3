"""Accreditations become append-only: what ends one is a row of its own."""

import hashlib
import json
from datetime import UTC, datetime, time

import django.db.models.deletion
from django.db import migrations, models

import registry.common.ids


def scope_of(row):
    # RFC 8785 of lists of codes is what json writes without spaces.
    parts = [row.framework, sorted(row.levels), sorted(row.fields), []]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fill(apps, schema_editor):
    accreditation = apps.get_model("issuers", "Accreditation")
    event = apps.get_model("common", "AuditEvent")
    for row in accreditation.objects.iterator(chunk_size=500):
        known = event.objects.filter(subject_type="accreditation", subject_id=str(row.pk)).first()
        begin = datetime.combine(row.valid_from, time.min, UTC)
        accreditation.objects.filter(pk=row.pk).update(
            scope=scope_of(row), recorded_at=known.at if known else begin
        )


class Migration(migrations.Migration):
    dependencies = [
        ("issuers", "0003_last_award"),
        ("common", "0002_append_only"),
    ]
    operations = [
        migrations.AddField("accreditation", "award_types", models.JSONField(default=list)),
        migrations.AddField(
            "accreditation",
            "replaces",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="issuers.accreditation",
            ),
        ),
        migrations.AddField(
            "accreditation",
            "scope",
            models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField("accreditation", "recorded_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="AccreditationEnd",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=registry.common.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "accreditation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ends",
                        to="issuers.accreditation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("CHANGE", "Change"), ("WITHDRAWAL", "Withdrawal")],
                        max_length=20,
                    ),
                ),
                ("ends_on", models.DateField()),
                ("reasons", models.TextField(blank=True)),
                ("reviewer_id", models.UUIDField(null=True)),
                ("reviewer_name", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["accreditation", "ends_on"], name="one_end_a_day"
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(kind="WITHDRAWAL") | ~models.Q(reasons=""),
                        name="withdrawal_has_reasons",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
