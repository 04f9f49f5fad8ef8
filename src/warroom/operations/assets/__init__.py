"""Assets from tracing to pay-out: a register with a double-entry book in which every baht adds up.

Custody is what was seized, more or less by later valuations, less what was returned, spent on keeping it, and paid
out; the database checks it with every booking. Victims register their losses within the law's window and are paid
pro rata to the satang, never more than the loss; what is left goes to the fund that the proceeding names.

It refuses: to hold an asset past the law's clock without a court's word, to forfeit or pay out what an honest owner
claims, to let who drafted a pay-out approve it, to pay by a plan whose ground has changed, and to pay a line twice.
"""

from warroom.operations.assets import clocks
from warroom.operations.assets.classes import class_of, classes
from warroom.operations.assets.owners import decide_claim, file_claim
from warroom.operations.assets.payouts import approve_payout, draft_payout, pay, withdraw_payout
from warroom.operations.assets.proceedings import decide_loss, give_notice, open_proceeding, register_loss
from warroom.operations.assets.reading import (
    Wanted,
    list_assets,
    list_losses,
    list_proceedings,
    read_asset,
    read_proceeding,
)
from warroom.operations.assets.recoveries import note_recovery
from warroom.operations.assets.shares import Shares, shares
from warroom.operations.assets.steps import (
    forfeit,
    freeze,
    give_back,
    keep,
    move,
    realise,
    seize,
    trace_asset,
)
from warroom.operations.assets.values import spend, value_asset

__all__ = [
    "Shares",
    "Wanted",
    "approve_payout",
    "class_of",
    "classes",
    "clocks",
    "decide_claim",
    "decide_loss",
    "draft_payout",
    "file_claim",
    "forfeit",
    "freeze",
    "give_back",
    "give_notice",
    "keep",
    "list_assets",
    "list_losses",
    "list_proceedings",
    "move",
    "note_recovery",
    "open_proceeding",
    "pay",
    "read_asset",
    "read_proceeding",
    "realise",
    "register_loss",
    "seize",
    "shares",
    "spend",
    "trace_asset",
    "value_asset",
    "withdraw_payout",
]
