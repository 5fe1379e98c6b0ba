"""Whom a request is about: names, dates and numbers as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from people.identity import BirthDateKind, PersonKind
from sharing import queries, services
from sharing.forms.draft import MOST_PEOPLE
from sharing.forms.people import PersonForm
from tests.partnership import ClientFor, Partnership, Player
from tests.sharing.journey import CHILD, Writing, text_of


def form_of(**typed: str) -> PersonForm:
    data = QueryDict(mutable=True)
    data.update(typed)
    return PersonForm(data)


@pytest.fixture
def writing(partnership: Partnership, client_for: ClientFor) -> Writing:
    return Writing(client_for(partnership.asker))


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ({"kind": "CHILD", "first_names": "Siân", "last_name": "O’Connor-Ng"}, "Siân O’Connor-Ng"),
        ({"kind": "CHILD", "first_names": "D'Arcy"}, "D'Arcy"),
        ({"kind": "ADULT", "last_name": "Ó"}, "Ó"),
        ({"kind": "CHILD", "other_names": "baby boy"}, "baby boy"),
        ({"kind": "UNBORN", "mother": "Ada"}, "Unborn child of Ada"),
        ({"kind": "UNBORN", "first_names": "Baby Ng", "mother": "Ada"}, "Baby Ng"),
    ],
)
def test_one_name_of_any_shape_is_enough(typed: dict[str, str], called: str) -> None:
    form = form_of(**typed)

    assert form.is_valid(), form.errors
    assert form.identity().called == called


def boxes(name: str, text: str) -> dict[str, str]:
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


@pytest.mark.parametrize(
    ("typed", "kind", "born"),
    [
        ("4/3/2018", BirthDateKind.EXACT, date(2018, 3, 4)),
        ("4/mar/2018", BirthDateKind.EXACT, date(2018, 3, 4)),
        ("//2018", BirthDateKind.ESTIMATED, date(2018, 1, 1)),
        ("/3/2018", BirthDateKind.ESTIMATED, date(2018, 3, 1)),
        ("4 March 2018//", BirthDateKind.EXACT, date(2018, 3, 4)),
        ("//", BirthDateKind.UNKNOWN, None),
    ],
)
def test_a_date_of_birth_is_as_sure_as_it_was_typed(
    typed: str, kind: BirthDateKind, born: date | None
) -> None:
    form = form_of(kind="CHILD", first_names="Al", **boxes("born_on", typed))

    assert form.is_valid(), form.errors
    assert (form.identity().birth_kind, form.identity().born_on) == (kind, born)


def test_a_whole_date_may_be_an_estimate() -> None:
    form = form_of(
        kind="CHILD", first_names="Al", is_estimate="yes", **boxes("born_on", "4/3/2018")
    )

    assert form.is_valid()
    assert form.identity().birth_kind is BirthDateKind.ESTIMATED


def test_an_unborn_child_has_a_due_date() -> None:
    form = form_of(kind="UNBORN", mother="Ada", **boxes("due_on", "1/2/2027"))

    assert form.is_valid(), form.errors
    found = form.identity()
    assert (found.kind, found.birth_kind) == (PersonKind.UNBORN, BirthDateKind.DUE)


WRONG = [
    ({}, "Select who it is"),
    ({"kind": "CHILD"}, "Enter a name, or what people call them"),
    ({"kind": "ADULT", "mother": "Ada"}, "Enter a name, or what people call them"),
    ({"kind": "UNBORN"}, "Enter the mother’s name"),
    ({**CHILD, "nhs_number": "943 476 5918"}, "is not a valid number"),
    ({**CHILD, "nhs_number": "12"}, "must be 10 digits"),
    ({**CHILD, **boxes("born_on", "31/2/2018")}, "must be a real date"),
    ({**CHILD, **boxes("born_on", "1/1/2999")}, "in the past"),
    ({**CHILD, **boxes("born_on", "1/1/15")}, "year with 4 digits"),
    ({"kind": "UNBORN", "mother": "A", **boxes("born_on", "1/2/2027")}, "Enter the due date here"),
    ({**CHILD, "first_names": "x" * 201}, "200 characters or less"),
    ({"kind": "PRIME_MINISTER", "first_names": "Al"}, "Select who it is"),
]


@pytest.mark.parametrize(("typed", "error"), WRONG)
def test_wrong_input_is_explained_and_comes_back_as_typed(
    writing: Writing, typed: dict[str, str], error: str
) -> None:
    key = "0198d6a8-0000-7000-8000-000000000001"
    response = writing.post("add_person", {"key": key, **typed})

    page = text_of(response)
    assert response.status_code == 200
    assert error in page
    again = text_of(writing.get("person", key))
    for name, words in typed.items():
        if name != "kind":
            assert f'value="{words}"' in page
            assert f'value="{words}"' in again
    assert "Something is missing" in text_of(writing.get("people"))


def test_pressing_twice_adds_one_person(writing: Writing) -> None:
    key = writing.add(**CHILD)
    writing.post("add_person", {"key": key, **CHILD})

    assert text_of(writing.get("people")).count("Remove") == 1


def test_people_are_changed_and_taken_out_again(writing: Writing) -> None:
    zeb, flo = writing.add(**CHILD), writing.add(kind="CHILD", first_names="Florence")

    writing.post("person", {"kind": "CHILD", "first_names": "Zebulon"}, zeb)
    assert "Take Florence out" in text_of(writing.get("remove_person", flo))
    writing.post("remove_person", {}, flo)

    page = text_of(writing.get("people"))
    assert "Zebulon" in page
    assert "Zebedee" not in page
    assert "Florence" not in page


@pytest.mark.parametrize("name", ["person", "remove_person"])
def test_somebody_who_is_not_in_the_draft_is_not_found(writing: Writing, name: str) -> None:
    key = "0198d6a8-0000-7000-8000-000000000009"

    assert writing.get(name, key).status_code == 404
    assert writing.post(name, CHILD, key).status_code == 404


def test_there_is_a_limit_which_says_what_to_do(writing: Writing) -> None:
    for number in range(MOST_PEOPLE):
        writing.add(kind="CHILD", first_names=f"Child {number}")

    response = writing.post("add_person", {"key": "", "kind": "CHILD", "first_names": "One more"})

    page = text_of(writing.client.get(response["Location"]))
    assert "Send another one" in page
    assert "One more" not in page


def test_each_desk_sees_only_those_it_is_asked_about(
    partnership: Partnership, client_for: ClientFor, writing: Writing
) -> None:
    zeb = writing.add(**CHILD)
    flo = writing.add(kind="CHILD", first_names="Florence", last_name="O’Quill")
    police, charity = partnership.police_desk, partnership.charity_desk
    writing.fill(police, charity)
    keys = [zeb, flo]
    response = writing.post("about", {str(police.pk): keys, str(charity.pk): [flo]})
    assert response["Location"] == writing.url("check")

    writing.send()

    assert _names(partnership.decider) == {"Zebedee O’Quill", "Florence O’Quill"}
    assert _names(partnership.outsider) == {"Florence O’Quill"}


def test_a_desk_asked_about_nobody_is_an_error_that_says_so(
    partnership: Partnership, writing: Writing
) -> None:
    keys = [writing.add(**CHILD), writing.add(kind="CHILD", first_names="Florence")]
    police, charity = partnership.police_desk, partnership.charity_desk
    writing.fill(police, charity)

    page = text_of(writing.post("about", {str(police.pk): keys}))

    assert "Select whom you ask Little Steps about" in page
    assert "Say whom you ask Little Steps about" in text_of(writing.send())


def test_somebody_added_later_is_asked_about_too(
    partnership: Partnership, writing: Writing
) -> None:
    zeb, _ = writing.add(**CHILD), writing.add(kind="CHILD", first_names="Florence")
    police, charity = partnership.police_desk, partnership.charity_desk
    writing.fill(police, charity)
    writing.post("about", {str(police.pk): [zeb], str(charity.pk): [zeb]})
    assert "You ask no desk about Florence" in text_of(writing.get("check"))

    writing.add(kind="ADULT", first_names="Gran")
    writing.send()

    assert _names(partnership.outsider) == {"Zebedee O’Quill", "Gran"}


def test_a_protected_address_stays_on_the_authors_side(
    partnership: Partnership, writing: Writing
) -> None:
    writing.add(**CHILD, address="9 Secret Lane", address_protected="yes")
    writing.fill(partnership.police_desk)
    assert "9 Secret Lane" in text_of(writing.get("check"))
    writing.send()

    ask = queries.with_subjects(queries.asks(partnership.decider.actor)).get()
    snapshots = [one.subject.snapshot for one in ask.about.all()]
    opened = services.open_ask(actor=partnership.decider.actor, ask=ask, snapshots=snapshots)
    assert not any("Secret Lane" in str(value) for value in opened.values())
    assert opened[snapshots[0].identity]["addressProtected"] is True
    own = text_of(writing.client.get(reverse("sharing:request", args=[ask.request_id])))
    assert "9 Secret Lane" in own


def test_an_address_mark_without_an_address_means_nothing() -> None:
    form = form_of(**CHILD, address_protected="yes")

    assert form.is_valid()
    assert form.identity().address_protected is False


def test_nothing_tells_whether_somebody_is_known(
    partnership: Partnership, client_for: ClientFor, writing: Writing
) -> None:
    """The pages about a child asked about before are those about a child nobody ever heard of."""
    known = {**CHILD, "nhs_number": "943 476 5919", **boxes("born_on", "4/3/2018")}
    writing.add(**known)
    writing.fill(partnership.police_desk).send()

    pages = []
    for typed in (known, {**known, "nhs_number": "401 023 2137"}):
        again = Writing(client_for(partnership.asker))
        key = again.add(**typed)
        again.fill(partnership.police_desk)
        shown = text_of(again.get("check")) + text_of(again.client.get(again.send()["Location"]))
        shown = shown.replace(typed["nhs_number"], "").replace(str(again.draft_id), "")
        pages.append(_without_marks(shown.replace(key, "")))
    assert pages[0] == pages[1]


def _without_marks(page: str) -> list[str]:
    """The words of a page without what differs from one showing to the next."""
    now = str(timezone.localdate().year)
    return [
        line
        for line in page.splitlines()
        if not any(mark in line for mark in ("csrf", "ISP-", "nonce", f"{now} at ", "/requests/"))
    ]


def _names(player: Player) -> set[str]:
    """Those whom the desk can name."""
    ask = queries.with_subjects(queries.asks(player.actor)).get()
    snapshots = [one.subject.snapshot for one in ask.about.all()]
    opened = services.open_ask(actor=player.actor, ask=ask, snapshots=snapshots)
    return {
        " ".join([*name.get("givenName", []), *name.get("familyName", [])])
        for one in snapshots
        for name in opened[one.identity]["name"]
    }
