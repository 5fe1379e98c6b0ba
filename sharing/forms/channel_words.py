"""How each channel is spoken of on the page that logs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sharing.states.contact import Channel, Direction, Verification

_WRITTEN = {Direction.INCOMING: "They wrote to us", Direction.OUTGOING: "We wrote to them"}
_UNVERIFIED = (Verification.DANGER, Verification.NOT_DONE, Verification.NOT_KNOWN)
_BY_VOICE = (Verification.RANG_BACK, Verification.KNOWN_VOICE, Verification.VERIFIED_MAILBOX)


@dataclass(frozen=True, slots=True)
class Words:
    """One channel's page: its address, its title, and what differs in its questions."""

    slug: str
    title: str
    directions: Mapping[Direction, str]
    number: str
    verifications: tuple[Verification, ...]
    note: str = ""


WORDS = {
    Channel.TELEPHONE: Words(
        "telephone",
        "Someone rang",
        {Direction.INCOMING: "They rang us", Direction.OUTGOING: "We rang them"},
        "Their number",
        (*_BY_VOICE, Verification.OTHER, *_UNVERIFIED),
    ),
    Channel.IN_PERSON: Words(
        "in-person",
        "Somebody was told in person",
        {Direction.INCOMING: "They came to us", Direction.OUTGOING: "We went to them"},
        "Where it was",
        (
            Verification.IDENTITY_SEEN,
            Verification.KNOWN_VOICE,
            Verification.OTHER,
            *_UNVERIFIED,
        ),
    ),
    Channel.EMAIL: Words(
        "e-mail",
        "An e-mail came or went",
        _WRITTEN,
        "Their e-mail address",
        (Verification.VERIFIED_MAILBOX, Verification.RANG_BACK, Verification.OTHER, *_UNVERIFIED),
    ),
    Channel.POST: Words(
        "post",
        "A letter came or went",
        _WRITTEN,
        "Their postal address",
        (Verification.RANG_BACK, Verification.OTHER, *_UNVERIFIED),
    ),
    Channel.FAX: Words(
        "fax",
        "A fax came or went",
        _WRITTEN,
        "Their fax number",
        (Verification.RANG_BACK, Verification.OTHER, *_UNVERIFIED),
    ),
    Channel.VOICEMAIL: Words(
        "voicemail",
        "Something was left on a voicemail",
        {Direction.INCOMING: "They left it on ours", Direction.OUTGOING: "We left it on theirs"},
        "The number",
        (*_BY_VOICE, Verification.OTHER, *_UNVERIFIED),
        "Nothing about a child belongs on a voicemail. It has happened: log it here. An incident is "
        "opened, and your data protection officer is told.",
    ),
    Channel.TEXT: Words(
        "text-message",
        "A text message came or went",
        _WRITTEN,
        "The number",
        (*_BY_VOICE, Verification.OTHER, *_UNVERIFIED),
        "Nothing about a child belongs in a text message. It has happened: log it here. An incident "
        "is opened, and your data protection officer is told.",
    ),
    Channel.MESSAGING: Words(
        "messaging-app",
        "Something was sent by a messaging app",
        _WRITTEN,
        "The number or account",
        (*_BY_VOICE, Verification.OTHER, *_UNVERIFIED),
        "Nothing about a child belongs in a messaging app. It has happened: log it here. An incident "
        "is opened, and your data protection officer is told.",
    ),
}
BY_SLUG = {words.slug: channel for channel, words in WORDS.items()}
