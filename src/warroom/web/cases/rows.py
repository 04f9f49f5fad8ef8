"""The rows of a case's table, which are the lanes of its river: one for each amount, in the order in which they are decided.

What is alike and small folds into one row, so that an officer reads what matters; a fold opens in place, and every hold
keeps its own record, notice and appeal.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from warroom.cases.views import ASKED, LESS, CasePage, HoldView, ProposalView
from warroom.reasons.preselection import is_blocking_preselection

Place = tuple[str, str]
Sort = Literal[
    "victim",
    "left",
    "silent",
    "undecided",
    "small",
    "more",
    "asked",
    "held",
    "refused",
    "released",
    "declined",
    "spared",
    "passed",
    "spent",
    "exited",
    "beyond_horizon",
]
SORTS: tuple[Sort, ...] = get_args(Sort)
"""The sorts of rows, in the order of the table."""
SMALL = 500_00
"""Satang; smaller holds without doubts or signs of innocence share one row. Chosen, not measured."""
MOST_ROWS = 20
"""With more rows than this, accounts that only passed money on share one row per hop. Chosen, not measured."""
MOST_SHOWN = 25
"""Rows per sort; the rest of a sort shares one row. Chosen, not measured."""
# Rows of a sort that the officer opened: bounds the size of the page. Chosen, not measured.
MOST_OPENED = 200


@dataclass(slots=True)
class CaseTableRow:
    """A row and its lane. `places` are the accounts whose money it draws, `proposals` what its box ticks; `count` how many
    stand in it where it is a fold, and `fold` by which name it opens.
    """

    key: str
    sort: Sort
    amount: int
    places: list[Place] = field(default_factory=list)
    hop: int = 0
    proposal: ProposalView | None = None
    hold: HoldView | None = None
    proposals: tuple[int, ...] = ()
    ticked: bool = False
    doubted: bool = False
    count: int = 1
    fold: str = ""
    name: str = ""

    @property
    def bank(self) -> str:
        return self.places[0][0] if self.count == 1 and self.places else ""

    @property
    def number(self) -> str:
        return self.places[0][1] if self.count == 1 and self.places else ""

    @property
    def left(self) -> int:
        """Satang that the bank reported as gone."""
        return self.hold.amount - self.hold.held if self.hold is not None else 0

    @property
    def share(self) -> float | None:
        """The amount's share of the known balance."""
        balance = self.proposal.balance if self.proposal is not None else 0
        return min(1.0, self.amount / balance) if balance > 0 else None


def build_rows(
    case: CasePage,
    trail: dict[str, Any],
    now: datetime,
    ticked: Collection[int],
    opened: Collection[str] = (),
) -> list[CaseTableRow]:
    """The rows of a case from top to bottom. `ticked`: ids of ticked proposals. `opened`: names of opened folds."""
    hops = {
        _place_of_account(trail_account["account"]): trail_account["hops"]
        for trail_account in trail["accounts"]
    }
    rows = (
        _build_victim_rows(trail) + _build_hold_rows(case, now) + _build_proposal_rows(case, ticked, opened)
    )
    taken = {place for row in rows for place in row.places}
    rows += _build_end_rows(trail, taken)
    spent, still = _sum_by_place(trail["ends"], "amount"), _sum_by_place(trail["accounts"], "still_there")
    for row in rows:
        row.hop = hops.get(row.places[0], 0) if row.places else 0
        if row.sort == "spared":
            row.sort = "spent" if row.places[0] in spent else "spared"
            row.amount = spent.get(row.places[0]) or still.get(row.places[0], 0)
    taken = {place for row in rows for place in row.places}
    rows += _build_passed_rows(trail, taken, len(rows), opened)
    return sorted(_cap_rows(rows, opened), key=_make_sort_key)


def is_doubted(one: ProposalView) -> bool:
    """Whether a doubt or a sign of innocence prevents preselection, so that an officer must tick the hold."""
    return is_blocking_preselection(one.reasons, one.innocent_evidence)


