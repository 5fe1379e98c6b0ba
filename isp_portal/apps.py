from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "isp_portal"
    verbose_name = "Information Sharing Portal"

    def ready(self) -> None:
        from isp_portal import checks  # noqa: F401 - registers the system checks
        from isp_portal.roles import grant_roles

        def after_migrate(**kwargs: Any) -> None:
            grant_roles()

        # Rights are part of the schema: they are set again after each migration.
        post_migrate.connect(after_migrate, sender=self, weak=False, dispatch_uid="grant_roles")
