"""What is kept and destroyed together, and the smallest thing in it that may be read."""

from __future__ import annotations

from django.db import models

from kernel.models import BaseModel


class Dossier(BaseModel):
    """The unit of retention: a request with its answers, a share, a meeting."""

    # Closing starts the retention clock; the same column right lets sealing lock FOR SHARE.
    app_may = "SELECT, INSERT, UPDATE (closed_at)"
    disposer_may = "SELECT, UPDATE"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"kind", "keep", "closed_at", "destroyed_at"}

    kind = models.CharField(max_length=40)
    # Code of the retention class
    keep = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)


class Safe(BaseModel):
    """The smallest thing in a dossier that one may read and another may not."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"dossier", "kind"}

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="safes")
    kind = models.CharField(max_length=40)
