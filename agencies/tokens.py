"""The code in an invitation's link: signed when the message is made, stored nowhere."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.core.signing import BadSignature, Signer

from agencies.models import Invitation

_signer = Signer(salt="agencies.invitation", sep="~")


class Token(NamedTuple):
    """Which invitation, and which of its sendings."""

    invitation_id: UUID
    sending: int

    @classmethod
    def of(cls, invitation: Invitation) -> Token:
        """The invitation as last sent."""
        return cls(invitation.pk, invitation.sendings)


def make(invitation: Invitation) -> str:
    """The code of the newest sending; those of earlier ones no longer open."""
    token = Token.of(invitation)
    return _signer.sign(f"{token.invitation_id.hex}-{token.sending}")


def read(code: str) -> Token | None:
    """What a code says, if this installation signed it."""
    try:
        invitation_id, _, sending = _signer.unsign(code).partition("-")
    except BadSignature:
        return None
    return Token(UUID(invitation_id), int(sending))
