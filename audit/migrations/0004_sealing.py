"""What puts events before the sealer, what moves them into leaves, and what may expire a month."""

from django.db import migrations

# The canonical text of an event, form 1. audit/canonical.py states it again for whoever verifies,
# so that nothing which stands in the database is believed; a test compares the two.
def _stamp(row):
    return f"""to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _text(log, row, *columns):
    who = "user_id", "membership_id", "agency_id", "via", "request_id"
    values = [f"{row}.id", _stamp(row), *(f"{row}.{name}" for name in (*who, *columns))]
    return f"jsonb_build_array('{log}', 1, {', '.join(values)})::text"


AUDIT_TEXT = _text("AUDIT", "a", "event", "target_type", "target_id", "facts")
ACCESS_TEXT = _text("ACCESS", "a", "kind", "why", "safes", "withheld", "seen_by_id")
# An event that was removed before it was sealed: its absence is sealed instead.
MISSING_TEXT = f"jsonb_build_array('MISSING', 1, e.log, e.id, {_stamp('e')})::text"

PENDING = """
CREATE FUNCTION audit_note_pending() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.audit_pending (id, log, at) VALUES (NEW.id, TG_ARGV[0], NEW.at);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_note_pending() FROM PUBLIC;

CREATE TRIGGER audit_auditevent_pending AFTER INSERT ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_note_pending('AUDIT');
CREATE TRIGGER audit_accessevent_pending AFTER INSERT ON audit_accessevent
    FOR EACH ROW EXECUTE FUNCTION audit_note_pending('ACCESS');
INSERT INTO audit_pending (id, log, at) SELECT id, 'AUDIT', at FROM audit_auditevent;
INSERT INTO audit_pending (id, log, at) SELECT id, 'ACCESS', at FROM audit_accessevent;
"""

TAKING = f"""
CREATE FUNCTION audit_take_pending(at_most integer) RETURNS SETOF bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    following bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.seal'));
    SELECT coalesce(max(number), 0) + 1 INTO following FROM public.audit_seal;
    RETURN QUERY
        WITH chosen AS (
            DELETE FROM public.audit_pending WHERE id IN (
                SELECT id FROM public.audit_pending ORDER BY at, id LIMIT at_most)
            RETURNING id, log, at
        ), hashed AS (
            SELECT e.id, e.log, e.at, sha256('\\x00'::bytea || convert_to(coalesce(
                CASE e.log
                    WHEN 'AUDIT' THEN (SELECT {AUDIT_TEXT} FROM public.audit_auditevent a
                        WHERE a.id = e.id AND a.at = e.at)
                    ELSE (SELECT {ACCESS_TEXT} FROM public.audit_accessevent a
                        WHERE a.id = e.id AND a.at = e.at)
                END, {MISSING_TEXT}), 'UTF8')) AS hash
            FROM chosen e
            -- An id that has a leaf names that event for good: a second one stays without.
            WHERE NOT EXISTS (SELECT FROM public.audit_leaf l WHERE l.id = e.id)
        ), added AS (
            INSERT INTO public.audit_leaf (id, log, at, form, seal_id, position, hash)
            SELECT e.id, e.log, e.at, 1, following, row_number() OVER (ORDER BY e.at, e.id) - 1, e.hash
            FROM hashed e
            RETURNING position, hash
        )
        SELECT added.hash FROM added ORDER BY added.position;
END $$;
REVOKE ALL ON FUNCTION audit_take_pending(integer) FROM PUBLIC;
"""

FOLLOWING = """
CREATE FUNCTION audit_seal_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM public.audit_seal)
        OR NEW.count <> (SELECT count(*) FROM public.audit_leaf WHERE seal_id = NEW.number)
    THEN
        RAISE EXCEPTION 'a seal follows the last one and counts its leaves'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_seals_have_no_gap';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_seal_follows BEFORE INSERT ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_seal_follows();
