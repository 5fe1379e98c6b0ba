"""Work that the clock starts."""

from celery import shared_task

from agencies.access import actor_for
from kernel.actors import Actor
from kernel.decisions import Denied
from sharing import services
from sharing.services import emergency


@shared_task(name="sharing.find_overdue")
def find_overdue() -> None:
    """Tell people of requests whose time runs out or has run out."""
    while services.notice_nearly_due(actor=Actor.system("nearly-due")):
        pass
    while services.notice_overdue(actor=Actor.system("overdue")):
        pass


@shared_task(name="sharing.find_late_steps")
def find_late_steps() -> None:
    """Tell people of disagreements whose level has run out of time."""
    while services.notice_late_steps(actor=Actor.system("late-steps")):
        pass


@shared_task(name="sharing.pass_on")
def pass_on() -> None:
    """Pass on to their fallbacks what waits at desks where nobody is, in the name of who asked."""
    for ask_id, asked_by_id in services.unattended_asks():
        asker = actor_for(asked_by_id, via="system:passing-on")
        if asker is None:
            services.give_up_passing_on(actor=Actor.system("passing-on"), ask_id=ask_id)
            continue
        try:
            services.pass_on(actor=asker, ask_id=ask_id)
        except Denied:
            continue  # somebody came, or took it, in between


@shared_task(name="sharing.chase_what_was_put_right")
def chase_what_was_put_right() -> None:
    """Tell again whoever has not acknowledged a correction, or not said what became of copies."""
    while services.chase_acknowledgements(actor=Actor.system("put-right")):
        pass
    while services.chase_recalls(actor=Actor.system("put-right")):
        pass


@shared_task(name="sharing.chase_emergencies")
def chase_emergencies() -> None:
    """Tell again of emergency openings that nobody has reviewed in time."""
    while emergency.chase_reviews(actor=Actor.system("emergency")):
        pass
