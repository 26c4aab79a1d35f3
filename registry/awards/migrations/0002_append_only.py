from django.db import migrations

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial")]
    operations = [
        # PREPARED may become ISSUED, once; what is signed never changes.
        append_only("awards_award", unless="OLD.state = 'PREPARED'"),
    ]
