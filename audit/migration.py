"""Migration operations for tables whose rows the log is compared with."""

from django.db.migrations.operations import RunSQL

_INSERT = (
    "INSERT INTO audit_auditevent"
    " (id, at, via, request_id, event, target_type, target_id, facts) SELECT gen_random_uuid(),"
    " now(), 'system:upgrade', '', 'audit.vouched', "
)


def vouch_for(*labels: str) -> RunSQL:
    """Take the rows of these tables into the log as they stand: it kept no versions before."""
    return RunSQL(
        [
            f"{_INSERT} '{label}', id, jsonb_build_object('version', version) FROM {_table(label)}"
            for label in labels
        ],
        RunSQL.noop,
    )


def vouch_for_signed(label: str, parent: str, column: str) -> RunSQL:
    """The same for rows that the event of another record lists, and that have no version."""
    return RunSQL(
        f"{_INSERT} '{parent}', {column}, jsonb_build_object('signed', jsonb_agg(id))"
        f" FROM {_table(label)} GROUP BY {column}",
        RunSQL.noop,
    )


def _table(label: str) -> str:
    return label.lower().replace(".", "_")
