"""An expiry is signed when it is proposed and again when it is approved."""

from django.db import migrations, models

from kernel.migration import guard_versions


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_sealing"), ("kernel", "0003_versions")]

    operations = [
        migrations.AddField(
            model_name="partitionexpiry",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        guard_versions(
            "audit_partitionexpiry",
            "month",
            "proposed_by_id",
            "proposed_at",
            "kept_for",
            "approved_by_id",
            "approved_at",
        ),
    ]
