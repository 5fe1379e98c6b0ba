"""A lost device is reset by two others, never by its owner; then a link and the password begin anew."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts import fresh_start, queries, totp
from accounts import services as accounts
from accounts.models import Passkey, RecoverySheet, Session, TotpDevice, User
from agencies import resetting, services
from agencies.models import DeviceReset, KnownBy, Membership
from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.decisions import Denied
from kernel.models import OutboxMessage
from tests.accounts.authenticator import SecurityKey
from tests.accounts.test_passkeys import add_for
from tests.accounts.test_races import at_once
from tests.agencies.conftest import membership_of
from tests.partnership import Partnership, Player, add_person, device_of, set_password

PASSWORD, OTHER = "heron biscuit lantern", "otter violin marmalade"
LINK = re.compile(r"http://localhost(/account/fresh-start/\S+)")
ASK = "/agencies/people/{}/lost-device/"
DEVICE, SIGN_IN = "/account/device/new/", "/account/sign-in/"

Browse = Callable[[Player], Any]


@pytest.fixture
def loser(partnership: Partnership) -> Player:
    """Who lost everything: an authenticator, a passkey and recovery codes, and is signed in."""
    player = partnership.decider
    set_password(player.user, PASSWORD)
    device_of(player.user)
    add_for(player.user, SecurityKey())
    accounts.make_recovery_codes(actor=Actor(user_id=player.user.pk), code=code_of(player.user))
    return player


def code_of(user: User) -> str:
    device = TotpDevice.objects.get(user=user, confirmed=True)
    return totp.next_code(device.open_seed(), after=device.last_step)


@pytest.fixture
def asked(partnership: Partnership, loser: Player) -> DeviceReset:
    return ask(partnership.lead, loser)


def ask(by: Player, about: Player) -> DeviceReset:
    return services.ask_reset(
        actor=by.actor, membership_id=about.membership_id, known_by=KnownBy.IN_PERSON
    )


def confirm(by: Player, reset: DeviceReset) -> DeviceReset:
    return services.confirm_reset(actor=by.actor, reset_id=reset.pk)


def link_sent(to: User) -> str:
    outbox.deliver_waiting("notify")
    found = [LINK.search(str(one.body)) for one in mail.outbox if one.to == [to.email]]
    links = [one[1] for one in found if one]
    assert len(links) == 1
    return links[0]


def new_browser() -> Any:
    """Nobody is signed in there."""
    return Client()


def give_password(browser: Any, user: User, password: str = PASSWORD) -> Any:
    return browser.post(SIGN_IN, {"email": user.email, "password": password})


def set_up(browser: Any, user: User) -> Any:
    browser.get(DEVICE)
    pending = TotpDevice.objects.filter(user=user, confirmed=False, removed_at=None).first()
    code = totp.code_at(pending.open_seed(), totp.now_step()) if pending else "000000"
    return browser.post(DEVICE, {"name": "New phone", "code": code})


def test_the_whole_way_from_lost_to_signed_in(
    partnership: Partnership, loser: Player, client_for: Browse
) -> None:
    lead, second = client_for(partnership.lead), client_for(partnership.coordinator)
    page = lead.get(f"/agencies/people/{loser.membership_id}/").content.decode()
    assert ASK.format(loser.membership_id) in page

    asked = lead.post(ASK.format(loser.membership_id), {"known_by": "IN_PERSON"})
    assert "Coral Nator" in lead.get(asked.url).content.decode()
    assert loser.user.full_name in second.get("/agencies/lost-devices/").content.decode()
    agreed = second.post(f"{asked.url}agree/")

    assert agreed.url == asked.url
    assert queries.factors_in_use(Actor(user_id=loser.user.pk)) == 0
    browser = new_browser()
    assert browser.get(link_sent(loser.user)).url == SIGN_IN
    assert give_password(browser, loser.user).url == DEVICE
    assert b"recovery codes" in set_up(browser, loser.user).content
    assert browser.get("/").status_code == 200


def test_everything_that_signed_in_before_has_ended(
    partnership: Partnership, loser: Player, asked: DeviceReset, client_for: Browse
) -> None:
    browser = client_for(loser)
    assert browser.get("/").status_code == 200
    before = code_of(loser.user)

    confirm(partnership.coordinator, asked)

    assert browser.get("/").url.endswith("why=RESET")
    assert not TotpDevice.objects.filter(user=loser.user, confirmed=True).exists()
    assert not Passkey.objects.filter(confirmed=True).exists()
    assert not RecoverySheet.objects.filter(confirmed=True).exists()
    assert not Session.objects.filter(user=loser.user, ended_at=None).exists()
    assert not accounts.check_code(actor=Actor(user_id=loser.user.pk), code=before)
    events = set(AuditEvent.objects.values_list("event", flat=True))
    assert {"agencies.reset_asked", "agencies.reset_confirmed", "accounts.factors_reset"} <= events


def test_the_owner_is_told_when_it_is_asked_and_when_it_is_done(
    partnership: Partnership, loser: Player, asked: DeviceReset
) -> None:
    OutboxMessage.objects.filter(topic="accounts.changed").exclude(
        payload__change__startswith="RESET"
    ).update(delivered_at=timezone.now())
    confirm(partnership.coordinator, asked)
    outbox.deliver_waiting("notify")

    bodies = [str(one.body) for one in mail.outbox if one.to == [loser.user.email]]
    assert any("began to reset how you sign in" in body for body in bodies)
    assert any("were all removed" in body for body in bodies)


def test_before_the_second_person_agrees_nothing_changes(
    loser: Player, asked: DeviceReset, client_for: Browse
) -> None:
    assert client_for(loser).get("/").status_code == 200
    assert queries.factors_in_use(Actor(user_id=loser.user.pk)) == 2
    assert not OutboxMessage.objects.filter(topic="accounts.fresh_start").exists()


# Who may


def test_nobody_asks_for_their_own(partnership: Partnership, client_for: Browse) -> None:
    with pytest.raises(Denied, match="own_device"):
        ask(partnership.lead, partnership.lead)
    page = client_for(partnership.lead).get(ASK.format(partnership.lead.membership_id))
    assert page.status_code == 403


def test_who_asked_does_not_agree(
    partnership: Partnership, loser: Player, asked: DeviceReset, client_for: Browse
) -> None:
    with pytest.raises(Denied):
        confirm(partnership.lead, asked)
    refused = client_for(partnership.lead).post(f"/agencies/lost-devices/{asked.pk}/agree/")
    assert refused.status_code == 403
    assert queries.factors_in_use(Actor(user_id=loser.user.pk)) == 2


def test_who_asked_does_not_agree_by_another_membership_either(
    partnership: Partnership, asked: DeviceReset
) -> None:
    """One person with two hats is one person."""
    hat = Membership(
        user=partnership.lead.user,
        agency=membership_of(partnership.coordinator).agency,
        roles=[Role.COORDINATOR],
    )
    hat.attest().save(force_insert=True)

    with pytest.raises(Denied):
        confirm(Player(partnership.lead.user, hat.pk), asked)


def test_the_owner_does_not_agree_to_their_own(partnership: Partnership) -> None:
    """Not even a coordinator whose reset a lead of their agency asked for."""
    board = membership_of(partnership.coordinator).agency
    lead = add_person("Boa Lead", board, Role.AGENCY_LEAD)
    reset = ask(lead, partnership.coordinator)

    with pytest.raises(Denied):
        confirm(partnership.coordinator, reset)


@pytest.mark.parametrize("who", ["colleague", "uncleared", "outsider", "dpo", "asker"])
def test_nobody_else_asks_agrees_or_sees_it(
    partnership: Partnership, loser: Player, asked: DeviceReset, client_for: Browse, who: str
) -> None:
    browser = client_for(getattr(partnership, who))
    for verb in ("agree/", "call-off/"):
        assert browser.post(f"/agencies/lost-devices/{asked.pk}/{verb}").status_code == 404
    assert browser.get(f"/agencies/lost-devices/{asked.pk}/").status_code == 404
    assert browser.get("/agencies/lost-devices/").status_code == 403
    assert browser.get(ASK.format(loser.membership_id)).status_code == 404


def test_the_lead_of_another_agency_neither_asks_nor_agrees(
    partnership: Partnership, loser: Player, asked: DeviceReset
) -> None:
    stranger = add_person("Str Anger", partnership.charity, Role.AGENCY_LEAD)

    assert not resetting.resets(stranger.actor).exists()
    with pytest.raises(DeviceReset.DoesNotExist):
        confirm(stranger, asked)
    with pytest.raises(Membership.DoesNotExist):
        ask(stranger, loser)


def test_another_lead_of_the_agency_is_a_second_person(
    partnership: Partnership, asked: DeviceReset, second_lead: Player
) -> None:
    assert confirm(second_lead, asked).confirmed_by_id == second_lead.membership_id


def test_a_lead_alone_is_reset_by_two_coordinators(partnership: Partnership) -> None:
    board = membership_of(partnership.coordinator).agency
    another = add_person("Sec Ordinator", board, Role.COORDINATOR)
    reset = ask(partnership.coordinator, partnership.lead)
    with pytest.raises(Denied):
        confirm(partnership.coordinator, reset)

    assert confirm(another, reset).confirmed_at


def test_a_coordinator_agrees_alone_only_where_there_is_nobody_else_and_it_shows(
    partnership: Partnership,
) -> None:
    reset = ask(partnership.coordinator, partnership.lead)
    assert resetting.second_people(reset) == []

    confirm(partnership.coordinator, reset)

    event = AuditEvent.objects.get(event="agencies.reset_confirmed")
    assert event.facts["alone"] is True


def test_who_asks_says_how_they_know_the_person(
    partnership: Partnership, loser: Player, client_for: Browse
) -> None:
    for given in ("", "SHE_SAID_SO", "x" * 5000):
        page = client_for(partnership.lead).post(
            ASK.format(loser.membership_id), {"known_by": given}
        )
        assert page.status_code == 200
        assert "There is a problem" in page.content.decode()
    assert not DeviceReset.objects.exists()


def test_asking_and_agreeing_take_a_fresh_second_factor(
    partnership: Partnership, loser: Player, asked: DeviceReset, client_for: Browse
) -> None:
    for player, path in (
        (partnership.lead, ASK.format(partnership.colleague.membership_id)),
        (partnership.coordinator, f"/agencies/lost-devices/{asked.pk}/agree/"),
    ):
        browser = client_for(player)
        session = browser.session
        session["proven_at"] = 0
        session.save()
        assert browser.post(path, {"known_by": "IN_PERSON"}).status_code == 401
    assert DeviceReset.objects.filter(confirmed_at=None).count() == 1


# In time, once, and against SQL


def test_it_is_agreed_to_within_a_day(partnership: Partnership, asked: DeviceReset) -> None:
    late = timezone.now() - timedelta(hours=25)
    DeviceReset.objects.filter(pk=asked.pk).update(asked_at=late, version=F("version") + 1)
    asked.refresh_from_db()
    asked.attest(even_if_forged=True).save()

    with pytest.raises(Denied, match="wrong_state"):
        confirm(partnership.coordinator, asked)


def test_one_waits_at_a_time_and_an_expired_one_gives_way(
    partnership: Partnership, loser: Player, asked: DeviceReset
) -> None:
    with pytest.raises(Denied):
        ask(partnership.lead, loser)
    asked.asked_at = timezone.now() - timedelta(hours=25)
    asked.attest().save()

    assert ask(partnership.lead, loser).pk != asked.pk
    asked.refresh_from_db()
    assert asked.cancelled_at


def test_what_was_called_off_is_not_agreed_to(
    partnership: Partnership, loser: Player, asked: DeviceReset
) -> None:
    services.cancel_reset(actor=partnership.lead.actor, reset_id=asked.pk)

    with pytest.raises(Denied):
        confirm(partnership.coordinator, asked)
    assert queries.factors_in_use(Actor(user_id=loser.user.pk)) == 2


def test_it_is_done_once(partnership: Partnership, asked: DeviceReset, second_lead: Player) -> None:
    confirm(partnership.coordinator, asked)

    with pytest.raises(Denied):
        confirm(second_lead, asked)
    assert OutboxMessage.objects.filter(topic="accounts.fresh_start").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_do_it_once(
    partnership: Partnership, loser: Player, second_lead: Player
) -> None:
    reset = ask(partnership.lead, loser)
    first, second = partnership.coordinator.actor, second_lead.actor

    outcomes = at_once(
        lambda: bool(services.confirm_reset(actor=first, reset_id=reset.pk)),
        lambda: bool(services.confirm_reset(actor=second, reset_id=reset.pk)),
    )

    assert sorted(map(str, outcomes)) == ["True", "wrong_state"]
    assert AuditEvent.objects.filter(event="accounts.factors_reset").count() == 1


def test_one_asked_for_by_sql_is_not_agreed_to(
    partnership: Partnership, loser: Player, asked: DeviceReset
) -> None:
    """A thief at the database with one coordinator for an accomplice."""
    row = DeviceReset.objects.filter(pk=asked.pk).values().get()
    services.cancel_reset(actor=partnership.lead.actor, reset_id=asked.pk)
    forged = DeviceReset(**{**row, "id": loser.user.pk})
    DeviceReset.objects.bulk_create([forged])

    with pytest.raises(Denied, match="forged_row"):
        confirm(partnership.coordinator, forged)


def test_the_asker_is_not_changed_by_sql_so_that_they_can_agree(
    partnership: Partnership, asked: DeviceReset, second_lead: Player
) -> None:
    rows = DeviceReset.objects.filter(pk=asked.pk)
    with pytest.raises(IntegrityError, match="next version"), transaction.atomic():
        rows.update(asked_by=second_lead.membership_id)
    rows.update(asked_by=second_lead.membership_id, version=F("version") + 1)

    with pytest.raises(Denied, match="forged_row"):
        confirm(partnership.lead, asked)


# The link, and no way round it


@pytest.fixture
def after(partnership: Partnership, loser: Player, asked: DeviceReset) -> Player:
    confirm(partnership.coordinator, asked)
    return loser


def test_the_password_alone_sets_up_nothing(after: Player) -> None:
    browser = new_browser()
    give_password(browser, after.user)

    assert browser.get(DEVICE).status_code == 403
    assert browser.get("/account/passkey/new/").status_code == 403
    assert set_up(browser, after.user).status_code == 403
    accounts.offer_device(actor=Actor(user_id=after.user.pk))
    with pytest.raises(Denied):
        accounts.add_device(actor=Actor(user_id=after.user.pk), name="Mine", code="000000")
    assert queries.factors_in_use(Actor(user_id=after.user.pk)) == 0


def test_the_link_alone_opens_nothing(after: Player) -> None:
    browser = new_browser()
    browser.get(link_sent(after.user))

    assert browser.get(DEVICE).url.startswith(SIGN_IN)
    assert browser.get("/").url.startswith(SIGN_IN)


def test_the_link_works_once(after: Player) -> None:
    link, first, second = link_sent(after.user), new_browser(), new_browser()
    for browser in (first, second):
        browser.get(link)
        give_password(browser, after.user)
        browser.get(DEVICE)
    assert set_up(first, after.user).status_code == 200

    assert set_up(second, after.user).url.startswith("/account/code/")
    assert new_browser().get(link).status_code == 410
    assert TotpDevice.objects.filter(user=after.user, confirmed=True).count() == 1


def test_who_gets_at_the_mailbox_and_sets_a_password_has_killed_the_link(after: Player) -> None:
    link, browser = link_sent(after.user), new_browser()
    browser.get(link)
    set_password(after.user, OTHER)
    give_password(browser, after.user, OTHER)

    assert browser.get(DEVICE).status_code == 403
    assert new_browser().get(link).status_code == 410


def test_the_link_opens_nobody_elses_account(after: Player, partnership: Partnership) -> None:
    link, browser = link_sent(after.user), new_browser()
    other = partnership.colleague.user
    set_password(other, OTHER)
    device_of(other)
    browser.get(link)
    give_password(browser, other, OTHER)

    assert browser.get(DEVICE).url == "/account/code/"
    moved = link.replace(str(after.user.pk), str(other.pk))
    assert new_browser().get(moved).status_code == 410


def test_the_link_ends_after_a_day(after: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    link, later = link_sent(after.user), time.time() + fresh_start.LASTS.total_seconds()
    monkeypatch.setattr(fresh_start, "time", SimpleNamespace(time=lambda: later))

    assert new_browser().get(link).status_code == 410


@pytest.mark.parametrize("code", ["x", "x.y", "a" * 3000, "%00", "é.é"])
def test_a_made_up_link_opens_nothing(after: Player, code: str) -> None:
    assert new_browser().get(f"/account/fresh-start/{after.user.pk}/{code}/").status_code in (
        404,
        410,
    )


def test_a_device_put_out_of_use_by_sql_is_no_way_to_begin_anew(
    partnership: Partnership, loser: Player
) -> None:
    """Whoever has the password and the database still gets no device."""
    for rows in (TotpDevice.objects.all(), Passkey.objects.all()):
        gone = {"removed_at": timezone.now(), "confirmed": False, "version": F("version") + 1}
        secret = {"seed": b""} if rows.model is TotpDevice else {"public_key": b""}
        rows.filter(user=loser.user).update(**gone, **secret)
    browser = new_browser()
    give_password(browser, loser.user)

    assert browser.get(DEVICE).status_code == 403
