"""Which items of an answer somebody is shown: the one place, for pages, copies and previews."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce

from kernel.actors import Actor
from sharing import policies
from sharing.models import Answer, Item, Receipt


def items_for(actor: Actor) -> QuerySet[Item]:
    """What stands; and what was put right since, for those who gave it or had opened it before.

    An item shares its answer's safe and key, so the vault cannot withhold one of them: this does.
    """
    put_right_at = Coalesce("correction__corrected_at", "withdrawal__withdrawn_at")
    before = Receipt.objects.filter(
        answer=OuterRef("answer"), first_opened_at__lt=OuterRef("put_right_at")
    )
    relied_on = before.filter(
        Q(membership=actor.holder_id) | Q(membership__seats__desk__in=actor.desk_ids)
    )
    shown = Q(put_right_at__isnull=True) | policies.gave_items(actor) | Q(Exists(relied_on))
    # The text of a correction stands where what it corrects stood
    place = Coalesce(F("corrects__item__position"), F("position"))
    return (
        Item.objects.annotate(put_right_at=put_right_at, place=place)
        .filter(shown)
        .select_related(
            "correction__corrected_by__user",
            "withdrawal__withdrawn_by__user",
            "corrects__corrected_by__user",
        )
        .order_by("place", "position", "pk")
    )


def items_prefetch(actor: Actor) -> Prefetch[str, QuerySet[Item], str]:
    """The items of answers, as their reader is shown them."""
    return Prefetch("items", items_for(actor))


def read_items_again(actor: Actor, answers: Iterable[Answer]) -> None:
    """Read the items of answers anew, after something was put right meanwhile."""
    answers = list(answers)
    for one in answers:
        getattr(one, "_prefetched_objects_cache", {}).pop("items", None)
    prefetch_related_objects(answers, items_prefetch(actor))


def put_right_since(answers: Collection[Answer]) -> bool:
    """Whether an item was put right after these answers were read."""
    shown = [item for one in answers for item in one.items.all()]
    standing = [one.pk for one in shown if not (is_corrected(one) or is_withdrawn(one))]
    changed = Q(correction__isnull=False) | Q(withdrawal__isnull=False)
    return bool(standing) and Item.objects.filter(changed, pk__in=standing).exists()


def is_corrected(item: Item) -> bool:
    return hasattr(item, "correction")


def is_withdrawn(item: Item) -> bool:
    return hasattr(item, "withdrawal")


def own_items(actor: Actor) -> QuerySet[Item]:
    """Items that the actor's own side gave, as they stand."""
    return Item.objects.filter(policies.gave_items(actor)).select_related(
        "answer__ask__request__dossier",
        "answer__ask__desk__agency",
        "answer__share__dossier",
        "answer__share__from_agency",
        "answer__share__from_desk",
        "answer__safe__dossier",
        "answer__subject__snapshot",
        "correction",
        "withdrawal",
    )


def next_position(answer_id: UUID) -> int:
    """Where an item more goes."""
    last = Item.objects.filter(answer=answer_id).order_by("-position")
    return (last.values_list("position", flat=True).first() or 0) + 1