"""

APPEND_ONLY = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();\n"
    for table in ("audit_seal", "audit_leaf", "audit_rootdelivery", "audit_verification")
)

# Attaching a finished table lets inserts go on, where making it a partition at once would not.
PARTITIONS = """
CREATE OR REPLACE FUNCTION audit_make_partitions() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    parent text;
    month date;
    partition text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['audit_auditevent', 'audit_accessevent'] LOOP
        FOR ahead IN 0..3 LOOP
            month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
            partition := parent || to_char(month, '_YYYY_MM');
            IF to_regclass('public.' || partition) IS NULL THEN
                BEGIN
                    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', partition, parent);
                    EXECUTE format(
                        'ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                        parent, partition, month::timestamp AT TIME ZONE 'UTC',
                        (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
                EXCEPTION WHEN check_violation OR lock_not_available THEN
                    -- Late: the default partition holds events of that month, and keeps it. Or
                    -- somebody reads it at length: tomorrow will do.
                    RAISE WARNING 'no partition %', partition;
                END;
            END IF;
        END LOOP;
    END LOOP;
END $$;
"""

EXPIRY = """
CREATE FUNCTION audit_expire_month(run uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    due public.audit_partitionexpiry;
    kept_for text;
    begins timestamptz;
    ends timestamptz;
    parent text;
    events bigint[];
    found record;
BEGIN
    SELECT * INTO due FROM public.audit_partitionexpiry WHERE id = run FOR UPDATE;
    IF due.approved_at IS NULL OR due.approved_by_id = due.proposed_by_id
        OR due.carried_out_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'this expiry is not approved, or it was carried out'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_expiry_is_approved';
    END IF;
    SELECT period INTO kept_for FROM public.retention_retentionclass
        WHERE code = 'AUDIT' AND valid_until IS NULL;
    begins := due.month::timestamp AT TIME ZONE 'UTC';
    ends := (due.month + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    IF coalesce(kept_for, '') !~ '^[0-9]+ (years?|months?)$'
        OR due.kept_for !~ '^[0-9]+ (years?|months?)$'
        OR greatest(ends + kept_for::interval, ends + due.kept_for::interval) > now()
    THEN
        RAISE EXCEPTION 'the schedule keeps this month still'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_expiry_is_due';
    END IF;
    FOREACH parent IN ARRAY ARRAY['audit_auditevent', 'audit_accessevent'] LOOP
        EXECUTE format(
            'SELECT count(*) AS events, count(l.id) AS sealed, max(l.seal_id) AS newest'
            ' FROM public.%I e LEFT JOIN public.audit_leaf l ON l.id = e.id AND l.at = e.at'
            ' WHERE e.at >= $1 AND e.at < $2', parent) INTO found USING begins, ends;
        IF found.events <> found.sealed THEN
            RAISE EXCEPTION 'no seal covers some events of this month'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_expiry_is_sealed';
        END IF;
        events := events || found.events;
        due.last_seal := greatest(due.last_seal, found.newest);
    END LOOP;
    -- Both at once, in the order in which everything else takes them; whoever writes goes first.
    LOCK TABLE public.audit_auditevent, public.audit_accessevent IN ACCESS EXCLUSIVE MODE;
    FOREACH parent IN ARRAY ARRAY['audit_auditevent', 'audit_accessevent'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS public.%I', parent || to_char(due.month, '_YYYY_MM'));
        EXECUTE format('ALTER TABLE public.%I DISABLE TRIGGER %I',
            parent || '_default', parent || '_append_only');
        EXECUTE format('DELETE FROM public.%I WHERE at >= $1 AND at < $2', parent || '_default')
            USING begins, ends;
        EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER %I',
            parent || '_default', parent || '_append_only');
    END LOOP;
    UPDATE public.audit_partitionexpiry SET carried_out_at = clock_timestamp(),
        audit_events = events[1], access_events = events[2], last_seal = due.last_seal
        WHERE id = run;
END $$;
REVOKE ALL ON FUNCTION audit_expire_month(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals")]

    operations = [
        migrations.RunSQL(PENDING),
        migrations.RunSQL(TAKING),
        migrations.RunSQL(FOLLOWING),
        migrations.RunSQL(APPEND_ONLY),
        migrations.RunSQL(PARTITIONS),
        migrations.RunSQL(EXPIRY),
    ]
