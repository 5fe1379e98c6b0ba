"""Addresses of asking, answering and reading."""

from django.urls import URLPattern, path

from sharing.views import (
    answering,
    around,
    asking,
    conflicts,
    copies,
    desk,
    finding,
    following,
    notes,
    paper,
    releasing,
    shares,
)

app_name = "sharing"

_DRAFT = "requests/drafts/<uuid:pk>/"
_PERSON = f"{_DRAFT}people/<uuid:person>/"

_asking = [
    path("requests/new/", asking.new_request, name="new_request"),
    path(_DRAFT, asking.draft, name="draft"),
    path(f"{_DRAFT}people/", asking.people, name="people"),
    path(f"{_DRAFT}people/add/", asking.add_person, name="add_person"),
    path(_PERSON, asking.person, name="person"),
    path(f"{_PERSON}remove/", asking.remove_person, name="remove_person"),
    path(f"{_DRAFT}reason/", asking.reason, name="reason"),
    path(f"{_DRAFT}family/", asking.family, name="family"),
    path(f"{_DRAFT}desks/", asking.desks, name="desks"),
    path(f"{_DRAFT}about/", asking.about, name="about"),
    path(f"{_DRAFT}check/", asking.check, name="check"),
    path(f"{_DRAFT}discard/", asking.discard, name="discard"),
]
_around = [
    path(f"{_PERSON}around/", around.add_around, name="add_around"),
    path(f"{_PERSON}safety/", around.safety, name="safety"),
    path(f"{_DRAFT}around/<uuid:person>/", around.around_person, name="around_person"),
    path(f"{_DRAFT}around/<uuid:person>/remove/", around.remove_around, name="remove_around"),
    path(f"{_DRAFT}kept-from/", conflicts.draft_kept_from, name="draft_kept_from"),
    path("requests/<uuid:pk>/kept-from/", conflicts.keep_from_request, name="keep_from_request"),
    path("requests/<uuid:pk>/warn/<int:number>/", around.add_warning, name="add_warning"),
    path("desk/asks/<uuid:pk>/kept-from/", conflicts.keep_from_ask, name="keep_from_ask"),
    path("desk/asks/<uuid:pk>/warn/<int:number>/", around.warn_at_desk, name="warn_at_desk"),
    path("addresses/<uuid:pk>/", releasing.release_address, name="release_address"),
    path("addresses/withdraw/<uuid:pk>/", releasing.withdraw_address, name="withdraw_address"),
    path("addresses/released/<uuid:pk>/", releasing.released_address, name="released_address"),
]
_following = [
    path("requests/", following.requests, name="requests"),
    path("requests/<uuid:pk>/", following.request, name="request"),
    path("requests/<uuid:pk>/sent/", following.sent, name="sent"),
    path("requests/asks/<uuid:pk>/", following.own_ask, name="own_ask"),
]

_ASK = "desk/asks/<uuid:pk>/"
_ANSWER = f"{_ASK}answer/"
_ABOUT = f"{_ANSWER}<int:number>/"

_desk = [
    path("desk/", desk.queue, name="queue"),
    path("desk/answered/", desk.answered, name="desk_answered"),
    path(_ASK, desk.ask, name="ask"),
    path(f"{_ASK}claim/", desk.claim, name="claim"),
    path(f"{_ASK}take-over/", desk.take_over, name="take_over"),
    path(f"{_ASK}put-back/", desk.put_back, name="put_back"),
]
_answering = [
    path(f"{_ANSWER}begin/", answering.begin, name="begin_answer"),
    path(_ABOUT, answering.outcome, name="answer_outcome"),
    path(f"{_ABOUT}refusal/", answering.refusal, name="answer_refusal"),
    path(f"{_ABOUT}items/", answering.items, name="answer_items"),
    path(f"{_ABOUT}items/new/", answering.item, name="answer_item_new"),
    path(f"{_ABOUT}items/<uuid:item>/", answering.item, name="answer_item"),
    path(f"{_ABOUT}items/<uuid:item>/remove/", answering.remove_item, name="answer_item_remove"),
    path(f"{_ANSWER}recipients/", answering.recipients, name="answer_recipients"),
    path(f"{_ANSWER}check/", answering.check, name="answer_check"),
    path(f"{_ANSWER}discard/", answering.discard, name="answer_discard"),
]
_copies = [
    path("shares/<uuid:pk>/copy/", copies.take_copy, name="take_copy"),
    path("copies/<uuid:pk>/", copies.copy, name="copy"),
    path("copies/<uuid:pk>/file/", copies.copy_file, name="copy_file"),
    path("shares/<uuid:pk>/note/", notes.note_answer, name="note_answer"),
    path("requests/<uuid:pk>/note/", notes.note_request, name="note_request"),
    path("requests/people/<uuid:pk>/word-back/", notes.word_back, name="word_back"),
]
_shares = [
    path("find/", finding.find, name="find"),
    path("shares/", shares.shares, name="shares"),
    path("shares/<uuid:pk>/", shares.answer, name="answer"),
]

_paper = [
    path("paper/", paper.paper, name="paper"),
    path("paper/contacts/", paper.contacts, name="contacts"),
    path("paper/<slug:sheet>/", paper.sheet, name="sheet"),
]

urlpatterns: list[URLPattern] = [
    *_asking,
    *_around,
    *_following,
    *_desk,
    *_answering,
    *_copies,
    *_shares,
    *_paper,
]
