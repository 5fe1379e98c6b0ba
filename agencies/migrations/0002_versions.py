"""What confers power is attested with its version; agencies and desks are attested too."""

from django.db import migrations, models

from kernel.migration import guard_versions, sign_existing

VERSIONED = {
    "membership": ("user_id", "agency_id", "roles", "ended_at"),
    "deskseat": ("membership_id", "desk_id", "ended_at"),
    "invitation": (
        "agency_id", "email", "roles", "desk_ids", "tier", "until_on", "invited_by_id",
        "expires_at", "sendings", "accepted_at", "cancelled_at",
    ),
    "agency": ("name", "short_name", "is_partnership", "ended_on"),
    "desk": ("agency_id", "name"),
}  # fmt: skip


def _version(model: str) -> migrations.AddField:
    field = models.PositiveIntegerField(default=1, editable=False)
    return migrations.AddField(model, "version", field)


def _signature(model: str) -> list[migrations.AddField]:
    key = models.CharField(default="", editable=False, max_length=32)
    mac = models.BinaryField(default=b"", editable=False, max_length=32)
    return [
        migrations.AddField(model, "mac_key_id", key, preserve_default=False),
        migrations.AddField(model, "mac", mac, preserve_default=False),
    ]


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("kernel", "0003_versions")]

    operations = [
        *[_version(model) for model in VERSIONED],
        *_signature("agency"),
        *_signature("desk"),
        sign_existing("agencies", "Agency", *VERSIONED["agency"]),
        sign_existing("agencies", "Desk", *VERSIONED["desk"]),
        *[guard_versions(f"agencies_{model}", *columns) for model, columns in VERSIONED.items()],
    ]
