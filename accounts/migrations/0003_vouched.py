"""The log takes in accounts as they stood when the log began to keep versions."""

from django.db import migrations

from audit.migration import vouch_for


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_versions"), ("audit", "0004_sealing")]

    operations = [
        vouch_for(
            "accounts.User",
            "accounts.TotpDevice",
            "accounts.RecoverySheet",
            "accounts.RecoveryCode",
        ),
    ]
