from django.db import migrations, models

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("issuers", "0004_accreditations")]
    operations = [
        migrations.AlterField("accreditation", "recorded_at", models.DateTimeField()),
        append_only("issuers_accreditation"),
        append_only("issuers_accreditationend"),
    ]
