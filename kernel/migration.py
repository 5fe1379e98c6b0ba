"""Migration operations for attested tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.migrations.operations import RunPython, RunSQL

from kernel.attestation import sign
from kernel.keys import Purpose, ring


def guard_versions(table: str, *columns: str) -> RunSQL:
    """Refuse a change of these columns, or of the signature, that is not the next version."""
    quoted = ", ".join(f"'{column}'" for column in columns)
    return RunSQL(
        f"CREATE TRIGGER {table}_guard_version BEFORE INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION kernel_guard_version({quoted})",
        f"DROP TRIGGER {table}_guard_version ON {table}",
    )


def sign_existing(app: str, model: str, *columns: str) -> RunPython:
    """Sign the rows of a table that was not attested before. An empty one needs no key."""

    def sign_rows(apps: Any, schema_editor: Any) -> None:
        rows = apps.get_model(app, model)._meta.base_manager
        for row in rows.iterator(chunk_size=1000):
            key_id = ring().newest(Purpose.ATTEST).id
            authority = {name: getattr(row, name) for name in ("pk", *columns)}
            mac = sign(row._meta.label, key_id, authority)
            rows.filter(pk=row.pk).update(mac_key_id=key_id, mac=mac)

    return RunPython(sign_rows, _nothing)


_nothing: Callable[[Any, Any], None] = RunPython.noop
