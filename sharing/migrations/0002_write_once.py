"""Sealed columns are written once."""

from django.db import migrations

from vault.migration import write_once


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("vault", "0002_guards")]

    operations = [
        write_once("sharing_draftversion", "content"),
        write_once("sharing_request", "why"),
        write_once("sharing_answer", "reason", "searched"),
        write_once("sharing_item", "body", "source"),
    ]
