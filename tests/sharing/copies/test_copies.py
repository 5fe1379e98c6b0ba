"""A copy holds what its reader's page shows and not one word more; it is on record, and the sender
sees it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from io import BytesIO
from itertools import product
from uuid import UUID

import page as validator
import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from audit.models import AccessEvent, AccessKind
from kernel.ids import new_id
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from sharing import documents, queries
from sharing.models import Answer, Ask, Copy, CopyFile, Receipt
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from tests.asks import BODY, NAME, SOURCE, answer_ask, item, send_ask
from tests.oversight.test_rechecks import leaves
from tests.partnership import ClientFor, Partnership, Player
from tests.sharing.righting.given import RIGHT, correct
from vault import services as vault

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = "Attends the breakfast club"


@pytest.fixture
def answer(partnership: Partnership) -> Answer:
    """The asker may read PERSONAL; their colleague at the desk everything."""
    asker = partnership.asker
    ask = send_ask(asker, partnership.police_desk, tier=Tier.SENSITIVE)
    to_asker = RecipientInput(RecipientKind.PERSON, asker.membership_id, Tier.PERSONAL)
    answer_ask(
        partnership.decider, ask, item(Tier.PERSONAL, OPEN_TO_ALL), item(), recipients=[to_asker]
    )
    return Answer.objects.get(ask=ask)


def take(client: Client, answer: Answer, form: str, mark: UUID | None = None) -> object:
    typed = {"form": form, "submission": str(mark or new_id())}
    return client.post(reverse("sharing:take_copy", args=[answer.pk]), typed)


def text_copy(client: Client, answer: Answer) -> str:
    response = take(client, answer, "TEXT")
    assert response["Content-Type"] == "text/plain; charset=utf-8"  # type: ignore[index]
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def make(copy: Copy) -> None:
    """The worker's part."""
    promised = OutboxMessage.objects.filter(topic="sharing.copy_taken")
    documents.make_copy(promised.get(payload__copy_id=str(copy.pk)))


def pdf_copy(client: Client, answer: Answer) -> bytes:
    take(client, answer, "PDF")
    copy = Copy.objects.latest("pk")
    make(copy)
    response = client.get(reverse("sharing:copy_file", args=[copy.pk]))
    assert response["Content-Type"] == "application/pdf"
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def words_in(document: bytes) -> str:
    pages = [one.extract_text() for one in PdfReader(BytesIO(document)).pages]
    return " ".join(" ".join(pages).split())


