"""Triggers: sealed columns are written once; a data key needs the active key-encryption key."""

from django.db import migrations

WRITE_ONCE_FUNCTION = """
CREATE FUNCTION vault_write_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) -> name <> 'null' AND to_jsonb(NEW) -> name <> to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION 'sealed column %.% is written once', TG_TABLE_NAME, name
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vault_sealed_is_written_once';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

ACTIVE_KEY_FUNCTION = """
CREATE FUNCTION vault_require_active_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    SELECT state INTO found FROM public.vault_keyencryptionkey WHERE id = NEW.kek_id FOR SHARE;
    IF found IS DISTINCT FROM 'ACTIVE' THEN
        RAISE EXCEPTION 'this key-encryption key is not active: the host has a stale key ring'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vault_data_key_needs_active_key';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vault_datakey_needs_active_key BEFORE INSERT ON vault_datakey
    FOR EACH ROW EXECUTE FUNCTION vault_require_active_key();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.RunSQL(WRITE_ONCE_FUNCTION, "DROP FUNCTION vault_write_once"),
        migrations.RunSQL(
            ACTIVE_KEY_FUNCTION, "DROP FUNCTION vault_require_active_key CASCADE"
        ),
    ]
