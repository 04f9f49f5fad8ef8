"""What speaks for the holder of a signalled account, looked for as hard as the reasons: `money.innocence` without a
trail, in words that speak of no victim.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from warroom.money.index.transfer_graph import pack
from warroom.money.trace.findings import Draft
from warroom.money.trace.innocence import without_a_trail
from warroom.money.trace.movements import pasts
from warroom.signals.mules.why import Look

WORDS = {"old_account": "open_before", "long_in_use": "in_use_before", "earlier_custom": "payers_known"}
"""Sentences that on a trail speak of the victim's money, and the ones that say the same of these days."""


def doubts(looks: Sequence[Look]) -> list[list[Draft]]:
    """The evidence for each holder, never empty: where the records are silent, that is said."""
    if not looks:
        return []
    found = looks[0].found
    t, payer = found.book.payments.t, found.book.payments.payer
    first = np.array([t[one.into[0]] for one in looks], np.int64)
    high = np.cumsum([len(one.into) for one in looks])
    payers = np.concatenate([payer[one.into] for one in looks]).astype(np.int64)
    accounts = np.array([one.account for one in looks], np.int64)
    low = high - [len(one.into) for one in looks]
    # The name keeps alive what `packed` holds bare addresses of; see `money.index.memory`.
    packed = pack(world := found.index.world(found.as_of))
    known = pasts(packed, accounts, first, found.start, payers, low, high)
    del world
    said = [
        without_a_trail(found.index, found.as_of, one.account, int(at), past)
        for one, at, past in zip(looks, first, known, strict=True)
    ]
    return [[_worded(draft) for draft in each] or [Draft("nothing_found")] for each in said]


def _worded(draft: Draft) -> Draft:
    return replace(draft, code=WORDS.get(draft.code, draft.code))
