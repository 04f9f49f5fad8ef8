"""Evidence for the holder of an account: searched for as thoroughly as the reasons, and shown with them.

Where nothing is found, the page says so: it means only that the records show nothing.
"""

from warroom.money.index.account_index import Index
from warroom.money.index.references import DAY
from warroom.money.index.registers import AGENCY, COMPANY, SHOP
from warroom.money.index.transfer_graph import NEVER
from warroom.money.trace.findings import DraftReason, TraceFindings
from warroom.money.trace.movements import CUSTOM, INCOME, OLDEST, RECEIPTS, SHOP_PAYERS, TURNOVER, AccountPast

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
# Share of what came in over the month before; chosen, not measured.
SMALL_PART = 0.1
_KNOWN = {SHOP: "known_shop", COMPANY: "known_company", AGENCY: "known_agency"}


def find_innocent_evidence(scene: TraceFindings, row: int, past: AccountPast) -> list[DraftReason]:
    """The evidence for the holder of the account in a row of the flow; never empty."""
    account, first = int(scene.flow.account[row]), int(scene.flow.first[row])
    beside = find_evidence_in_registers(scene.index, scene.world.as_of, account, first, past)
    drafts = [
        scene.one_sided.get(account),
        _find_victim_evidence(scene, account),
        *beside,
        _find_turnover_evidence(scene, row, past),
    ]
    kept = [draft for draft in drafts if draft is not None]
    return kept or [DraftReason("nothing_found")]


def find_evidence_in_registers(
    index: Index, as_of: int, account: int, first: int, past: AccountPast
) -> list[DraftReason]:
    """What registers and an account's own movements before `first` say for its holder; may be empty."""
    drafts: list[DraftReason | None] = [
        *_find_register_evidence(index, as_of, account),
        _find_age_evidence(index, as_of, account, first, past),
    ]
    drafts += [_find_custom_evidence(past), _find_income_evidence(past), _find_shop_evidence(past)]
    return [draft for draft in drafts if draft is not None]


def describe_account_kind(scene: TraceFindings, account: int) -> list[DraftReason]:
    """What the records say an account is, for places where the trail ends; may be empty."""
    return _find_register_evidence(scene.index, scene.world.as_of, account)


def _find_victim_evidence(scene: TraceFindings, account: int) -> DraftReason | None:
    if account not in scene.victim_accounts:
        return None
    mine = scene.reported.seeds.payer == account
    return DraftReason("victims_own_account", {}, scene.reported.seeds.transfer[mine].tolist())


def _find_register_evidence(index: Index, as_of: int, account: int) -> list[DraftReason]:
    found: list[DraftReason] = []
    for fact in index.facts.list_rows_known_at(account, as_of):
        if fact["kind"] in _KNOWN and not any(draft.code == _KNOWN[fact["kind"]] for draft in found):
            records = [record for record in (fact["record_id"], fact["holder_record"]) if record]
            found.append(DraftReason(_KNOWN[fact["kind"]], {}, records=records))
    return found


def _find_age_evidence(
    index: Index, as_of: int, account: int, first: int, past: AccountPast
) -> DraftReason | None:
    rows = [fact for fact in index.facts.list_rows_known_at(account, as_of) if fact["opened"] != NEVER]
    if rows:
        oldest = min(rows, key=lambda fact: int(fact["opened"]))
        days = (first - int(oldest["opened"])) // DAY
        return (
            DraftReason("old_account", {"days": days}, records=[oldest["record_id"]])
            if days >= OLD_DAYS
            else None
        )
    days = (first - past.oldest) // DAY
    return (
        DraftReason("long_in_use", {"days": days}, past.get_transfers_of_kind(OLDEST))
        if days >= OLD_DAYS
        else None
    )


def _find_custom_evidence(past: AccountPast) -> DraftReason | None:
    """Payments from those who now passed traced money on to it, before the first reported transfer."""
    if past.custom < CUSTOMARY:
        return None
    return DraftReason("earlier_custom", {"count": past.custom}, past.get_transfers_of_kind(CUSTOM))


def _find_income_evidence(past: AccountPast) -> DraftReason | None:
    """The payer who paid in the most months, if in at least three."""
    if past.months < INCOME_MONTHS:
        return None
    return DraftReason("regular_income", {"months": past.months}, past.get_transfers_of_kind(INCOME))


def _find_shop_evidence(past: AccountPast) -> DraftReason | None:
    """Many different payers, mostly small sums, and never emptied before the traced money came."""
    if past.payers < SHOP_PAYERS or past.emptied or past.median > 2 * SHOP_SUM:
        return None
    return DraftReason(
        "shop_behaviour",
        {"payers": past.payers, "median": past.median / 200},
        past.get_transfers_of_kind(RECEIPTS),
    )


def _find_turnover_evidence(scene: TraceFindings, row: int, past: AccountPast) -> DraftReason | None:
    """The traced money against all that came in over the month before it; None without such a past."""
    turnover, traced = past.turnover, int(scene.flow.tainted_in[row])
    if turnover <= 0 or traced > SMALL_PART * turnover:
        return None
    params = {"percent": 100 * traced / turnover, "turnover": turnover / 100, **scene.currency_param}
    return DraftReason("small_part_of_turnover", params, past.get_transfers_of_kind(TURNOVER))
