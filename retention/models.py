"""The retention schedule: how long each class of record is kept, from which event on."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from kernel.models import BaseModel


class RetentionClass(BaseModel):
    """One row of the schedule as it stood from a day on; a change closes it and adds another."""

    app_may = "SELECT, INSERT, UPDATE (valid_until)"
    # Loaded at installation, not made by people
    is_reference = True

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "code",
            "data_held",
            "purpose",
            "collected_from",
            "use",
            "trigger",
            "period",
            "end_of_period",
            "source",
            "checked_on",
            "valid_from",
            "valid_until",
        }

    code = models.CharField(max_length=40)
    data_held = models.CharField(max_length=300)
    purpose = models.CharField(max_length=300)
    collected_from = models.CharField(max_length=300, blank=True)
    use = models.CharField(max_length=300, blank=True)
    # The event from which the period runs
    trigger = models.CharField(max_length=200)
    period = models.CharField(max_length=60)
    end_of_period = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    # When somebody last compared the row with its source
    checked_on = models.DateField()
    valid_from = models.DateField(default=date.today)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "code",
                name="retention_one_row_of_a_class_is_in_force",
                condition=Q(valid_until__isnull=True),
            )
        ]
