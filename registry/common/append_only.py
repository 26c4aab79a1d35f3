"""Rows that can't be changed, held by the database itself and not by good manners."""

from __future__ import annotations

from functools import partial

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def append_only(table: str, *, unless: str = "FALSE") -> migrations.RunPython:
    """An operation that refuses UPDATE and DELETE on ``table``.

    ``unless`` is an SQL condition on ``OLD`` and ``NEW`` under which an UPDATE may pass.
    """
    return migrations.RunPython(partial(_create, table, unless), partial(_drop, table))


def lifted(table: str, *, unless: str = "FALSE") -> migrations.RunPython:
    """An operation that takes the refusal away, for a migration that changes the table.

    Needed before it and ``append_only`` after it: SQLite makes such a table anew, and what hung on
    the old one is gone without a word.
    """
    return migrations.RunPython(partial(_drop, table), partial(_create, table, unless))


def _create(table: str, unless: str, apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    name = f"{table}_append_only"
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL.format(name=name, table=table, unless=unless))
    else:
        editor.execute(_SQLITE_UPDATE.format(name=name, table=table, unless=unless))
        editor.execute(_SQLITE_DELETE.format(name=name, table=table))


def _drop(table: str, apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    name = f"{table}_append_only"
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP FUNCTION {name}() CASCADE")
    else:
        editor.execute(f"DROP TRIGGER {name}_update")
        editor.execute(f"DROP TRIGGER {name}_delete")


_POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF {unless} THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '{table} is append-only';
END $$;
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {name}();
"""
_SQLITE_UPDATE = """
CREATE TRIGGER {name}_update BEFORE UPDATE ON {table} WHEN NOT ({unless})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
_SQLITE_DELETE = """
CREATE TRIGGER {name}_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
