"""Sealed columns are written once."""

from django.db import migrations

from vault.migration import write_once


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("vault", "0002_guards")]

    operations = [
        write_once("people_identitysnapshot", "outline", "identity"),
        write_once("people_protectedaddress", "address"),
    ]
