"""What speaks for the holder of an account: looked for as hard as the reasons, and shown beside them.

Where nothing is found, that is said: it means only that the records are silent.
"""

import numpy as np

from warroom.money.history import DAY, History
from warroom.money.scene import Draft, Scene
from warroom.money.sides import AGENCY, COMPANY, SHOP
from warroom.money.world import NEVER, Ints

OLD_DAYS = 180
"""From here on an account counts as old."""
CUSTOM = 2
"""Earlier payments from the same payer that make a custom."""
INCOME_MONTHS = 3
MONTH = 30 * DAY
"""A month of income: the days between two salaries differ."""
SHOP_PAYERS = 20
SHOP_SUM = 200_000
"""Satang (2,000 baht): half of a shop's receipts are smaller."""
EMPTIED = 0.9
"""A departure that takes this share of the balance empties the account."""
SMALL_PART = 0.1
_KNOWN = {SHOP: "known_shop", COMPANY: "known_company", AGENCY: "known_agency"}


def innocence(scene: Scene, row: int, past: History) -> list[Draft]:
    """The evidence for the holder of the account in a row of the flow; never empty."""
    account, first = int(scene.flow.account[row]), int(scene.flow.first[row])
    found = [_victim(scene, account), *_known(scene, account), _age(scene, account, first, past)]
    found += [_custom(scene, account, past), _income(past), _shop(past), _small_part(scene, row, past)]
    kept = [draft for draft in found if draft is not None]
    return kept or [Draft("nothing_found")]


def known_as(scene: Scene, account: int) -> list[Draft]:
    """What the records say an account is, for places where the trail ends; may be empty."""
    return _known(scene, account)


def _victim(scene: Scene, account: int) -> Draft | None:
    if account not in scene.victims:
        return None
    mine = scene.reported.seeds.payer == account
    return Draft("victims_own_account", {}, scene.reported.seeds.transfer[mine].tolist())


def _known(scene: Scene, account: int) -> list[Draft]:
    found: list[Draft] = []
    for fact in scene.index.facts.of(account, scene.world.as_of):
        if fact["kind"] in _KNOWN and not any(draft.code == _KNOWN[fact["kind"]] for draft in found):
            records = [record for record in (fact["record_id"], fact["holder_record"]) if record]
            found.append(Draft(_KNOWN[fact["kind"]], {}, records=records))
    return found


def _age(scene: Scene, account: int, first: int, past: History) -> Draft | None:
    rows = [fact for fact in scene.index.facts.of(account, scene.world.as_of) if fact["opened"] != NEVER]
    if rows:
        oldest = min(rows, key=lambda fact: int(fact["opened"]))
        days = (first - int(oldest["opened"])) // DAY
        return (
            Draft("old_account", {"days": days}, records=[oldest["record_id"]]) if days >= OLD_DAYS else None
        )
    if len(past.t) and (first - int(past.t[0])) // DAY >= OLD_DAYS:
        return Draft("long_in_use", {"days": (first - int(past.t[0])) // DAY}, past.rows(slice(0, 1)))
    return None


def _custom(scene: Scene, account: int, past: History) -> Draft | None:
    """Payments from those who now passed traced money on to it, before the first reported transfer."""
    start = int(scene.reported.seeds.t[0])
    payers = scene.flow.steps.payer[scene.steps_into(account)]
    before = (past.t < start) & (past.signed > 0) & np.isin(past.peer, payers)
    if int(before.sum()) < CUSTOM:
        return None
    return Draft("earlier_custom", {"count": int(before.sum())}, past.rows(before))


def _income(past: History) -> Draft | None:
    """The payer who paid in the most months, if in at least three."""
    came = past.earlier & (past.signed > 0) & (past.peer >= 0)
    if int(came.sum()) < INCOME_MONTHS:
        return None
    months = np.unique(np.column_stack([past.peer[came], past.t[came] // MONTH]), axis=0)
    payers, counts = np.unique(months[:, 0], return_counts=True)
    best = int(counts.argmax())
    if counts[best] < INCOME_MONTHS:
        return None
    return Draft(
        "regular_income", {"months": int(counts[best])}, past.rows(came & (past.peer == payers[best]))
    )


def _shop(past: History) -> Draft | None:
    """Many different payers, mostly small sums, and never emptied before the traced money came."""
    came = past.earlier & (past.signed > 0)
    payers = len(np.unique(past.peer[came]))
    if payers < SHOP_PAYERS or _emptied(past):
        return None
    median = float(np.median(past.signed[came]))
    if median > SHOP_SUM:
        return None
    return Draft("shop_behaviour", {"payers": payers, "median": median / 100}, past.rows(came))


def _emptied(past: History) -> bool:
    went = past.earlier & (past.signed < 0)
    out: Ints = -past.signed[went]
    return bool((out >= EMPTIED * (past.balance[went] + out)).any())


def _small_part(scene: Scene, row: int, past: History) -> Draft | None:
    """The traced money against all that came in over the month before and since."""
    near = (past.signed > 0) & (past.t >= past.first - MONTH)
    turnover, traced = int(past.signed[near].sum()), int(scene.flow.tainted_in[row])
    if turnover <= 0 or traced > SMALL_PART * turnover:
        return None
    params = {"percent": 100 * traced / turnover, "turnover": turnover / 100}
    return Draft("small_part_of_turnover", params, past.rows(near & past.earlier))
