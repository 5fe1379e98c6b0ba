"""What signs somebody in is attested: the account, its devices, and its recovery codes."""

from django.db import migrations, models

from kernel.migration import guard_versions, sign_existing

VERSIONED = {
    "User": ("email", "password", "is_active"),
    "TotpDevice": ("user_id", "seed", "seed_key_id", "confirmed", "removed_at"),
    "RecoverySheet": ("user_id", "confirmed"),
    "RecoveryCode": ("sheet_id", "digest", "key_id", "used_at"),
}


def _columns(model: str) -> list[migrations.AddField]:
    version = models.PositiveIntegerField(default=1, editable=False)
    key = models.CharField(default="", editable=False, max_length=32)
    mac = models.BinaryField(default=b"", editable=False, max_length=32)
    return [
        migrations.AddField(model, "version", version),
        migrations.AddField(model, "mac_key_id", key, preserve_default=False),
        migrations.AddField(model, "mac", mac, preserve_default=False),
    ]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("kernel", "0003_versions")]

    operations = [
        *[operation for model in VERSIONED for operation in _columns(model)],
        *[sign_existing("accounts", model, *columns) for model, columns in VERSIONED.items()],
        *[guard_versions(f"accounts_{m.lower()}", *columns) for m, columns in VERSIONED.items()],
    ]
