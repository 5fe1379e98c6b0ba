"""Key-encryption keys get a life: statuses with their moments, hosts that report, recovery copies.

The trigger that required an active key for a new data key now requires it for one wrapped again,
sealing holds the active key, and a data key that is deleted leaves its id behind.
"""

import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models

import kernel.ids

REQUIRE_ACTIVE_KEY = """
CREATE OR REPLACE FUNCTION vault_require_active_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    SELECT {column} INTO found FROM public.vault_keyencryptionkey WHERE id = NEW.kek_id FOR SHARE;
    IF found IS DISTINCT FROM 'ACTIVE' THEN
        RAISE EXCEPTION 'this key-encryption key is not active: the host has a stale key ring'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vault_data_key_needs_active_key';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER vault_datakey_needs_active_key ON vault_datakey;
CREATE TRIGGER vault_datakey_needs_active_key BEFORE INSERT {also} ON vault_datakey
    FOR EACH ROW EXECUTE FUNCTION vault_require_active_key();
"""

# Who waited for a change of keys finds the row changed, and looks again with new eyes.
HOLD_ACTIVE_KEY = """
CREATE FUNCTION vault_hold_active_key(OUT key_id text, OUT key_fingerprint text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    FOR attempt IN 1..3 LOOP
        SELECT id, fingerprint INTO key_id, key_fingerprint
            FROM public.vault_keyencryptionkey WHERE status = 'ACTIVE' FOR SHARE;
        EXIT WHEN FOUND;
    END LOOP;
    IF key_id IS NULL THEN
        RAISE EXCEPTION 'no key-encryption key is active: run keyring_init';
    END IF;
END $$;
"""

REMEMBER_DESTROYED_KEYS = """
CREATE FUNCTION vault_remember_destroyed_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.vault_destroyedkey (id, created_at) VALUES (OLD.id, now())
        ON CONFLICT DO NOTHING;
    RETURN OLD;
END $$;
CREATE TRIGGER vault_datakey_leaves_its_id AFTER DELETE ON vault_datakey
    FOR EACH ROW EXECUTE FUNCTION vault_remember_destroyed_key();
"""


def base_fields():
    return [
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
    ]


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_stored_files")]

    operations = [
        migrations.RemoveConstraint("keyencryptionkey", "vault_only_one_key_is_active"),
        migrations.RenameField("keyencryptionkey", "state", "status"),
        migrations.RunSQL(
            REQUIRE_ACTIVE_KEY.format(column="status", also="OR UPDATE OF kek_id"),
            REQUIRE_ACTIVE_KEY.format(column="state", also=""),
        ),
        migrations.RunSQL(HOLD_ACTIVE_KEY, "DROP FUNCTION vault_hold_active_key"),
        migrations.AddField(
            "keyencryptionkey", "activated_at", models.DateTimeField(null=True)
        ),
        migrations.AddField("keyencryptionkey", "retired_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "keyencryptionkey", "destroyed_at", models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="RingReport",
            fields=[
                *base_fields(),
                ("host", models.CharField(max_length=100, unique=True)),
                (
                    "fingerprints",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), size=None
                    ),
                ),
                ("seen_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="RecoveryCopy",
            fields=[
                *base_fields(),
                (
                    "fingerprints",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), size=None
                    ),
                ),
                ("recipient", models.CharField(max_length=100)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="DestroyedKey", fields=base_fields(), options={"abstract": False}
        ),
        migrations.RunSQL(
            REMEMBER_DESTROYED_KEYS, "DROP FUNCTION vault_remember_destroyed_key CASCADE"
        ),
    ]
