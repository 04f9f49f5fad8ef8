"""What speaks for the holder of an account: looked for as hard as the reasons, and shown beside them.

Where nothing is found, that is said: it means only that the records are silent.
"""

from warroom.money.index.account_index import Index
from warroom.money.index.references import DAY
from warroom.money.index.registers import AGENCY, COMPANY, SHOP
from warroom.money.index.transfer_graph import NEVER
from warroom.money.trace.findings import Draft, Scene
from warroom.money.trace.movements import CUSTOM, INCOME, OLDEST, RECEIPTS, SHOP_PAYERS, TURNOVER, Past

# Mule accounts are used for days after they are sold or opened: half a year of age
# speaks for a holder. Our choice.
OLD_DAYS = 180
"""From here on an account counts as old."""
CUSTOMARY = 2
"""Earlier payments from the same payer that make a custom."""
# Two payments may be chance; a wage or a pension comes a third time.
INCOME_MONTHS = 3
SHOP_SUM = 200_000
"""Satang (2,000 baht): half of a shop's receipts are smaller."""
SMALL_PART = 0.1
_KNOWN = {SHOP: "known_shop", COMPANY: "known_company", AGENCY: "known_agency"}


def innocence(scene: Scene, row: int, past: Past) -> list[Draft]:
    """The evidence for the holder of the account in a row of the flow; never empty."""
    account, first = int(scene.flow.account[row]), int(scene.flow.first[row])
    beside = without_a_trail(scene.index, scene.world.as_of, account, first, past)
    found = [scene.one_sided.get(account), _victim(scene, account), *beside, _small_part(scene, row, past)]
    kept = [draft for draft in found if draft is not None]
    return kept or [Draft("nothing_found")]


def without_a_trail(index: Index, as_of: int, account: int, first: int, past: Past) -> list[Draft]:
    """What registers and an account's own movements before `first` say for its holder; may be empty."""
    found: list[Draft | None] = [*_known(index, as_of, account), _age(index, as_of, account, first, past)]
    found += [_custom(past), _income(past), _shop(past)]
    return [draft for draft in found if draft is not None]


def known_as(scene: Scene, account: int) -> list[Draft]:
    """What the records say an account is, for places where the trail ends; may be empty."""
    return _known(scene.index, scene.world.as_of, account)


def _victim(scene: Scene, account: int) -> Draft | None:
    if account not in scene.victims:
        return None
    mine = scene.reported.seeds.payer == account
    return Draft("victims_own_account", {}, scene.reported.seeds.transfer[mine].tolist())


def _known(index: Index, as_of: int, account: int) -> list[Draft]:
    found: list[Draft] = []
    for fact in index.facts.of(account, as_of):
        if fact["kind"] in _KNOWN and not any(draft.code == _KNOWN[fact["kind"]] for draft in found):
            records = [record for record in (fact["record_id"], fact["holder_record"]) if record]
            found.append(Draft(_KNOWN[fact["kind"]], {}, records=records))
    return found


def _age(index: Index, as_of: int, account: int, first: int, past: Past) -> Draft | None:
    rows = [fact for fact in index.facts.of(account, as_of) if fact["opened"] != NEVER]
    if rows:
        oldest = min(rows, key=lambda fact: int(fact["opened"]))
        days = (first - int(oldest["opened"])) // DAY
        return (
            Draft("old_account", {"days": days}, records=[oldest["record_id"]]) if days >= OLD_DAYS else None
        )
    days = (first - past.oldest) // DAY
    return Draft("long_in_use", {"days": days}, past.rows(OLDEST)) if days >= OLD_DAYS else None


def _custom(past: Past) -> Draft | None:
    """Payments from those who now passed traced money on to it, before the first reported transfer."""
    if past.custom < CUSTOMARY:
        return None
    return Draft("earlier_custom", {"count": past.custom}, past.rows(CUSTOM))


def _income(past: Past) -> Draft | None:
    """The payer who paid in the most months, if in at least three."""
    if past.months < INCOME_MONTHS:
        return None
    return Draft("regular_income", {"months": past.months}, past.rows(INCOME))


def _shop(past: Past) -> Draft | None:
    """Many different payers, mostly small sums, and never emptied before the traced money came."""
    if past.payers < SHOP_PAYERS or past.emptied or past.median > 2 * SHOP_SUM:
        return None
    return Draft("shop_behaviour", {"payers": past.payers, "median": past.median / 200}, past.rows(RECEIPTS))


def _small_part(scene: Scene, row: int, past: Past) -> Draft | None:
    """The traced money against all that came in over the month before it; without such a past nothing is said."""
    turnover, traced = past.turnover, int(scene.flow.tainted_in[row])
    if turnover <= 0 or traced > SMALL_PART * turnover:
        return None
    params = {"percent": 100 * traced / turnover, "turnover": turnover / 100, **scene.unit}
    return Draft("small_part_of_turnover", params, past.rows(TURNOVER))
