"""Addresses of asking, answering and reading."""

from django.urls import URLPattern, path

from sharing.views import (
    answering,
    around,
    asking,
    attachments,
    conflicts,
    contacts,
    copies,
    desk,
    emergency,
    escalating,
    finding,
    following,
    given,
    giving,
    notes,
    paper,
    reasoning,
    releasing,
    righting,
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
    path("released/<uuid:pk>/", releasing.released_address, name="released_address"),
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
    path(f"{_ASK}hand-on/", desk.hand_on, name="hand_on"),
    path("desk/work/", desk.desks_work, name="desks_work"),
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
_attachments = [
    path("requests/<uuid:pk>/files/", attachments.request_files, name="request_files"),
    path(f"{_ABOUT}files/", attachments.answer_files, name="answer_files"),
    path("files/<uuid:pk>/", attachments.attachment, name="attachment"),
    path("files/<uuid:pk>/remove/", attachments.remove_attachment, name="remove_attachment"),
]
_shares = [
    path("find/", finding.find, name="find"),
    path("shares/", shares.shares, name="shares"),
    path("shares/<uuid:pk>/", shares.answer, name="answer"),
]

_reasoning = [
    path("shares/<uuid:pk>/reasoning/", reasoning.answer, name="reasoning"),
    path("shares/<uuid:pk>/reasoning/print/", reasoning.print_answer, name="print_reasoning"),
    path("requests/<uuid:pk>/reasoning/", reasoning.request, name="request_reasoning"),
    path(
        "requests/<uuid:pk>/reasoning/print/",
        reasoning.print_request,
        name="print_request_reasoning",
    ),
]
_paper = [
    path("paper/", paper.paper, name="paper"),
    path("paper/contacts/", paper.contacts, name="contacts"),
    path("paper/<slug:sheet>/", paper.sheet, name="sheet"),
]

_ESCALATION = "disagreements/<uuid:pk>/"

_escalating = [
    path("disagreements/", escalating.escalations, name="escalations"),
    path("asks/<uuid:pk>/dispute/", escalating.escalate, name="escalate"),
    path(_ESCALATION, escalating.escalation, name="escalation"),
    path(f"{_ESCALATION}outcome/", escalating.escalation_outcome, name="escalation_outcome"),
    path(f"{_ESCALATION}bring-in/", escalating.bring_in, name="bring_in"),
    path(f"{_ESCALATION}take-back/", escalating.withdraw_escalation, name="withdraw_escalation"),
]

_GIVING = "shares/drafts/<uuid:pk>/"
_GIVEN = f"{_GIVING}people/<uuid:person>/"

_given = [
    path("shares/given/", given.given, name="given"),
    path("shares/given/<uuid:pk>/", given.share, name="share"),
    path("shares/new/", giving.new_share, name="new_share"),
    path(_GIVING, giving.share_draft, name="share_draft"),
    path(f"{_GIVING}people/add/", giving.add_person, name="share_add_person"),
    path(_GIVEN, giving.person, name="share_person"),
    path(f"{_GIVEN}remove/", giving.remove_person, name="share_remove_person"),
    path(f"{_GIVEN}items/new/", giving.item, name="share_add_item"),
    path(f"{_GIVEN}items/<uuid:item>/", giving.item, name="share_item"),
    path(f"{_GIVEN}items/<uuid:item>/remove/", giving.remove_item, name="share_remove_item"),
    path(f"{_GIVING}why/", giving.why, name="share_why"),
    path(f"{_GIVING}family/", giving.family, name="share_family"),
    path(f"{_GIVING}recipients/", giving.recipients, name="share_recipients"),
    path(f"{_GIVING}check/", giving.check, name="share_check"),
    path(f"{_GIVING}discard/", giving.discard, name="share_discard"),
]
_contacts = [
    path("log-contact/", contacts.ways, name="ways"),
    path("log-contact/<slug:way>/", contacts.log, name="log"),
    path("log-contact/<slug:way>/before/", contacts.plan, name="plan"),
]

_emergency = [
    path("emergency/", emergency.openings, name="emergency"),
    path("emergency/open/", emergency.open_emergency, name="open_emergency"),
    path("emergency/<uuid:pk>/", emergency.opening, name="emergency_opening"),
    path("emergency/<uuid:pk>/end/", emergency.end, name="end_emergency"),
    path("emergency/<uuid:pk>/review/", emergency.review, name="review_emergency"),
]

_righting = [
    path("put-right/", righting.waiting, name="waiting_right"),
    path("shares/<uuid:pk>/put-right/", righting.answer, name="put_right"),
    path("shares/<uuid:pk>/recall/", righting.recall, name="recall_share"),
    path("shares/<uuid:pk>/not-meant/", righting.not_meant, name="not_meant"),
    path("shares/items/<uuid:pk>/correct/", righting.correct, name="correct_item"),
    path("shares/items/<uuid:pk>/withdraw/", righting.withdraw, name="withdraw_item"),
    path("put-right/<uuid:pk>/acknowledge/", righting.acknowledge, name="acknowledge"),
    path("recalls/<uuid:pk>/", righting.one_recall, name="recall"),
]

urlpatterns: list[URLPattern] = [
    *_asking,
    *_around,
    *_following,
    *_desk,
    *_answering,
    *_attachments,
    *_copies,
    *_shares,
    *_righting,
    *_escalating,
    *_reasoning,
    *_paper,
    *_given,
    *_contacts,
    *_emergency,
]
