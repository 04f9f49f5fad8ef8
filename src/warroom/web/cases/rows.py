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
from warroom.reasons.preselection import blocks_preselection

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
"""What a row is, in the order of the table."""
SMALL = 500_00
"""Satang: holds of less that nothing doubts, and for whose holders nothing speaks, are one row."""
MOST_ROWS = 20
"""With more rows than this, accounts that only passed money on are one row a hop."""
MOST_SHOWN = 25
"""Undecided amounts that have a row of their own, and as many of each other sort; the rest is one row."""
MOST_OPENED = 200


@dataclass(slots=True)
class Row:
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
        """Satang that the bank said had left."""
        return self.hold.amount - self.hold.held if self.hold is not None else 0

    @property
    def share(self) -> float | None:
        """Which part of the known balance the amount is."""
        balance = self.proposal.balance if self.proposal is not None else 0
        return min(1.0, self.amount / balance) if balance > 0 else None


def rows_of(
    case: CasePage,
    trail: dict[str, Any],
    now: datetime,
    ticked: Collection[int],
    opened: Collection[str] = (),
) -> list[Row]:
    """The rows of a case from top to bottom; `ticked` are proposals whose boxes are, `opened` the folds that are open."""
    hops = {_place(one["account"]): one["hops"] for one in trail["accounts"]}
    rows = _victims(trail) + _holds(case, now) + _proposals(case, ticked, opened)
    taken = {place for row in rows for place in row.places}
    rows += _ends(trail, taken)
    spent, still = _by_place(trail["ends"], "amount"), _by_place(trail["accounts"], "still_there")
    for row in rows:
        row.hop = hops.get(row.places[0], 0) if row.places else 0
        if row.sort == "spared":
            row.sort = "spent" if row.places[0] in spent else "spared"
            row.amount = spent.get(row.places[0]) or still.get(row.places[0], 0)
    taken = {place for row in rows for place in row.places}
    rows += _passed(trail, taken, len(rows), opened)
    return sorted(_capped(rows, opened), key=_order)


def is_doubted(one: ProposalView) -> bool:
    """Whether a doubt of the hold, or what speaks for its holder, leaves the tick to a person."""
    return blocks_preselection(one.reasons, one.innocent_evidence)


def speaks_for(one: ProposalView) -> bool:
    """Whether anything speaks for the holder; that nothing was found says nothing."""
    return any(reason["code"] != "nothing_found" for reason in one.innocent_evidence)


def _order(row: Row) -> tuple[int, float, int, str]:
    leaves = row.proposal.leaves if row.proposal is not None else 0
    return SORTS.index(row.sort), -leaves, -row.amount, row.key


def _victims(trail: dict[str, Any]) -> list[Row]:
    places = [_place(one) for one in trail["victims"]]
    return [Row("victim", "victim", trail["loss"], places, count=max(1, len(places)))] if places else []


def _holds(case: CasePage, now: datetime) -> list[Row]:
    of = {one.action_id: one for one in case.proposals if one.action_id is not None}
    return [
        Row(
            f"h{hold.id}",
            sort_of(hold, now),
            hold.held if hold.state == "partly" else hold.amount,
            [(hold.bank, hold.account)],
            proposal=of.get(hold.id),
            hold=hold,
        )
        for hold in case.actions
        if hold.state != "taken_back"
    ]


def sort_of(hold: HoldView, now: datetime) -> Sort:
    """Which sort of row a hold is now: what a bank said had left comes before everything until somebody has followed it."""
    if hold.state in LESS and hold.left_settled_at is None:
        return "left"
    if hold.state in ASKED:
        return "silent" if is_silent(hold, now) else "asked"
    if hold.state in ("in_effect", "partly"):
        return "held"
    return "refused" if hold.state == "refused" else "released"


def is_silent(hold: HoldView, now: datetime) -> bool:
    """Whether the bank takes longer than it ever does; it is so until it answers."""
    struck = any(one.kind == "silence" and one.state == "done" for one in hold.clocks)
    return hold.state in ASKED and (struck or (hold.silent_from is not None and now > hold.silent_from))


def _proposals(case: CasePage, ticked: Collection[int], opened: Collection[str]) -> list[Row]:
    rows, small = [], []
    for one in case.proposals:
        if one.state == "open" and one.amount < SMALL and not speaks_for(one) and not is_doubted(one):
            small.append(one)
        elif one.state in ("open", "declined", "not_held"):
            rows.append(_proposal(one, ticked))
    # A fold of one would hide an account and save no line.
    if len(small) < 2 or "small" in opened:
        return rows + [_proposal(one, ticked) for one in small]
    return [*rows, _fold("small", small, ticked)]


