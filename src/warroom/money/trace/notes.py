"""Notes on a whole trail: charges on the way, references used again, legs in another currency."""

import numpy as np

from warroom import clock
from warroom.money.index.transfer_graph import CHARGE, RETURN, is_current
from warroom.money.trace.findings import DraftReason, TraceFindings
from warroom.money.trace.reported import amount_and_currency


def list_trail_notes(scene: TraceFindings) -> list[DraftReason]:
    """The notes of a trail; none for most."""
    return [
        *_note_records_end(scene),
        *_note_bank_deductions(scene, CHARGE, "charges_taken"),
        *_note_bank_deductions(scene, RETURN, "sent_back"),
        *_note_shared_uetrs(scene),
        *_note_rejections(scene),
        *_note_reused_numbers(scene),
    ]


def _note_records_end(scene: TraceFindings) -> list[DraftReason]:
    if scene.records_end is None:
        return []
    return [
        DraftReason("records_end", {"days": (clock.from_micros(scene.world.as_of) - scene.records_end).days})
    ]


def _note_bank_deductions(scene: TraceFindings, channel: int, code: str) -> list[DraftReason]:
    """What banks took or sent back, together."""
    steps = scene.flow.steps
    mine = np.flatnonzero(steps.channel == channel)
    if not len(mine):
        return []
    amount = int(steps.amount[mine].sum())
    return [
        DraftReason(code, {"amount": amount / 100, **scene.currency_param}, steps.transfer[mine].tolist())
    ]


def _note_shared_uetrs(scene: TraceFindings) -> list[DraftReason]:
    """Payments on the trail whose uetr is also on rows of another payment."""
    drafts: list[DraftReason] = []
    shared = scene.index.find_shared_uetrs(np.unique(scene.shown_steps.transfer))
    for transfer, rows in shared.items():
        others = [row for row in rows if is_current(scene.packed_graph, row)]
        payments = [(n, *amount_and_currency(scene.index, scene.world, n)) for n in others]
        foreign = [payment for payment in payments if payment[2] != scene.currency]
        drafts += [_note_currency_leg(scene, transfer, *payment) for payment in foreign]
        if len(foreign) < len(payments):
            again = [n for n, _, currency in payments if currency == scene.currency]
            drafts.append(DraftReason("uetr_used_again", {"count": len(again)}, [transfer, *again]))
    return drafts


def _note_rejections(scene: TraceFindings) -> list[DraftReason]:
    return [DraftReason("payment_rejected", {"name": name}) for name in scene.reported.rejected]


def _note_reused_numbers(scene: TraceFindings) -> list[DraftReason]:
    """Numbers that stand for other payments since they were named."""
    return [
        DraftReason("number_reused_since", {"name": one.name}, [one.meant, one.now])
        for one in scene.reported.restored
    ]


def _note_currency_leg(
    scene: TraceFindings, transfer: int, other: int, amount: int, currency: str
) -> DraftReason:
    mine, _ = amount_and_currency(scene.index, scene.world, transfer)
    params = {
        "amount": amount / 100,
        "currency": currency,
        "from_currency": scene.currency,
        "rate": amount / mine,
    }
    return DraftReason("other_currency", params, [transfer, other])
