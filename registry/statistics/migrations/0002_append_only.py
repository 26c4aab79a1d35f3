from django.db import migrations

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial")]
    operations = [
        append_only("statistics_closedyear"),
        append_only("statistics_release"),
        append_only("statistics_releasetable"),
    ]
