from django.apps import AppConfig

from audit import events, registry


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = "Agencies"

    def ready(self) -> None:
        from agencies import consistency, queries
        from agencies.handlers import send_invitation, send_reset_waiting
        from kernel import outbox
        from vault.emergency import register_belonging

        outbox.register("agencies.invitation", send_invitation)
        outbox.register("agencies.reset_waiting", send_reset_waiting)
        consistency.register_checks()
        registry.register_partnership(queries.is_partnership)
        register_belonging(queries.belonging)
        events.register(
            {
                "agencies.agency_added": "Added an agency",
                "agencies.agency_edited": "Changed an agency's entry",
                "agencies.desk_added": "Added a desk",
                "agencies.desk_edited": "Changed a desk's entry",
                "agencies.fallback_set": "Named, or took back, the desk that takes over",
                "agencies.period_added": "Noted days on which a desk is closed, or a school term",
                "agencies.period_removed": "Took closed days or a school term out again",
                "agencies.away_said": "Said from when to when a member is away",
                "agencies.away_ended": "Said that a member is back",
                "agencies.member_invited": "Invited somebody to an agency",
                "agencies.invitation_cancelled": "Cancelled an invitation",
                "agencies.invitation_accepted": "Accepted an invitation: its link is used up",
                "agencies.seated": "Gave a member a seat at a desk",
                "agencies.unseated": "Took a member's seat at a desk away",
                "agencies.invitation_sent_again": "Sent an invitation again",
                "agencies.member_joined": "Accepted an invitation and joined an agency",
                "agencies.roles_changed": "Changed a member's roles or desks",
                "agencies.authorised": "Authorised a member up to a tier",
                "agencies.authorisation_ended": "Ended a member's authorisation",
                "agencies.membership_ended": "Ended a membership",
                "agencies.reset_asked": "Asked that a member's lost devices be reset",
                "agencies.reset_confirmed": "Agreed to reset a member's lost devices",
                "agencies.reset_cancelled": "Called the reset of a member's devices off",
            }
        )
