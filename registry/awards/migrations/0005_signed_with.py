"""Each award says which key signed it, as its own bytes do."""

import json

from django.db import migrations, models

from registry.common.append_only import append_only, lifted

ONCE = "OLD.state = 'PREPARED'"


def fill(apps, schema_editor):
    award = apps.get_model("awards", "Award")
    for row in award.objects.filter(state="ISSUED").iterator(chunk_size=500):
        proof = json.loads(bytes(row.secured)).get("proof", {})
        proof = proof[0] if isinstance(proof, list) else proof
        award.objects.filter(pk=row.pk).update(signed_with=proof.get("verificationMethod", ""))


class Migration(migrations.Migration):
    dependencies = [("awards", "0004_append_only")]
    operations = [
        lifted("awards_award", unless=ONCE),
        migrations.AddField(
            "award",
            "signed_with",
            models.CharField(blank=True, db_index=True, default="", max_length=400),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        append_only("awards_award", unless=ONCE),
    ]
