"""System checks that refuse dangerous combinations. Each has a stable id and says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from audit import keys as sealing
from kernel.keys import ring
from kernel.models import Installation

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_AUDIT_TABLES = (
    "audit_auditevent", "audit_accessevent", "audit_pending", "audit_leaf", "audit_seal",
)  # fmt: skip


@register(Tags.security)
def secrets_are_strong(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A signing key of at least 50 characters that is not a placeholder."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's word for an empty one
        key = ""
    if len(key) >= 50 and len(set(key)) >= 8 and "insecure" not in key:
        return []
    return [
        Error(
            "SECRET_KEY is missing or weak.",
            hint="Set SECRET_KEY or SECRET_KEY_FILE to 50 or more random characters.",
            id="portal.E001",
        )
    ]


@register(Tags.security)
def pages_travel_encrypted(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """TLS everywhere but on this machine's own loopback, in a demonstration."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.TLS or (settings.DEMO and host in _LOOPBACK):
        return []
    return [
        Error(
            "BASE_URL does not start with https://.",
            hint="Real information needs TLS. Put a reverse proxy with a certificate in front.",
            id="portal.E002",
        )
    ]


@register(Tags.security)
def debug_is_for_demonstrations(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """DEBUG shows local variables on error pages."""
    if not settings.DEBUG or settings.DEMO:
        return []
    return [
        Error(
            "DEBUG is on.",
            hint="Unset DEBUG: it shows data on error pages.",
            id="portal.E003",
        )
    ]


@register(Tags.security)
def key_ring_is_private(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Only the portal's own system user may read the key ring."""
    exposed = ring().readable_by_others()
    if not exposed:
        return []
    return [
        Error(
            f"Others on this host can read the key ring: {', '.join(exposed[:5])}.",
            hint=f"chmod -R go= {settings.KEY_RING}",
            id="portal.E004",
        )
    ]


@register(Tags.security)
def sealing_key_is_private(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Only the sealer's own system user may read the key that seals the log."""
    exposed = sealing.exposed(settings.SEALING_KEY) if settings.SEALING_KEY else []
    if not exposed:
        return []
    return [
        Error(
            f"Others on this host can read the sealing key: {', '.join(exposed[:5])}.",
            hint=f"chmod -R go= {settings.SEALING_KEY}",
            id="portal.E007",
        )
    ]


@register(Tags.database)
def application_role_is_harmless(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """The application's role may not change audit rows, define tables or pass row security."""
    if not databases or settings.DB_ROLE != "app" or not _is_migrated():
        return []
    if not _role_is_dangerous():
        return []
    return [
        Error(
            "The application's database role may alter audit tables or the schema.",
            hint="Connect as DB_APP_ROLE; `manage.py migrate` as owner sets that role's rights.",
            id="portal.E005",
        )
    ]


@register(Tags.database)
def demonstration_holds_no_real_data(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """DEMO and DEBUG never run on a database that was begun for real, nor the other way round."""
    if not databases or not _is_migrated():
        return []
    begun_as = Installation.objects.values_list("kind", flat=True).first()
    wanted = Installation.Kind.DEMONSTRATION if settings.DEMO else Installation.Kind.REAL
    if begun_as in (None, wanted) and not (settings.DEBUG and begun_as == Installation.Kind.REAL):
        return []
    return [
        Error(
            f"This database was begun as {begun_as}; the settings say {wanted}.",
            hint="Give the demonstration a database of its own, and unset PORTAL_DEMO and DEBUG here.",
            id="portal.E006",
        )
    ]


def _is_migrated() -> bool:
    return set(_AUDIT_TABLES) <= set(connection.introspection.table_names())


def _role_is_dangerous() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_table_privilege(t, 'DELETE, TRUNCATE')"
            "               OR has_any_column_privilege(t, 'UPDATE'))"
            " OR has_schema_privilege('public', 'CREATE')"
            " OR (SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
            "     WHERE rolname = current_user)"
            " FROM unnest(%s) AS t",
            [list(_AUDIT_TABLES)],
        )
        return bool(cursor.fetchone()[0])
