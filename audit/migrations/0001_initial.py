"""Both logs, partitioned by month and append-only. Django knows the tables; SQL makes them."""

import django.contrib.postgres.fields
import django.utils.timezone
import kernel.ids
from django.db import migrations, models

PARTITIONS = """
CREATE FUNCTION audit_make_partitions() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent text;
    month date;
    partition text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['audit_auditevent', 'audit_accessevent'] LOOP
        FOR ahead IN 0..3 LOOP
            month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
            partition := parent || to_char(month, '_YYYY_MM');
            IF to_regclass('public.' || partition) IS NULL THEN
                BEGIN
                    EXECUTE format(
                        'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                        partition, parent, month::timestamp AT TIME ZONE 'UTC',
                        (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
                EXCEPTION WHEN check_violation THEN
                    -- Late: the default partition holds events of that month, and keeps it.
                    RAISE WARNING 'no partition %', partition;
                END;
            END IF;
        END LOOP;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION audit_make_partitions() FROM PUBLIC;

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def partitioned(table: str, columns: str) -> str:
    """A log's table: by month, with a default partition so that an insert never fails for want of one."""
    return f"""
CREATE TABLE {table} (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id uuid,
    membership_id uuid,
    agency_id uuid,
    via varchar(60) NOT NULL,
    request_id varchar(32) NOT NULL,
    {columns},
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
"""


INDEXES = """
CREATE INDEX audit_event_by_target ON audit_auditevent (target_id, at);
CREATE INDEX audit_event_by_agency ON audit_auditevent (agency_id, at);
CREATE INDEX audit_access_by_agency ON audit_accessevent (agency_id, at);
SELECT audit_make_partitions();
"""

AUDIT_COLUMNS = """event varchar(80) NOT NULL, target_type varchar(80) NOT NULL,
    target_id uuid, facts jsonb NOT NULL"""
ACCESS_COLUMNS = """kind varchar(10) NOT NULL, why varchar(30) NOT NULL, safes uuid[] NOT NULL,
    withheld smallint NOT NULL CHECK (withheld >= 0), seen_by_id uuid"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(PARTITIONS),
        migrations.RunSQL(partitioned("audit_auditevent", AUDIT_COLUMNS)),
        migrations.RunSQL(partitioned("audit_accessevent", ACCESS_COLUMNS)),
        migrations.RunSQL(INDEXES),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AccessEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=kernel.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, editable=False
                            ),
                        ),
                        ("user_id", models.UUIDField(null=True)),
                        ("membership_id", models.UUIDField(null=True)),
                        ("agency_id", models.UUIDField(null=True)),
                        ("via", models.CharField(blank=True, max_length=60)),
                        ("request_id", models.CharField(blank=True, max_length=32)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("LISTED", "A name in a list"),
                                    ("OPENED", "Opened"),
                                    (
                                        "RENDERED",
                                        "Shown as a preview or copy for somebody",
                                    ),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("why", models.CharField(max_length=30)),
                        (
                            "safes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), size=None
                            ),
                        ),
                        ("withheld", models.PositiveSmallIntegerField(default=0)),
                        ("seen_by_id", models.UUIDField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["agency_id", "at"],
                                name="audit_access_by_agency",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=kernel.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, editable=False
                            ),
                        ),
                        ("user_id", models.UUIDField(null=True)),
                        ("membership_id", models.UUIDField(null=True)),
                        ("agency_id", models.UUIDField(null=True)),
                        ("via", models.CharField(blank=True, max_length=60)),
                        ("request_id", models.CharField(blank=True, max_length=32)),
                        ("event", models.CharField(max_length=80)),
                        ("target_type", models.CharField(blank=True, max_length=80)),
                        ("target_id", models.UUIDField(null=True)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["target_id", "at"], name="audit_event_by_target"
                            ),
                            models.Index(
                                fields=["agency_id", "at"], name="audit_event_by_agency"
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
