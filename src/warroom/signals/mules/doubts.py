"""Evidence for the holder of a signalled account, searched as thoroughly as the reasons: `money.innocence`
without a trail, worded without a victim.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from warroom.money.index.transfer_graph import pack_graph
from warroom.money.trace.findings import DraftReason
from warroom.money.trace.innocence import find_evidence_in_registers
from warroom.money.trace.movements import summarise_pasts
from warroom.signals.mules.why import AccountLook

WORDS = {"old_account": "open_before", "long_in_use": "in_use_before", "earlier_custom": "payers_known"}
"""Codes whose sentences mention the victim's money, and the codes that say the same of the window."""


def list_doubts(looks: Sequence[AccountLook]) -> list[list[DraftReason]]:
    """The evidence for each holder, never empty: where nothing was found, a draft says so."""
    if not looks:
        return []
    scored = looks[0].found
    t, payer = scored.book.payments.t, scored.book.payments.payer
    first = np.array([t[account_look.into[0]] for account_look in looks], np.int64)
    high = np.cumsum([len(account_look.into) for account_look in looks])
    payers = np.concatenate([payer[account_look.into] for account_look in looks]).astype(np.int64)
    accounts = np.array([account_look.account for account_look in looks], np.int64)
    low = high - [len(account_look.into) for account_look in looks]
    # The name keeps alive what `packed` holds bare addresses of; see `money.index.memory`.
    packed = pack_graph(world := scored.index.build_graph_as_of(scored.as_of))
    known = summarise_pasts(packed, accounts, first, scored.start, payers, low, high)
    # Kept until here: `packed` holds bare addresses into it.
    del world
    draft_lists = [
        find_evidence_in_registers(scored.index, scored.as_of, account_look.account, int(at), past)
        for account_look, at, past in zip(looks, first, known, strict=True)
    ]
    return [
        [_reword_draft(draft) for draft in drafts] or [DraftReason("nothing_found")] for drafts in draft_lists
    ]


def _reword_draft(draft: DraftReason) -> DraftReason:
    return replace(draft, code=WORDS.get(draft.code, draft.code))
