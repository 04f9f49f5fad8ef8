"""What is said of a whole trail: charges on the way, references used again, legs in another currency."""

import numpy as np

from warroom import clock
from warroom.money.index.transfer_graph import CHARGE, RETURN, current
from warroom.money.trace.findings import Draft, Scene
from warroom.money.trace.reported import amount_and_currency


def notes(scene: Scene) -> list[Draft]:
    """The notes of a trail; none for most."""
    return [
        *_ended(scene),
        *_by_banks(scene, CHARGE, "charges_taken"),
        *_by_banks(scene, RETURN, "sent_back"),
        *_shared(scene),
        *_rejected(scene),
        *_restored(scene),
    ]


def _ended(scene: Scene) -> list[Draft]:
    if scene.records_end is None:
        return []
    return [Draft("records_end", {"days": (clock.from_micros(scene.world.as_of) - scene.records_end).days})]


def _by_banks(scene: Scene, channel: int, code: str) -> list[Draft]:
    """What banks took or sent back, together."""
    steps = scene.flow.steps
    mine = np.flatnonzero(steps.channel == channel)
    if not len(mine):
        return []
    amount = int(steps.amount[mine].sum())
    return [Draft(code, {"amount": amount / 100, **scene.unit}, steps.transfer[mine].tolist())]


def _shared(scene: Scene) -> list[Draft]:
    """Payments on the trail whose uetr stands on rows that are not the same payment."""
    found: list[Draft] = []
    shared = scene.index.find_shared_uetrs(np.unique(scene.shown.transfer))
    for transfer, rows in shared.items():
        others = [row for row in rows if current(scene.w, row)]
        told = [(n, *amount_and_currency(scene.index, scene.world, n)) for n in others]
        foreign = [one for one in told if one[2] != scene.currency]
        found += [_leg(scene, transfer, *one) for one in foreign]
        if len(foreign) < len(told):
            again = [n for n, _, currency in told if currency == scene.currency]
            found.append(Draft("uetr_used_again", {"count": len(again)}, [transfer, *again]))
    return found


def _rejected(scene: Scene) -> list[Draft]:
    return [Draft("payment_rejected", {"name": name}) for name in scene.reported.rejected]


def _restored(scene: Scene) -> list[Draft]:
    """Numbers that stand for other payments since they were named."""
    return [
        Draft("number_reused_since", {"name": one.name}, [one.meant, one.now])
        for one in scene.reported.restored
    ]


def _leg(scene: Scene, transfer: int, other: int, amount: int, currency: str) -> Draft:
    mine, _ = amount_and_currency(scene.index, scene.world, transfer)
    params = {
        "amount": amount / 100,
        "currency": currency,
        "from_currency": scene.currency,
        "rate": amount / mine,
    }
    return Draft("other_currency", params, [transfer, other])
