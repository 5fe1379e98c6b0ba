"""Sealed columns are written once."""

from django.db import migrations

from vault.migration import write_once


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial"), ("vault", "0002_guards")]

    operations = [
        write_once(
            "consent_familyposition", "told_whom", "not_told_why", "consent_from", "judgement"
        ),
    ]
