from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from registry.common.append_only import append_only


def wait_for_a_place(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Entries from before there was a log are published with the first round."""
    pending = apps.get_model("ledger", "PendingEntry")
    entries = apps.get_model("ledger", "LedgerEntry").objects.order_by("pk")
    rows = (pending(entry_id=pk) for pk in entries.values_list("pk", flat=True).iterator())
    pending.objects.bulk_create(rows, batch_size=2_000)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_log")]
    operations = [
        append_only("ledger_logleaf"),
        append_only("ledger_logcheckpoint"),
        migrations.RunPython(wait_for_a_place, migrations.RunPython.noop),
    ]
