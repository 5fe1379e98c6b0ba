"""Indexes for reading the logs newest first: by person, by event, by time, and by record."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# The parent's index makes one in each partition, present and to come.
INDEXES = {
    "audit_event_by_user": "audit_auditevent (user_id, at)",
    "audit_event_by_name": "audit_auditevent (event, at)",
    "audit_event_by_time": "audit_auditevent (at)",
    "audit_access_by_user": "audit_accessevent (user_id, at)",
    "audit_access_by_time": "audit_accessevent (at)",
    "audit_access_by_safe": "audit_accessevent USING gin (safes)",
}


def index(model, made):
    return migrations.AddIndex(model_name=model, index=made)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [f"CREATE INDEX {name} ON {columns}" for name, columns in INDEXES.items()],
            reverse_sql=[f"DROP INDEX {name}" for name in INDEXES],
            state_operations=[
                index("auditevent", models.Index(fields=["user_id", "at"], name="audit_event_by_user")),
                index("auditevent", models.Index(fields=["event", "at"], name="audit_event_by_name")),
                index("auditevent", models.Index(fields=["at"], name="audit_event_by_time")),
                index("accessevent", models.Index(fields=["user_id", "at"], name="audit_access_by_user")),
                index("accessevent", models.Index(fields=["at"], name="audit_access_by_time")),
                index(
                    "accessevent",
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["safes"], name="audit_access_by_safe"
                    ),
                ),
            ],
        ),
    ]