def test_a_text_copy_says_everything_that_tells_how_far_to_rely_on_it(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    text = text_copy(client_for(partnership.asking_colleague), answer)

    for said in (
        "OFFICIAL-SENSITIVE",
        f"Answer to {answer.reference}",
        "Copy of Cole Beside, Children First",
        NAME,
        BODY,
        f"Source: {SOURCE}",
        "Fact or opinion: Fact",
        "Tier: Sensitive",
        "May the family see this?: Ask us first",
        "by Dee Cider",
        "get the written agreement of County Police",
    ):
        assert said in text, said


def test_a_pdf_copy_is_accessible_and_says_whose_it_is_on_every_page(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    document = pdf_copy(client_for(partnership.asking_colleague), answer)

    assert validator.is_pdf_compliant_bytes(document, profile="ua1")
    for number, one in enumerate(PdfReader(BytesIO(document)).pages, start=1):
        text = one.extract_text()
        assert f"Page {number} of" in text
        assert "Copy of Cole Beside" in text
    assert BODY in words_in(document)


def test_nothing_withheld_is_in_the_bytes_of_a_copy(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    client = client_for(partnership.asker)
    text, document = text_copy(client, answer), words_in(pdf_copy(client, answer))

    for copy in (text, document):
        assert OPEN_TO_ALL in copy
        assert BODY not in copy
        assert "2. " not in copy  # neither what kind, nor how many
        assert "Some of what was given is withheld from you" in copy


@pytest.mark.parametrize(
    ("first", "second"), list(product([Tier.PERSONAL, Tier.SENSITIVE], repeat=2))
)
def test_a_copy_and_the_page_tell_the_same(
    partnership: Partnership, client_for: ClientFor, first: Tier, second: Tier
) -> None:
    bodies = {"Bruise on the left arm": first, "Moved house in May": second}
    ask = send_ask(partnership.asker, partnership.police_desk)
    items = [item(tier, body) for body, tier in bodies.items()]
    to_asker = RecipientInput(RecipientKind.PERSON, partnership.asker.membership_id, Tier.PERSONAL)
    answer_ask(partnership.decider, ask, *items, recipients=[to_asker])
    answer = Answer.objects.get(ask=ask)
    client = client_for(partnership.asker)
    page = unescape(client.get(reverse("sharing:answer", args=[answer.pk])).content.decode())
    text = text_copy(client, answer)

    for body, tier in bodies.items():
        assert (body in page) == (body in text) == (tier == Tier.PERSONAL)


def test_the_look_is_on_record_as_a_copy_and_counts_as_received(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    text_copy(client_for(partnership.asker), answer)

    looks = AccessEvent.objects.filter(kind=AccessKind.RENDERED)
    assert looks.filter(safes__contains=[answer.safe_id]).exists()
    assert Receipt.objects.filter(
        answer=answer, membership=partnership.asker.membership_id
    ).exists()


def test_the_sender_sees_who_took_a_copy_when(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    text_copy(client_for(partnership.asker), answer)

    page = client_for(partnership.decider).get(reverse("sharing:ask", args=[answer.ask_id]))

    assert "by Asha Asker, Children First (Text)" in unescape(page.content.decode())


def test_pressing_twice_makes_one_copy(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    client, mark = client_for(partnership.asker), new_id()
    take(client, answer, "PDF", mark)
    take(client, answer, "PDF", mark)

    assert Copy.objects.count() == 1
    make(Copy.objects.get())
    make(Copy.objects.get())
    assert CopyFile.objects.count() == 1


def test_a_copy_is_for_nobody_but_whoever_took_it(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    pdf_copy(client_for(partnership.asker), answer)
    copy = Copy.objects.get()

    for other in (partnership.asking_colleague, partnership.decider, partnership.outsider):
        for name in ("copy", "copy_file"):
            response = client_for(other).get(reverse(f"sharing:{name}", args=[copy.pk]))
            assert response.status_code == 404
        opened = vault.open(other.actor, vault.Why.READING, copy.made.file)
        assert opened[copy.made.file] is vault.WITHHELD


def test_what_was_taken_back_is_not_read_from_a_copy(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    client = client_for(partnership.asker)
    pdf_copy(client, answer)
    for recipient in answer.recipients.all():
        vault.revoke(actor=partnership.decider.actor, grant=recipient.grant)

    response = client.get(reverse("sharing:copy_file", args=[Copy.objects.get().pk]))

    assert response.status_code == 403
    assert "no longer open to you" in unescape(response.content.decode())


def test_an_old_copy_is_taken_anew(
    partnership: Partnership,
    client_for: ClientFor,
    answer: Answer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_for(partnership.asker)
    pdf_copy(client, answer)
    copy = Copy.objects.get()
    monkeypatch.setattr("sharing.policies.papers.FETCHED_WITHIN", timedelta(0))

    response = client.get(reverse("sharing:copy_file", args=[copy.pk]))

    assert response.status_code == 409
    assert "take a new one" in page_of(client, copy)


def page_of(client: Client, copy: Copy) -> str:
    return client.get(reverse("sharing:copy", args=[copy.pk])).content.decode()


def test_the_worker_makes_nothing_for_somebody_who_left(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    take(client_for(partnership.asker), answer, "PDF")
    leaves(partnership.asker)

    make(Copy.objects.get())

    assert not CopyFile.objects.exists()


def test_a_form_without_an_answer_says_what_to_select(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    response = take(client_for(partnership.asker), answer, "DOC")

    assert "Select text or PDF" in response.content.decode()  # type: ignore[attr-defined]
    assert not Copy.objects.exists()


def test_what_somebody_wrote_never_passes_for_a_fact_of_the_copy(
    partnership: Partnership, client_for: ClientFor
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    forged = "Seen.\nSource: the Chief Constable\n\nHOW TO HANDLE THIS\n• Publish it"
    answer_ask(partnership.decider, ask, item(Tier.PERSONAL, forged))

    lines = text_copy(client_for(partnership.asker), Answer.objects.get(ask=ask)).splitlines()

    assert "Source: the Chief Constable" not in lines
    assert lines.count("HOW TO HANDLE THIS") == 1


def readers_of(answer: Answer, partnership: Partnership) -> list[Player]:
    return [one for one in vars(partnership).values() if isinstance(one, Player)]


def test_whoever_does_not_see_an_answer_copies_nothing(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    for one in readers_of(answer, partnership):
        sees = queries.answers(one.actor).filter(pk=answer.pk).exists()
        response = take(client_for(one), answer, "TEXT")
        assert (response.status_code == 200) == sees, one.user.full_name  # type: ignore[attr-defined]
    assert Ask.objects.count() == 1


def test_what_was_put_right_is_marked_in_a_copy_too(
    partnership: Partnership, client_for: ClientFor, answer: Answer
) -> None:
    client = client_for(partnership.asking_colleague)
    text_copy(client, answer)  # relied on: the old words stay, marked
    correct(partnership.decider, answer.items.get(position=1))

    text = text_copy(client, answer)

    assert "Put right: " in text
    assert RIGHT in text
