from django.db import migrations

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [
        append_only("activities_activityversion"),
        append_only("activities_review"),
    ]
