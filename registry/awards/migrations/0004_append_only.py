from django.db import migrations

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("awards", "0003_status_changes")]
    operations = [append_only("awards_statuschange")]
