"""Resets of lost devices, attested: one asked for by SQL is not there to be agreed to."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import kernel.ids
from kernel.migration import guard_versions


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_attendance"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceReset",
            fields=[
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
                (
                    "known_by",
                    models.CharField(
                        choices=[
                            ("IN_PERSON", "They stood before me"),
                            ("VIDEO", "I saw them in a video call, and I know their face"),
                            (
                                "RANG_BACK",
                                "I rang them on a number that I had before, and I know their voice",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("cancelled_at__isnull", True), ("confirmed_at__isnull", True)
                        ),
                        fields=("membership",),
                        name="agencies_one_device_reset_waits_for_a_member",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_by", models.F("membership")), _negated=True),
                            models.Q(
                                ("confirmed_by__isnull", True),
                                models.Q(("confirmed_by", models.F("membership")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="agencies_nobody_resets_their_own_device",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True),
                                ("confirmed_by__isnull", True),
                                models.Q(
                                    models.Q(
                                        ("cancelled_at__isnull", True),
                                        ("cancelled_by__isnull", True),
                                    ),
                                    models.Q(
                                        ("cancelled_at__isnull", False),
                                        ("cancelled_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("cancelled_at__isnull", True),
                                ("cancelled_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="agencies_a_device_reset_has_one_end",
                    ),
                ],
            },
        ),
        guard_versions(
            "agencies_devicereset",
            "membership_id",
            "asked_by_id",
            "asked_at",
            "confirmed_by_id",
            "confirmed_at",
            "cancelled_by_id",
        ),
    ]
