"""What each kind of message is for, who was not told, and whom to ring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from kernel.models import OutboxMessage
from kernel.outbox import payload_id
from oversight.presenters.numbers import Number, desk_name, numbers, numbers_of
from oversight.queries.recipients import Recipients
from sharing.notices import NOTICES


@dataclass(frozen=True, slots=True)
class Told:
    """Who was not told what."""

    what: str
    who: str = ""
    means: str = ""
    reference: str = ""
    numbers: tuple[Number, ...] = ()


def told_of(message: OutboxMessage, known: Recipients) -> Told:
    """In words, what was promised to whom."""
    return _TELL.get(message.topic, _other)(message, known)


def topic_in_words(topic: str) -> str:
    """What a kind of message is."""
    return _TOPICS.get(topic, topic)


def _notice(message: OutboxMessage, known: Recipients) -> Told:
    notice = NOTICES.get(message.payload["code"])
    heading = notice.heading if notice else "A notice"
    holder, target = payload_id(message, "holder_id"), payload_id(message, "target_id")
    reference = _reference(target, known)
    if message.payload["kind"] == "PERSON":
        member = known.members.get(holder)
        who = f"{member.user.full_name}, {member.agency.short_name}" if member else ""
        return Told(heading, who, _RING, reference, numbers_of(member, known))
    desk = known.desks.get(holder)
    who = desk_name(desk) if desk else ""
    return Told(heading, who, _RING_DESK, reference, numbers([desk]))


_RING = "They were not told. Ring them, quote the reference, and ask them to sign in."
_RING_DESK = "Its mailbox got no message. Ring the desk, and quote the reference."


def _asked(message: OutboxMessage, known: Recipients) -> Told:
    ask = known.asks.get(payload_id(message, "ask_id"))
    what = _TOPICS[message.topic]
    if ask is None:
        return Told(what)
    desk = desk_name(ask.desk)
    asker = f"{ask.request.asked_by.user.full_name}, {ask.request.asking_agency.short_name}"
    who = {"sharing.ask_sent": desk, "sharing.ask_answered": asker}.get(
        message.topic, f"{desk}; {asker}"
    )
    return Told(
        what,
        who,
        "Nobody was told. Ring them, quote the reference, and ask them to sign in.",
        ask.request.reference,
        numbers([ask.desk]),
    )


def _shared(message: OutboxMessage, known: Recipients) -> Told:
    what = _TOPICS[message.topic]
    share = known.shares.get(payload_id(message, "share_id"))
    if share is None:
        return Told(what)
    return Told(
        what,
        f"Whoever it was shared with. By {share.shared_by.user.full_name}, "
        f"{share.from_agency.short_name}",
        "Nobody was told. Ring the sender, quote the reference, and ask them to ring those it is for.",
        share.reference,
        numbers([share.from_desk]),
    )


def _incident(message: OutboxMessage, known: Recipients) -> Told:
    member = known.members.get(payload_id(message, "holder_id"))
    return Told(
        _TOPICS[message.topic],
        f"{member.user.full_name}, {member.agency.short_name}" if member else "",
        "They do not know that the time to tell the regulator is running. Ring them, now.",
        numbers=numbers_of(member, known),
    )


def _invitation(message: OutboxMessage, known: Recipients) -> Told:
    invitation = known.invitations.get(payload_id(message, "invitation_id"))
    if invitation is None:
        return Told(_TOPICS[message.topic])
    agency = invitation.agency
    return Told(
        _TOPICS[message.topic],
        f"{invitation.email}, {agency.short_name}",
        "They cannot join until the invitation reaches them. Ask the agency to check the address.",
        numbers=(Number(agency.short_name, "", "", reverse("agencies:agency", args=[agency.pk])),),
    )


def _advice(message: OutboxMessage, known: Recipients) -> Told:
    member = known.members.get(payload_id(message, "holder_id"))
    who = f"{member.user.full_name}, {member.agency.short_name}" if member else ""
    return Told(_TOPICS[message.topic], who, _RING, numbers=numbers_of(member, known))


def _password(message: OutboxMessage, known: Recipients) -> Told:
    return Told(
        _TOPICS[message.topic],
        _account(message, known),
        "They may not be able to sign in. Ring them, and ask them to ask for another link.",
    )


def _sign_in_changed(message: OutboxMessage, known: Recipients) -> Told:
    return Told(
        _TOPICS[message.topic],
        _account(message, known),
        "They do not know of it. Ring them, and ask whether it was they who changed it.",
    )


def _fresh_start(message: OutboxMessage, known: Recipients) -> Told:
    return Told(
        _TOPICS[message.topic],
        _account(message, known),
        "They cannot sign in. Ask their lead to reset the lost device again.",
    )


def _reset_waiting(message: OutboxMessage, known: Recipients) -> Told:
    member = known.members.get(payload_id(message, "holder_id"))
    who = f"{member.user.full_name}, {member.agency.short_name}" if member else ""
    return Told(
        _TOPICS[message.topic],
        who,
        "Somebody cannot sign in before they agree. Ring them, and ask them to sign in.",
        numbers=numbers_of(member, known),
    )


def _account(message: OutboxMessage, known: Recipients) -> str:
    user = known.users.get(payload_id(message, "user_id"))
    return f"{user.full_name}, {user.email}" if user else ""


def _alarm(message: OutboxMessage, known: Recipients) -> Told:
    return Told(
        _TOPICS[message.topic],
        "A data protection officer",
        "They do not know that the log may have been tampered with. Ring them, now.",
    )


def _to_several(message: OutboxMessage, known: Recipients) -> Told:
    """What is divided into one message for each person first: not even that was done."""
    return Told(
        _TOPICS[message.topic],
        means="Nobody was told. Have it tried again; each person’s own message is listed here then.",
    )


def _own_work(message: OutboxMessage, known: Recipients) -> Told:
    return Told(
        _TOPICS[message.topic],
        _by(message, known),
        "They still wait for it. Have it tried again, and ring them if it fails.",
    )


def _by(message: OutboxMessage, known: Recipients) -> str:
    return known.actors.get(message.user_id, "") if message.user_id else ""


def _other(message: OutboxMessage, known: Recipients) -> Told:
    return Told(
        _TOPICS.get(message.topic, f"Other work: {message.topic}"),
        means="This was promised and is not done. Tell whoever keeps the machines.",
    )


_TOPICS = {
    "sharing.ask_sent": "A new request, to be told to the desk",
    "sharing.ask_answered": "An answer, to be told to whom it is for",
    "sharing.ask_nearly_due": "A request nearly due, to be told to who answers",
    "sharing.ask_overdue": "An overdue answer, to be told to both sides",
    "sharing.ask_handed_on": "A request given to a colleague, who is to be told",
    "sharing.ask_passed_on": "A request passed on to a fallback, to be told to both desks and the asker",
    "sharing.ask_stays": "A request where nobody is, to be told to who asked",
    "sharing.escalation_moved": "A disagreement, to be told to both sides",
    "sharing.escalation_ended": "The end of a disagreement, to be told to both sides",
    "sharing.escalation_late": "A disagreement out of time, to be told to both sides",
    "sharing.shared": "Information shared unasked, to be told to whom it is for",
    "sharing.emergency": "An emergency opening or its review, to be told to those who answer for it",
    "sharing.copy_taken": "A PDF that somebody asked for, to be made",
    "sharing.attachment_added": "A file that somebody added, to be checked",
    "sharing.upload_done": "An uploaded original, to be destroyed after its check",
    "sharing.word_back_sent": "What came of a request, to be told to desks that answered",
    "sharing.notice": "A notice to one person or desk",
    "guidance.notice": "A question to a designated lead, or its answer",
    "sharing.put_right": "What was put right, to be told to whom has it",
    "sharing.recalled": "What was taken back, to be told to whom it concerns",
    "incidents.opened": "An incident, to be told to those who answer for it",
    "incidents.reminder": "An undecided incident, to be told to those who answer for it",
    "incidents.notice": "A notice of an incident, to one person",
    "agencies.invitation": "An invitation to join the portal",
    "accounts.password_reset": "A link to set a new password",
    "accounts.changed": "A message that somebody’s way of signing in changed",
    "accounts.fresh_start": "A link to set up a device anew",
    "agencies.reset_waiting": "A reset of a lost device, to be told to a second person",
    "audit.alarm": "An alarm about the log, to an officer",
    "audit.root_to_officer": "The log’s newest seal, to an officer",
    "audit.root_to_file": "The log’s newest seal, to the file outside",
    "audit.root_to_syslog": "The log’s newest seal, to the log host",
}
_TELL: dict[str, Callable[[OutboxMessage, Recipients], Told]] = {
    **dict.fromkeys(
        (
            "incidents.opened",
            "incidents.reminder",
            "sharing.emergency",
            "sharing.escalation_ended",
            "sharing.escalation_late",
            "sharing.escalation_moved",
            "sharing.put_right",
            "sharing.recalled",
            "sharing.word_back_sent",
        ),
        _to_several,
    ),
    **dict.fromkeys(
        ("sharing.attachment_added", "sharing.copy_taken", "sharing.upload_done"), _own_work
    ),
    "sharing.ask_sent": _asked,
    "sharing.ask_answered": _asked,
    "sharing.ask_nearly_due": _asked,
    "sharing.ask_overdue": _asked,
    "sharing.ask_handed_on": _asked,
    "sharing.ask_passed_on": _asked,
    "sharing.ask_stays": _asked,
    "sharing.shared": _shared,
    "sharing.notice": _notice,
    "guidance.notice": _advice,
    "agencies.invitation": _invitation,
    "accounts.password_reset": _password,
    "accounts.changed": _sign_in_changed,
    "accounts.fresh_start": _fresh_start,
    "agencies.reset_waiting": _reset_waiting,
    "audit.alarm": _alarm,
    "incidents.notice": _incident,
}


def _reference(target: UUID, known: Recipients) -> str:
    if ask := known.asks.get(target):
        return ask.request.reference
    answer = known.answers.get(target)
    return answer.reference if answer else ""
