"""What a key's status says has a moment: filled first, then required."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F, Q


def fill_moments(apps, schema_editor):
    keys = apps.get_model("vault", "KeyEncryptionKey").objects
    keys.filter(status="ACTIVE").update(activated_at=F("created_at"))
    keys.filter(status="RETIRED").update(retired_at=django.utils.timezone.now())
    keys.filter(status="DESTROYED").update(destroyed_at=django.utils.timezone.now())


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_life_of_a_key")]

    operations = [
        migrations.RunPython(fill_moments, migrations.RunPython.noop),
        migrations.AddConstraint(
            "keyencryptionkey",
            models.UniqueConstraint(
                F("status"),
                condition=Q(status="ACTIVE"),
                name="vault_only_one_key_is_active",
            ),
        ),
        migrations.AddConstraint(
            "keyencryptionkey",
            models.CheckConstraint(
                condition=~Q(status="RETIRED") | Q(retired_at__isnull=False),
                name="vault_a_retired_key_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            "keyencryptionkey",
            models.CheckConstraint(
                condition=~Q(status="DESTROYED") | Q(destroyed_at__isnull=False),
                name="vault_a_destroyed_key_has_its_moment",
            ),
        ),
    ]
