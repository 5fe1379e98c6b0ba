"""A protected address stays with the author's side until somebody gives it away on purpose."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from kernel import outbox
from kernel.actors import Role
from kernel.tiers import Tier
from people.models import AddressRelease, ProtectedAddress
from sharing import queries, services
from sharing.models import Ask
from sharing.states import RecipientKind
from tests.asks import answer_ask, item
from tests.partnership import ClientFor, Partnership, Player, add_person, sign_in
from tests.sharing.journey import CHILD, Writing, text_of
from vault.consistency import unexplained_grants

SECRET = "9 Secret Lane"
WHY = "Two officers have to go there tonight"


@pytest.fixture
def address(partnership: Partnership, client_for: ClientFor) -> ProtectedAddress:
    writing = Writing(client_for(partnership.asker))
    writing.add(**CHILD, address=SECRET, address_protected="yes")
    response = writing.fill(partnership.police_desk).send()
    assert response.status_code == 302
    return ProtectedAddress.objects.get()


def url_of(address: ProtectedAddress) -> str:
    return reverse("sharing:release_address", args=[address.pk])


def release_to(player: Player, address: ProtectedAddress, asker: Player) -> AddressRelease:
    return services.release_address(
        actor=asker.actor,
        address_id=address.pk,
        kind=RecipientKind.PERSON,
        holder_id=player.membership_id,
        reason=WHY,
    )


def read_by(player: Player, release: AddressRelease) -> tuple[int, str]:
    response = sign_in_freshly(player).get(reverse("sharing:released_address", args=[release.pk]))
    return response.status_code, text_of(response)


def sign_in_freshly(player: Player) -> Client:
    return sign_in(player)


def post_all() -> list[str]:
    while outbox.deliver_waiting("notify"):
        pass
    return [f"{one.subject}\n{one.body}" for one in mail.outbox]


def test_it_is_released_to_one_person_who_alone_reads_it(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    client = sign_in_freshly(partnership.asker)
    assert "To nobody" in text_of(client.get(url_of(address)))
    to = f"PERSON:{partnership.decider.membership_id}"

    response = client.post(url_of(address), {"to": to, "reason": WHY})
    client.post(url_of(address), {"to": to, "reason": WHY})

    assert response.status_code == 302
    release = AddressRelease.objects.get()
    record = text_of(client.get(url_of(address)))
    assert "Dee Cider, County Police" in record
    assert WHY in record
    assert SECRET in read_by(partnership.decider, release)[1]
    for other in (partnership.colleague, partnership.outsider, partnership.lead):
        assert read_by(other, release)[0] == 404
    assert AuditEvent.objects.filter(event="people.address_released").count() == 1
    assert list(unexplained_grants()) == []


def test_a_desk_reads_it_as_far_as_its_people_are_cleared(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    services.release_address(
        actor=partnership.asker.actor,
        address_id=address.pk,
        kind=RecipientKind.DESK,
        holder_id=partnership.police_desk.pk,
        reason=WHY,
    )
    release = AddressRelease.objects.get()

    assert SECRET in read_by(partnership.colleague, release)[1]
    code, page = read_by(partnership.uncleared, release)
    assert code == 200
    assert SECRET not in page
    assert "your clearance does not reach it" in page
    at_desk = reverse("sharing:ask", args=[Ask.objects.get().pk])
    page = text_of(sign_in(partnership.colleague).get(at_desk))
    assert "Read the protected address that was released to you" in page
    assert SECRET not in page


def test_nothing_but_the_page_of_its_release_shows_it(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    """Neither before nor after a release: no page of the other side, no message, no log."""
    release = release_to(partnership.decider, address, partnership.asker)
    ask = Ask.objects.get()
    shown = []
    at_police = sign_in(partnership.decider)
    at_police.post(reverse("sharing:begin_answer", args=[ask.pk]))
    for name in ("ask", "answer_outcome", "answer_recipients", "answer_check"):
        args = [ask.pk, 1] if name == "answer_outcome" else [ask.pk]
        shown.append(text_of(at_police.get(reverse(f"sharing:{name}", args=args))))
    services.discard_draft(actor=partnership.decider.actor, draft_id=ask.drafts.get().pk)
    answer_ask(partnership.decider, ask, item())
    answer = ask.answers.get()
    for player in (partnership.asker, partnership.asking_colleague, partnership.decider):
        client = sign_in(player)
        for name in ("sharing:answer", "sharing:take_copy"):
            shown += [text_of(client.get(reverse(name, args=[answer.pk]), follow=True))]
        shown += [text_of(client.get(reverse(one))) for one in ("home", "sharing:shares")]
    for player in (partnership.dpo, partnership.lead, partnership.coordinator):
        shown.append(text_of(sign_in(player).get(reverse("oversight:log"))))
    shown += post_all()

    assert len(shown) > 15
    assert [one for one in shown if "Secret Lane" in one] == []
    assert SECRET in read_by(partnership.decider, release)[1]
    assert not [one for one in mail.outbox if WHY in one.body]


def test_who_gets_it_is_told_by_reference_and_link_alone(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    post_all()
    mail.outbox.clear()
    release = release_to(partnership.decider, address, partnership.asker)

    (told,) = post_all()

    assert [one.to for one in mail.outbox] == [[partnership.decider.user.email]]
    assert reverse("sharing:released_address", args=[release.pk]) in told
    assert "O’Quill" not in told
    assert "address" not in told.lower().replace("e-mail address", "")


def test_it_is_withdrawn_from_that_moment(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    release = release_to(partnership.decider, address, partnership.asker)
    url = reverse("sharing:withdraw_address", args=[release.pk])
    assert sign_in(partnership.decider).post(url).status_code == 404

    assert sign_in(partnership.asking_colleague).post(url).status_code == 302

    assert read_by(partnership.decider, release)[0] == 404
    page = text_of(sign_in_freshly(partnership.asker).get(url_of(address)))
    assert "Withdrawn" in page
    assert "Withdraw it from" not in page
    again = release_to(partnership.decider, address, partnership.asker)
    assert again.pk != release.pk
    assert SECRET in read_by(partnership.decider, again)[1]


def test_whoever_is_kept_from_the_case_loses_it_and_cannot_be_chosen(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    release = release_to(partnership.decider, address, partnership.asker)
    request_id = Ask.objects.get().request_id
    services.keep_from_request(
        actor=partnership.asker.actor,
        request_id=request_id,
        membership_id=partnership.decider.membership_id,
    )

    assert read_by(partnership.decider, release)[0] == 404
    offered = text_of(sign_in_freshly(partnership.asker).get(url_of(address)))
    assert f"PERSON:{partnership.decider.membership_id}" not in offered
    assert f"PERSON:{partnership.colleague.membership_id}" in offered


WHO = [
    ("asker", 302),
    ("asking_colleague", 302),
    ("decider", 404),
    ("uncleared", 404),
    ("outsider", 404),
    ("lead", 404),
    ("dpo", 404),
]


@pytest.mark.parametrize(("who", "code"), WHO)
def test_only_the_authors_side_releases_it(
    partnership: Partnership, address: ProtectedAddress, who: str, code: int
) -> None:
    typed = {"to": f"DESK:{partnership.police_desk.pk}", "reason": WHY}

    response = sign_in_freshly(getattr(partnership, who)).post(url_of(address), typed)

    assert response.status_code == code
    assert AddressRelease.objects.count() == (code == 302)


def test_nobody_gives_what_they_cannot_read(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    newcomer = add_person(
        "Newt Comer", partnership.care, Role.DESK_MEMBER, desk=partnership.care_desk,
        tier=Tier.PERSONAL,
    )  # fmt: skip
    client = sign_in_freshly(newcomer)
    assert SECRET not in text_of(client.get(url_of(address)))

    typed = {"to": f"DESK:{partnership.police_desk.pk}", "reason": WHY}
    assert client.post(url_of(address), typed).status_code == 403
    assert not AddressRelease.objects.exists()


WRONG = [
    ({}, "Select who may read the address"),
    ({"to": "PERSON:0198d6a8-0000-7000-8000-000000000001"}, "Select who may read the address"),
    ({"to": "MOON:1"}, "Select who may read the address"),
    ({"reason": ""}, "Enter why they need it"),
    ({"reason": "x" * 2001}, "2,000 characters or less"),
]


@pytest.mark.parametrize(("typed", "error"), WRONG)
def test_wrong_input_is_explained_and_releases_nothing(
    partnership: Partnership, address: ProtectedAddress, typed: dict[str, str], error: str
) -> None:
    whole = {"reason": WHY} | typed

    page = text_of(sign_in_freshly(partnership.asker).post(url_of(address), whole))

    assert error in page
    assert whole["reason"] in page
    assert not AddressRelease.objects.exists()


def test_somebody_of_an_asked_agency_is_found_by_name(
    partnership: Partnership, address: ProtectedAddress
) -> None:
    client = sign_in_freshly(partnership.asker)
    found = text_of(client.post(url_of(address), {"find": "Lea Der", "do": "find", "reason": "So"}))
    assert f"PERSON:{partnership.lead.membership_id}" in found
    assert "There is a problem" not in found
    unknown = {"find": "Otto", "do": "find"}
    assert f"PERSON:{partnership.outsider.membership_id}" not in text_of(
        client.post(url_of(address), unknown)
    )

    typed = {"find": "Lea Der", "to": f"PERSON:{partnership.lead.membership_id}", "reason": WHY}
    assert client.post(url_of(address), typed).status_code == 302
    assert queries.releases(partnership.lead.actor).count() == 1


def test_the_request_leads_to_it(partnership: Partnership, address: ProtectedAddress) -> None:
    request_id: UUID = Ask.objects.get().request_id
    page = text_of(sign_in(partnership.asker).get(reverse("sharing:request", args=[request_id])))

    assert url_of(address) in page
