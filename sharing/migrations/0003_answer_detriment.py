"""Why sharing would be more detrimental to the child has a place of its own (s.16LA)."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

import vault.fields
from vault.migration import write_once

before = write_once("sharing_answer", "reason", "searched")


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_write_once")]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="detriment",
            field=vault.fields.SealedText(seal_id="sharing.answer.detriment"),
        ),
        RunSQL(before.reverse_sql, before.sql),
        write_once("sharing_answer", "reason", "searched", "detriment"),
    ]
