"""The tokens of a dossier go in the transaction that destroys it, whoever does."""

from django.db import migrations

FORGET = """
CREATE FUNCTION people_forget_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM people_agencytoken WHERE snapshot_id IN (
        SELECT i.id FROM people_identitysnapshot i JOIN vault_safe s ON s.id = i.safe_id
        WHERE s.dossier_id = NEW.id
    );
    RETURN NULL;
END $$;
CREATE TRIGGER people_forget_tokens AFTER UPDATE OF destroyed_at ON vault_dossier
    FOR EACH ROW WHEN (NEW.destroyed_at IS NOT NULL AND OLD.destroyed_at IS NULL)
    EXECUTE FUNCTION people_forget_tokens();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_agencytoken"), ("vault", "0002_guards")]

    operations = [
        migrations.RunSQL(FORGET, "DROP FUNCTION people_forget_tokens CASCADE"),
    ]
