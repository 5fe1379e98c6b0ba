"""Rights of the two working database roles, derived from the models after each migration.

The application role reads and writes rows but defines nothing, deletes nothing of ours and changes
no audit row; the disposer destroys under an approved run. A model says more or less in `app_may`.
"""

from django.apps import apps
from django.conf import settings
from django.db import connection, models

# Tables of libraries: sessions, schedules and throttling delete their own rows.
LIBRARY_APP_MAY = "SELECT, INSERT, UPDATE, DELETE"
LIBRARY_DISPOSER_MAY = "SELECT"
# What runs with the owner's rights, and who may call it
OWNER_FUNCTIONS = ["audit_make_partitions()", "audit_take_pending(integer)"]
OWNER_FUNCTIONS_OF_DISPOSER = ["audit_expire_month(uuid)"]


def grant_roles() -> None:
    """Set the rights of both roles on every table. Needs the owner's connection."""
    app, disposer = settings.DB_APP_ROLE, settings.DB_DISPOSER_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] in (app, disposer):
            return
        for statement in _statements(app, disposer):
            cursor.execute(statement)


def _statements(app: str, disposer: str) -> list[str]:
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {_quote(app)}, {_quote(disposer)}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_quote(app)}",
        f"GRANT SELECT ON django_migrations TO {_quote(app)}, {_quote(disposer)}",
    ]
    statements += [f"GRANT EXECUTE ON FUNCTION {name} TO {_quote(app)}" for name in OWNER_FUNCTIONS]
    statements += [
        f"GRANT EXECUTE ON FUNCTION {name} TO {_quote(disposer)}"
        for name in OWNER_FUNCTIONS_OF_DISPOSER
    ]
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            statements += _rights(model, app, app_may(model))
            statements += _rights(model, disposer, disposer_may(model))
    return statements


def app_may(model: type[models.Model]) -> str:
    """Rights of the application's role on a model's table."""
    # Django's groups and permissions of a user confer nothing here, so nobody writes them.
    default = "SELECT" if hasattr(model._meta.auto_created, "app_may") else LIBRARY_APP_MAY
    return getattr(model, "app_may", default)


def disposer_may(model: type[models.Model]) -> str:
    """Rights of the disposer's role on a model's table."""
    return getattr(model, "disposer_may", LIBRARY_DISPOSER_MAY)


def _rights(model: type[models.Model], role: str, rights: str) -> list[str]:
    table = _quote(model._meta.db_table)
    return [
        f"REVOKE ALL ON {table} FROM {_quote(role)}",
        f"GRANT {rights} ON {table} TO {_quote(role)}",
    ]


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
