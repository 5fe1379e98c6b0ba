"""Passkeys and security keys, attested like other second factors; sessions tell their browser."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kernel.ids
from kernel.migration import guard_versions


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_vouched"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="browser",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name="session",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("IDLE", "You were signed out because you had not used the portal for a while"),
                    ("TOO_LONG", "You were signed out because you signed in a long time ago"),
                    ("SIGNED_OUT", "You have signed out"),
                    ("ELSEWHERE", "You were signed out from another browser or device"),
                    ("RESET", "You were signed out because your ways of signing in were reset"),
                    ("PASSWORD", "You were signed out because your password was changed"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                (
                    "name",
                    models.CharField(
                        help_text="The human-readable name of this device.", max_length=64
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("mac_key_id", models.CharField(editable=False, max_length=32)),
                ("mac", models.BinaryField(max_length=32)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("confirmed", models.BooleanField(default=False)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("credential_id", models.BinaryField(max_length=1023)),
                ("public_key", models.BinaryField(max_length=2000)),
                (
                    "transports",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("sign_count", models.BigIntegerField(default=0)),
                ("last_challenge", models.BinaryField(default=b"", max_length=32)),
                ("confirmed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "credential_id"), name="accounts_passkey_is_added_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed", True),
                                ("removed_at__isnull", True),
                                models.Q(("public_key", b""), _negated=True),
                            ),
                            models.Q(
                                ("confirmed", False),
                                ("public_key", b""),
                                ("removed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="accounts_passkey_is_in_use_until_removed",
                    ),
                ],
            },
        ),
        guard_versions(
            "accounts_passkey",
            "user_id",
            "credential_id",
            "public_key",
            "confirmed",
            "removed_at",
        ),
    ]
