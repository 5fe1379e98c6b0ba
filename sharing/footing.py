"""What a request rests on in law, for each side: looked up once, when it is sent, and kept with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings

from agencies.models import Agency
from agencies.sectors import Duty
from sharing.models.reference import Footing, Purpose


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One side's footing in words, with the sources and the day on which they were last read."""

    power: str
    article_6: str
    article_9: str
    schedule_1: str
    duty: str
    source: str
    checked_on: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def bases(
    purpose: Purpose, footings: dict[str, Footing], asking: Agency, holding: Agency, on: date
) -> tuple[LegalBasis, LegalBasis]:
    """The asking and the holding side's legal basis for a purpose on a day."""
    duty_of = {agency.pk: _duty(agency, asking, holding, on) for agency in (asking, holding)}
    return (
        _basis(purpose, purpose.power_asking, footings[asking.kind], duty_of[asking.pk]),
        _basis(purpose, purpose.power_holding, footings[holding.kind], duty_of[holding.pk]),
    )


def both_must_share(asking: Agency, holding: Agency, on: date) -> bool:
    """Whether s.16LA binds both: then only a greater detriment to the child excuses not sharing."""
    bound = Duty(asking.duty).binds and Duty(holding.duty).binds
    return bound and on >= settings.DUTY_TO_SHARE_FROM


def _duty(agency: Agency, asking: Agency, holding: Agency, on: date) -> str:
    if both_must_share(asking, holding, on):
        return "Children Act 2004, section 16LA: must share unless more detrimental to the child"
    if Duty(agency.duty).binds:
        return "The other side is not bound by section 16LA: this agency may share"
    return "Section 16LA does not bind this agency: it may share"


def _basis(purpose: Purpose, power: str, footing: Footing, duty: str) -> LegalBasis:
    return LegalBasis(
        power=power,
        article_6=footing.article_6,
        article_9=purpose.article_9,
        schedule_1=purpose.schedule_1,
        duty=duty,
        source=f"{purpose.source}; {footing.source}",
        checked_on=min(purpose.checked_on, footing.checked_on).isoformat(),
    )
