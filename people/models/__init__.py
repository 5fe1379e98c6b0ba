"""People as authors of records knew them, and what was said around them."""

from people.models.around import Surrounding
from people.models.records import (
    AgencyToken,
    IdentitySnapshot,
    Person,
    PersonToken,
    ProtectedAddress,
    TokenKind,
)
from people.models.releases import AddressRelease

__all__ = [
    "AddressRelease",
    "AgencyToken",
    "IdentitySnapshot",
    "Person",
    "PersonToken",
    "ProtectedAddress",
    "Surrounding",
    "TokenKind",
]