def has_innocent_evidence(one: ProposalView) -> bool:
    """Whether there are signs of the holder's innocence; their absence is no sign of guilt."""
    return any(reason["code"] != "nothing_found" for reason in one.innocent_evidence)


def _make_sort_key(row: CaseTableRow) -> tuple[int, float, int, str]:
    leaves = row.proposal.leaves if row.proposal is not None else 0
    return SORTS.index(row.sort), -leaves, -row.amount, row.key


def _build_victim_rows(trail: dict[str, Any]) -> list[CaseTableRow]:
    places = [_place_of_account(one) for one in trail["victims"]]
    return (
        [CaseTableRow("victim", "victim", trail["loss"], places, count=max(1, len(places)))] if places else []
    )


def _build_hold_rows(case: CasePage, now: datetime) -> list[CaseTableRow]:
    of = {proposal.action_id: proposal for proposal in case.proposals if proposal.action_id is not None}
    return [
        CaseTableRow(
            f"h{hold.id}",
            find_row_sort(hold, now),
            hold.held if hold.state == "partly" else hold.amount,
            [(hold.bank, hold.account)],
            proposal=of.get(hold.id),
            hold=hold,
        )
        for hold in case.actions
        if hold.state != "taken_back"
    ]


def find_row_sort(hold: HoldView, now: datetime) -> Sort:
    """The sort of a hold's row. Money reported as gone comes first until an officer has followed it."""
    if hold.state in LESS and hold.left_settled_at is None:
        return "left"
    if hold.state in ASKED:
        return "silent" if is_silent(hold, now) else "asked"
    if hold.state in ("in_effect", "partly"):
        return "held"
    return "refused" if hold.state == "refused" else "released"


def is_silent(hold: HoldView, now: datetime) -> bool:
    """Whether the bank's answer takes longer than any before; true until it answers."""
    struck = any(one.kind == "silence" and one.state == "done" for one in hold.clocks)
    return hold.state in ASKED and (struck or (hold.silent_from is not None and now > hold.silent_from))


def _build_proposal_rows(
    case: CasePage, ticked: Collection[int], opened: Collection[str]
) -> list[CaseTableRow]:
    rows, small = [], []
    for proposal in case.proposals:
        if (
            proposal.state == "open"
            and proposal.amount < SMALL
            and not has_innocent_evidence(proposal)
            and not is_doubted(proposal)
        ):
            small.append(proposal)
        elif proposal.state in ("open", "declined", "not_held"):
            rows.append(_build_proposal_row(proposal, ticked))
    # A fold of a single account would hide it without saving a line.
    if len(small) < 2 or "small" in opened:
        return rows + [_build_proposal_row(proposal, ticked) for proposal in small]
    return [*rows, _fold_proposals("small", small, ticked)]


def _build_proposal_row(proposal: ProposalView, ticked: Collection[int]) -> CaseTableRow:
    sorts: dict[str, Sort] = {"open": "undecided", "declined": "declined"}
    mine = (proposal.id,) if proposal.state == "open" else ()
    return CaseTableRow(
        f"p{proposal.id}",
        sorts.get(proposal.state, "spared"),
        proposal.amount,
        [(proposal.bank, proposal.account)],
        proposal=proposal,
        proposals=mine,
        ticked=proposal.id in ticked,
        doubted=is_doubted(proposal),
    )


def _fold_proposals(
    sort: Literal["small", "more"], of: list[ProposalView], ticked: Collection[int]
) -> CaseTableRow:
    return CaseTableRow(
        sort,
        sort,
        sum(proposal.amount for proposal in of),
        [(proposal.bank, proposal.account) for proposal in of],
        proposals=tuple(proposal.id for proposal in of),
        ticked=all(proposal.id in ticked for proposal in of),
        count=len(of),
        fold=sort,
    )


