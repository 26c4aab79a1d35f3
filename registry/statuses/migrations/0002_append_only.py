from django.db import migrations

from registry.common.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("statuses", "0001_initial")]
    operations = [
        # A place is for ever: only what is written there changes.
        append_only(
            "statuses_statusplace",
            unless="OLD.id = NEW.id AND OLD.list_id = NEW.list_id "
            'AND OLD."index" = NEW."index" AND OLD.subject_id = NEW.subject_id',
        ),
        append_only("statuses_signedlist"),
    ]
