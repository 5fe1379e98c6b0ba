"""When an answer is nearly due, how often it is chased, and what is passed on to a fallback."""

import django.db.models.deletion
import django.utils.timezone
import kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_attendance"),
        ("sharing", "0005_shares"),
    ]

    operations = [
        migrations.CreateModel(
            name="Chasing",
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
                ("valid_from", models.DateField()),
                ("source", models.CharField(max_length=300)),
                ("checked_on", models.DateField()),
                (
                    "urgency",
                    models.CharField(
                        choices=[
                            (
                                "RED",
                                "Now: a child may be suffering, or be about to suffer, significant harm",
                            ),
                            ("AMBER", "Soon: a decision about a child waits for this"),
                            ("GREEN", "Routine"),
                        ],
                        max_length=10,
                    ),
                ),
                ("nearly_percent", models.PositiveSmallIntegerField()),
                ("nearly_minutes", models.PositiveSmallIntegerField()),
                ("pass_on_minutes", models.PositiveSmallIntegerField()),
                ("again_hours", models.PositiveSmallIntegerField()),
                ("times", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="ask",
            name="sharing_ask_to_chase",
        ),
        migrations.AddField(
            model_name="ask",
            name="fallback",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.desk",
            ),
        ),
        migrations.AddField(
            model_name="ask",
            name="nearly_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        # What was sent before counts as nearly due as the pages said then: four hours before
        migrations.RunSQL(
            "UPDATE sharing_ask SET nearly_at = due_at - interval '4 hours'", migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name="ask",
            name="nearly_noticed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="ask",
            name="overdue_notices",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="ask",
            name="passed_from",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_to",
                to="sharing.ask",
            ),
        ),
        migrations.AlterField(
            model_name="ask",
            name="status",
            field=models.CharField(
                choices=[
                    ("WAITING", "Waiting"),
                    ("CLAIMED", "Being answered"),
                    ("PASSED_ON", "Passed on"),
                    ("ANSWERED", "Answered"),
                ],
                default="WAITING",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="ask",
            index=models.Index(
                condition=models.Q(("status__in", ["WAITING", "CLAIMED"])),
                fields=["due_at"],
                name="sharing_ask_to_chase",
            ),
        ),
        migrations.AddIndex(
            model_name="ask",
            index=models.Index(
                condition=models.Q(
                    ("nearly_noticed_at__isnull", True), ("status__in", ["WAITING", "CLAIMED"])
                ),
                fields=["nearly_at"],
                name="sharing_ask_nearly_due",
            ),
        ),
        migrations.AddIndex(
            model_name="ask",
            index=models.Index(
                condition=models.Q(("fallback__isnull", False), ("status", "WAITING")),
                fields=["fallback", "id"],
                name="sharing_ask_to_pass_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="chasing",
            constraint=models.UniqueConstraint(
                fields=("urgency", "valid_from"), name="sharing_one_chasing_per_urgency_and_day"
            ),
        ),
    ]
