"""Who may see an incident, and who works on it.

Those who answer for the agencies concerned, the coordinator, and whoever reported it. Nobody whom
it concerns sees it but as its reporter, and nobody who is kept from the case.
"""

from __future__ import annotations

from django.db.models import Q

from incidents.models import Incident, Party
from incidents.states import WORKFLOW, Risk, Status
from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny

ANSWERS_FOR_AGENCY = (Role.DPO, Role.AGENCY_LEAD)


def can_report(actor: Actor) -> Decision:
    """Anybody who acts for an agency says that something went wrong, whatever their role."""
    return ALLOW


def visible_incidents(actor: Actor) -> Q:
    """One's own reports; those of one's agency for its officers and leads; all for coordinators."""
    scope = Q(opened_by=actor.holder_id)
    if actor.holds(*ANSWERS_FOR_AGENCY):
        ours = Party.objects.filter(agency=actor.agency_id)
        scope |= Q(pk__in=ours.values("incident"))
    if actor.holds(Role.COORDINATOR):
        scope = Q()
    if not actor.kept_from:
        return scope
    return scope & ~Q(case__in=actor.kept_from) & ~Q(dossier__in=actor.kept_from)


def can_read(actor: Actor, incident: Incident) -> Decision:
    """Whoever sees an incident reads it; the vault gives each what they were told."""
    return ALLOW


def can_assess(actor: Actor, incident: Incident) -> Decision:
    """Whether people are at risk is judged by those who answer for the agencies."""
    return _works_on(actor, incident) and WORKFLOW.allows("assess", incident)


def can_decide(actor: Actor, incident: Incident) -> Decision:
    """Whether the regulator is told; once it was told, that stands."""
    return _works_on(actor, incident) and WORKFLOW.allows("report", incident)


def can_leave_unreported(actor: Actor, incident: Incident) -> Decision:
    """Only what was assessed, and is unlikely to put anybody at risk (Article 33(1))."""
    working = _works_on(actor, incident)
    if not working:
        return working
    if incident.status == Status.OPEN:
        return deny(WRONG_STATE, "Assess the risk to people first, or report it.")
    if incident.risk != Risk.NO:
        return deny(
            WRONG_STATE,
            "A risk to people is likely or not known, so it must be reported. "
            "Assess it again if you know more now.",
        )
    return WORKFLOW.allows("leave unreported", incident)


def can_close(actor: Actor, incident: Incident) -> Decision:
    """Closed with its lessons, once it is decided whether the regulator is told."""
    return _works_on(actor, incident) and WORKFLOW.allows("close", incident)


def can_add_note(actor: Actor, incident: Incident) -> Decision:
    """Its reporter and those who work on it add what they learn, until it is closed."""
    if incident.status == Status.CLOSED:
        return deny(WRONG_STATE, "This incident is closed. Report another one.")
    return ALLOW


def _works_on(actor: Actor, incident: Incident) -> Decision:
    """The coordinator too: an agency may have no officer on the day."""
    ours = actor.agency_id in {one.agency_id for one in incident.parties.all()}
    if actor.holds(Role.COORDINATOR) or (ours and actor.holds(*ANSWERS_FOR_AGENCY)):
        return ALLOW
    return deny(
        "not_responsible",
        "The data protection officers and leads of the agencies concerned do this.",
    )
