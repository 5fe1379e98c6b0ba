"""Sealed columns are written once."""

from django.db import migrations

from vault.migration import write_once


class Migration(migrations.Migration):
    dependencies = [("guidance", "0001_initial"), ("vault", "0002_guards")]

    operations = [
        write_once("guidance_advice", "question"),
        write_once("guidance_reply", "words"),
    ]
