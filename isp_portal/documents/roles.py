"""Roles: what each is for, what it opens by itself, and what depends on the record."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from isp_portal.documents.addresses import policy_name
from isp_portal.documents.markdown import NO, YES, code, document, first_sentence, table
from isp_portal.documents.ours import our_apps
from kernel.actors import Actor, Role
from kernel.tiers import Tier

INTRODUCTION = """
A role is what a membership is for. A person may hold several in one agency, and may belong to more
than one agency; they act for one at a time. Roles do not decide who reads what: that is the vault's,
by grant and clearance ([need to know](../explanation/need-to-know.md)).
"""
MEANS = {
    Role.PRACTITIONER: "Works with families: asks other agencies, and reads what is sent to them",
    Role.DESK_MEMBER: "Sits at an agency's desk: takes requests on, decides and answers",
    Role.AGENCY_LEAD: "Invites and authorises an agency's people, and keeps its desks",
    Role.COORDINATOR: "Keeps the directory of agencies and invites their leads. Counts only in the "
    "partnership's own agency",
    Role.DPO: "Watches over data protection in an agency. Holds no right of their own to open case "
    "records",
}
PAGES = """
## What each role opens by itself

Asked of the policies themselves, for a member who holds that role alone.
"""
RECORDS = """
## What depends on the record

These policies judge a person and one record together. The same policy draws the button, guards the
page and stops the service.
"""
_SOMEBODY, _AGENCY, _DESK = (UUID(int=number) for number in (1, 2, 3))


def page() -> str:
    """The page of roles."""
    policies = _policies()
    alone = [p for p in policies if _judges_actor_alone(p)]
    others = [p for p in policies if not _judges_actor_alone(p)]
    return document(
        "Roles",
        INTRODUCTION,
        table(["Role", "Code", "For"], [(r.label, code(r.value), MEANS[r]) for r in Role]),
        PAGES,
        table(["Policy", "Rule", *(role.label for role in Role)], [_verdicts(p) for p in alone]),
        RECORDS,
        table(["Policy", "Rule"], [(code(policy_name(p)), first_sentence(p)) for p in others]),
    )


def _policies() -> list[Callable[..., Any]]:
    """Every policy of ours about somebody who acts, by name."""
    found = {policy_name(p): p for app in our_apps() for p in _of(app.name)}
    return [policy for _, policy in sorted(found.items())]


def _of(app: str) -> Iterator[Callable[..., Any]]:
    if find_spec(f"{app}.policies") is None:
        return
    module = import_module(f"{app}.policies")
    for _, function in inspect.getmembers(module, inspect.isfunction):
        is_public = function.__module__ == module.__name__ and not function.__name__.startswith("_")
        if is_public and _judges_somebody(function):
            yield function


def _judges_somebody(function: Callable[..., Any]) -> bool:
    signature = inspect.signature(function)
    return (
        next(iter(signature.parameters), "") == "actor"
        and signature.return_annotation == "Decision"
    )


def _judges_actor_alone(policy: Callable[..., Any]) -> bool:
    return len(inspect.signature(policy).parameters) == 1


def _verdicts(policy: Callable[..., Any]) -> list[object]:
    verdicts = [YES if policy(member(role)) else NO for role in Role]
    return [code(policy_name(policy)), first_sentence(policy), *verdicts]


def member(role: Role) -> Actor:
    """Somebody with one role, authorised as usual; a desk member sits at a desk."""
    return Actor(
        user_id=_SOMEBODY,
        membership_id=_SOMEBODY,
        agency_id=_AGENCY,
        roles=frozenset({role}),
        clearance=Tier.PERSONAL,
        desk_ids=frozenset({_DESK} if role is Role.DESK_MEMBER else ()),
    )
