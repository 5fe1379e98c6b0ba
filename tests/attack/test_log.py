"""Somebody looked at a share, and then removes from the log that they did."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import AccessEvent
from audit.services import sealing
from kernel.actors import Actor
from tests.asks import BODY
from tests.attack.conftest import Shared, Sql, sees
from tests.audit.conftest import sealing_key
from tests.partnership import Player

__all__ = ["sealing_key"]

Browse = Callable[[Player], Client]


@pytest.fixture
def looked(shared: Shared, browse: Browse, sealing_key: object) -> AccessEvent:
    """The look that the intruder would rather not have had, sealed with all others."""
    reader = shared.partnership.asking_colleague
    assert BODY in sees(browse(reader), shared.page)
    sealing.seal_waiting(actor=Actor.system("seal"))
    return AccessEvent.objects.filter(membership_id=reader.membership_id).latest("at")


def verdict() -> str:
    """What the command prints of a log that is not whole; nothing of a whole one."""
    printed = StringIO()
    try:
        call_command("audit_verify", stdout=printed, stderr=printed)
    except (CommandError, SystemExit) as failed:
        return printed.getvalue() + str(failed)
    return ""


ATTACKS = {
    "deleted": "DELETE FROM audit_accessevent WHERE id = %s",
    "given to somebody else": "UPDATE audit_accessevent SET membership_id = user_id WHERE id = %s",
    "moved to another day": "UPDATE audit_accessevent SET at = at - interval '1 day' WHERE id = %s",
    "emptied of what was read": "UPDATE audit_accessevent SET safes = '{}' WHERE id = %s",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_look_is_not_taken_back(
    looked: AccessEvent, as_app: Sql, as_owner_sql: Sql, attack: str
) -> None:
    assert verdict() == ""
    for run in (as_app, as_owner_sql):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run(ATTACKS[attack], str(looked.pk))
    as_owner_sql("ALTER TABLE audit_accessevent DISABLE TRIGGER USER")
    as_owner_sql(ATTACKS[attack], str(looked.pk))
    as_owner_sql("ALTER TABLE audit_accessevent ENABLE TRIGGER USER")

    assert str(looked.pk) in verdict()