def _proposal(one: ProposalView, ticked: Collection[int]) -> Row:
    sorts: dict[str, Sort] = {"open": "undecided", "declined": "declined"}
    mine = (one.id,) if one.state == "open" else ()
    return Row(
        f"p{one.id}",
        sorts.get(one.state, "spared"),
        one.amount,
        [(one.bank, one.account)],
        proposal=one,
        proposals=mine,
        ticked=one.id in ticked,
        doubted=is_doubted(one),
    )


def _fold(sort: Literal["small", "more"], of: list[ProposalView], ticked: Collection[int]) -> Row:
    return Row(
        sort,
        sort,
        sum(one.amount for one in of),
        [(one.bank, one.account) for one in of],
        proposals=tuple(one.id for one in of),
        ticked=all(one.id in ticked for one in of),
        count=len(of),
        fold=sort,
    )


def _ends(trail: dict[str, Any], taken: Collection[Place]) -> list[Row]:
    """A row for each way out; a shop that stands in the table already keeps its row."""
    groups: dict[tuple[Sort, str], list[dict[str, Any]]] = defaultdict(list)
    for end in trail["ends"]:
        if end["kind"] != "spent" or _place(end["account"]) not in taken:
            groups[end["kind"], end["channel"]].append(end)
    return [
        Row(
            f"e-{kind}-{channel}",
            kind,
            sum(end["amount"] for end in ends),
            list(dict.fromkeys(_place(end["account"]) for end in ends)),
            count=len({_place(end["account"]) for end in ends}),
            name=channel,
        )
        for (kind, channel), ends in groups.items()
    ]


def _by_place(items: list[dict[str, Any]], amount: str) -> dict[Place, int]:
    sums: dict[Place, int] = defaultdict(int)
    for one in items:
        if one.get("kind", "spent") == "spent":
            sums[_place(one["account"])] += one[amount]
    return sums


def _passed(trail: dict[str, Any], taken: Collection[Place], rows: int, opened: Collection[str]) -> list[Row]:
    """Accounts on the trail that no other row shows: each its own, or where there are many rows one a hop."""
    rest = [one for one in trail["accounts"] if not one["victim"] and _place(one["account"]) not in taken]
    if rows + len(rest) <= MOST_ROWS or "passed" in opened:
        return [_tier(f"a{at}", [one]) for at, one in enumerate(rest)]
    tiers: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in rest:
        tiers[one["hops"]].append(one)
    return [_tier(f"hop{hop}", tiers[hop]) for hop in sorted(tiers)]


def _tier(key: str, accounts: list[dict[str, Any]]) -> Row:
    return Row(
        key,
        "passed",
        sum(one["passed_on"] for one in accounts),
        [_place(one["account"]) for one in accounts],
        hop=accounts[0]["hops"],
        count=len(accounts),
        fold="passed" if len(accounts) > 1 else "",
    )


def _capped(rows: list[Row], opened: Collection[str]) -> Iterable[Row]:
    """Of each sort the first rows, and one for the rest: a case of thousands of accounts is read as well."""
    by_sort: dict[Sort, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_order):
        by_sort[row.sort].append(row)
    for sort, mine in by_sort.items():
        most = MOST_OPENED if sort in opened or (sort == "undecided" and "more" in opened) else MOST_SHOWN
        yield from mine[:most]
        if rest := mine[most:]:
            yield from _rest(sort, rest)


def _rest(sort: Sort, rest: list[Row]) -> Iterable[Row]:
    # A doubt, or what speaks for a holder, is read and not folded away under a tick: those stay apart, and unticked.
    for name, mine in (
        ("", [one for one in rest if one.ticked]),
        ("-off", [one for one in rest if not one.ticked]),
    ):
        if mine:
            yield Row(
                f"more-{sort}{name}",
                "more" if sort == "undecided" else sort,
                sum(one.amount for one in mine),
                [place for one in mine for place in one.places],
                proposals=tuple(number for one in mine for number in one.proposals),
                ticked=not name and sort == "undecided",
                count=len(mine),
                fold="more" if sort == "undecided" else sort,
            )


def _place(account: dict[str, Any]) -> Place:
    return account["bank"], account["number"]