def _build_end_rows(trail: dict[str, Any], taken: Collection[Place]) -> list[CaseTableRow]:
    """One row per kind of exit; a shop that has a row already keeps it."""
    groups: dict[tuple[Sort, str], list[dict[str, Any]]] = defaultdict(list)
    for end in trail["ends"]:
        if end["kind"] != "spent" or _place_of_account(end["account"]) not in taken:
            groups[end["kind"], end["channel"]].append(end)
    return [
        CaseTableRow(
            f"e-{kind}-{channel}",
            kind,
            sum(end["amount"] for end in ends),
            list(dict.fromkeys(_place_of_account(end["account"]) for end in ends)),
            count=len({_place_of_account(end["account"]) for end in ends}),
            name=channel,
        )
        for (kind, channel), ends in groups.items()
    ]


def _sum_by_place(items: list[dict[str, Any]], amount: str) -> dict[Place, int]:
    sums: dict[Place, int] = defaultdict(int)
    for one in items:
        if one.get("kind", "spent") == "spent":
            sums[_place_of_account(one["account"])] += one[amount]
    return sums


def _build_passed_rows(
    trail: dict[str, Any], taken: Collection[Place], rows: int, opened: Collection[str]
) -> list[CaseTableRow]:
    """Rows of the other accounts on the trail: one each, or one per hop if there are too many rows."""
    rest = [
        trail_account
        for trail_account in trail["accounts"]
        if not trail_account["victim"] and _place_of_account(trail_account["account"]) not in taken
    ]
    if rows + len(rest) <= MOST_ROWS or "passed" in opened:
        return [_build_hop_row(f"a{at}", [trail_account]) for at, trail_account in enumerate(rest)]
    tiers: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for trail_account in rest:
        tiers[trail_account["hops"]].append(trail_account)
    return [_build_hop_row(f"hop{hop}", tiers[hop]) for hop in sorted(tiers)]


def _build_hop_row(key: str, accounts: list[dict[str, Any]]) -> CaseTableRow:
    return CaseTableRow(
        key,
        "passed",
        sum(trail_account["passed_on"] for trail_account in accounts),
        [_place_of_account(trail_account["account"]) for trail_account in accounts],
        hop=accounts[0]["hops"],
        count=len(accounts),
        fold="passed" if len(accounts) > 1 else "",
    )


def _cap_rows(rows: list[CaseTableRow], opened: Collection[str]) -> Iterable[CaseTableRow]:
    """Keep the first rows of each sort and fold the rest, so that a case with thousands of accounts stays readable."""
    by_sort: dict[Sort, list[CaseTableRow]] = defaultdict(list)
    for row in sorted(rows, key=_make_sort_key):
        by_sort[row.sort].append(row)
    for sort, mine in by_sort.items():
        most = MOST_OPENED if sort in opened or (sort == "undecided" and "more" in opened) else MOST_SHOWN
        yield from mine[:most]
        if rest := mine[most:]:
            yield from _build_rest_rows(sort, rest)


def _build_rest_rows(sort: Sort, rest: list[CaseTableRow]) -> Iterable[CaseTableRow]:
    # Holds with a doubt or a sign of innocence must be read one by one, so they are neither folded nor
    # ticked.
    for name, mine in (
        ("", [row for row in rest if row.ticked]),
        ("-off", [row for row in rest if not row.ticked]),
    ):
        if mine:
            yield CaseTableRow(
                f"more-{sort}{name}",
                "more" if sort == "undecided" else sort,
                sum(row.amount for row in mine),
                [place for row in mine for place in row.places],
                proposals=tuple(number for row in mine for number in row.proposals),
                ticked=not name and sort == "undecided",
                count=len(mine),
                fold="more" if sort == "undecided" else sort,
            )


def _place_of_account(account: dict[str, Any]) -> Place:
    return account["bank"], account["number"]
