"""Migration operations for tables with sealed columns."""

from django.db.migrations.operations import RunSQL


def write_once(table: str, *columns: str) -> RunSQL:
    """Make sealed columns write-once: they may be blanked, never replaced."""
    listed = ", ".join(columns)
    quoted = ", ".join(f"'{column}'" for column in columns)
    return RunSQL(
        f"CREATE TRIGGER {table}_write_once BEFORE UPDATE OF {listed} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION vault_write_once({quoted})",
        f"DROP TRIGGER {table}_write_once ON {table}",
    )
