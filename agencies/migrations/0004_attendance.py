"""When nobody is at a desk, and who takes over."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kernel.ids
from django.db import migrations, models

from kernel.migration import guard_versions


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_vouched"),
    ]

    operations = [
        migrations.AddField(
            model_name="desk",
            name="always",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="desk",
            name="terms",
            field=models.CharField(
                choices=[
                    ("ALL_YEAR", "All year"),
                    ("COUNTY", "In term only, by the county’s dates"),
                    ("OWN", "In term only, by its own dates"),
                ],
                default="ALL_YEAR",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Absence",
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
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="agencies.membership",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["membership", "until_on"],
                        name="agencies_absences_to_come",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__gte", models.F("from_on")),
                            (
                                "until_on__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("from_on"), "+", models.Value(366)
                                ),
                            ),
                        ),
                        name="agencies_an_absence_lasts_a_year_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stand_in__isnull", True),
                            models.Q(("stand_in", models.F("membership")), _negated=True),
                            _connector="OR",
                        ),
                        name="agencies_nobody_stands_in_for_themselves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fallback",
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
                    "desk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fallback",
                        to="agencies.desk",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.desk",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to__isnull", True),
                            models.Q(("to", models.F("desk")), _negated=True),
                            _connector="OR",
                        ),
                        name="agencies_no_desk_falls_back_on_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("CLOSED", "Closed"), ("TERM", "School term")], max_length=10
                    ),
                ),
                ("what", models.CharField(max_length=80)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "desk",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="agencies.desk",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=["desk", "from_on"],
                        name="agencies_periods_of_a_desk",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__gte", models.F("from_on")),
                            (
                                "until_on__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("from_on"), "+", models.Value(366)
                                ),
                            ),
                        ),
                        name="agencies_a_period_lasts_a_year_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "TERM"), ("desk__isnull", False), _connector="OR"
                        ),
                        name="agencies_only_a_desk_is_closed",
                    ),
                ],
            },
        ),
        guard_versions("agencies_fallback", "desk_id", "to_id"),
    ]
