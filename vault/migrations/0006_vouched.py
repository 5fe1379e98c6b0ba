"""The log takes in the grants as they stood when it began to list them."""

from django.db import migrations

from audit.migration import vouch_for_signed


class Migration(migrations.Migration):
    dependencies = [("vault", "0005_moments_of_a_key"), ("audit", "0004_sealing")]

    operations = [vouch_for_signed("vault.Grant", "vault.Safe", "safe_id")]
