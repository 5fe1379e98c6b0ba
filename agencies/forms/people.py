"""What keeping an agency's people asks: roles, desks, and what somebody may read."""

from __future__ import annotations

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies import policies, queries
from agencies.models import Agency
from agencies.services import Offer
from kernel import forms
from kernel.actors import Actor, Role
from kernel.tiers import Tier

USUAL = "USUAL"
_ROLE_HINTS = {
    Role.PRACTITIONER: "Asks other agencies for information, and opens what is addressed to them",
    Role.DESK_MEMBER: "Answers for the agency what others ask of its desk",
    Role.AGENCY_LEAD: "Invites people, says who may read what, and keeps the desks' entries",
    Role.COORDINATOR: "Keeps the partnership's directory and invites each agency's leads",
    Role.DPO: "Answers for how the agency handles information; opens no case",
}


def usual_tier(roles: list[Role]) -> Tier:
    """What is proposed: the highest tier for who answers and leads, the middle one for others."""
    answers = {Role.DESK_MEMBER, Role.AGENCY_LEAD}.intersection(roles)
    return Tier.SENSITIVE if answers else Tier.PERSONAL


def _a_year_from_now() -> date:
    return timezone.localdate() + relativedelta(years=1)


def _tiers() -> list[forms.Choice]:
    return [forms.Choice(tier.value, tier.label, hint=tier.means) for tier in reversed(Tier)]


class PeopleFilter(forms.Form):
    """Finds somebody among an agency's people."""

    says_optional = False

    search = forms.Text("Name or email address", required=False)


class _RolesMixin(forms.ConditionalForm):
    """Which roles somebody has, and at which desks a desk member sits."""

    job_title = forms.Text("Job title", required=False, max_length=80, autocomplete="off")
    roles = forms.Checkboxes("Roles", coerce=Role, ask="Select at least one role")
    desk_ids = forms.Checkboxes("Desks", ask="Select at least one desk", required=False)

    def __init__(self, *args: Any, agency: Agency, offered: list[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        desks = queries.desks_of(agency)
        self.fields["roles"].choices = [_role_choice(role) for role in offered]  # type: ignore[attr-defined]
        self.fields["desk_ids"].choices = [(desk.pk, desk.name) for desk in desks]  # type: ignore[attr-defined]
        if not self.is_bound and len(desks) == 1:
            self.initial.setdefault("desk_ids", [desks[0].pk])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if Role.DESK_MEMBER in cleaned.get("roles", []) and not cleaned.get("desk_ids"):
            self.add_error("desk_ids", "Select at least one desk")
        return cleaned


def _role_choice(role: Role) -> forms.Choice:
    reveals = ("desk_ids",) if role is Role.DESK_MEMBER else ()
    return forms.Choice(role.value, role.label, hint=_ROLE_HINTS[role], reveals=reveals)


class RolesForm(_RolesMixin):
    """Other roles and desks for a member."""


class AuthoriseForm(forms.Form):
    """A specific authorisation: up to which tier, for what work, until when (D17)."""

    tier = forms.Radios(
        "What may this person read?",
        choices=_tiers(),
        coerce=lambda value: Tier(int(value)),
        hint="Each tier includes those below it",
        ask="Select what this person may read",
    )
    reason = forms.TextArea(
        "Why does their work need it?",
        ask="Enter why their work needs it",
        hint="For example, answers requests about children open to the family front door. Name no child",
        max_length=300,
        rows=3,
        count=True,
    )
    until_on = forms.Date(
        "Until when?",
        future=True,
        called="The date",
        ask="Enter until when the authorisation holds",
        hint="At most 12 months from today",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until_on"].latest = _a_year_from_now()  # type: ignore[attr-defined]
        self.initial.setdefault("until_on", _a_year_from_now())


class InviteForm(AuthoriseForm, _RolesMixin):
    """Whom to invite, as what, and the authorisation that the invitation is."""

    field_order = ("email", "job_title", "roles", "desk_ids", "tier", "reason", "until_on")

    email = forms.Email(
        "Work email address",
        autocomplete="off",
        ask="Enter the person's work email address",
        hint="The invitation goes here, and it becomes the address with which they sign in",
    )
    tier = forms.Radios(
        "What may this person read?",
        choices=[
            forms.Choice(
                USUAL,
                "What is usual for these roles",
                hint="Sensitive for desk members and agency leads, Personal for everybody else",
            ),
            forms.OR,
            *_tiers(),
        ],
        initial=USUAL,
        ask="Select what this person may read",
    )

    def __init__(
        self, *args: Any, agency: Agency, actor: Actor, own_email: str, **options: Any
    ) -> None:
        self.agency, self.actor, self.own_email = agency, actor, own_email
        offered = policies.roles_to_give(actor, agency)
        super().__init__(*args, agency=agency, offered=offered, **options)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        own = policies.can_invite_address(self.own_email, email)
        new = policies.is_new_here(
            is_member=queries.member_of(self.agency.pk, email) is not None,
            is_invited=queries.invitation_waiting(self.agency.pk, email) is not None,
        )
        for decision in (own, new):
            if not decision:
                raise ValidationError(decision.reason)
        return email

    def clean_roles(self) -> list[Role]:
        roles: list[Role] = self.cleaned_data["roles"]
        offerable = policies.can_offer(self.actor, self.agency, roles)
        if not offerable:
            raise ValidationError(offerable.reason)
        return roles

    def offer(self) -> Offer:
        """The invitation's terms, with the usual tier worked out from the roles."""
        answers = {**self.cleaned_data}
        del answers["email"]
        typed = answers.pop("tier")
        tier = usual_tier(answers["roles"]) if typed == USUAL else Tier(int(typed))
        return Offer(tier=tier, **answers)
