"""Attested rows grow by one version with each change; nobody puts an older one back by SQL."""

from django.db import migrations

# Its arguments are the table's attested columns. The key may not change either: the row could be
# moved aside, and its older copy inserted in its place.
GUARD_VERSION = """
CREATE FUNCTION kernel_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    is_changed boolean := false;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.version <> 1 THEN
            RAISE EXCEPTION 'a row of % begins with version 1', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'kernel_versions_begin_with_one';
        END IF;
        RETURN NEW;
    END IF;
    FOREACH name IN ARRAY TG_ARGV || ARRAY['version', 'mac_key_id', 'mac'] LOOP
        is_changed := is_changed OR to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name;
    END LOOP;
    IF NEW.id <> OLD.id OR is_changed AND NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'a change of authority in % is the next version', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kernel_versions_grow_by_one';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_giving_up")]

    operations = [migrations.RunSQL(GUARD_VERSION, "DROP FUNCTION kernel_guard_version")]
