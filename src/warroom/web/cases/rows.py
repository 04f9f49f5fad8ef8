"""The rows of a case's table, which are the lanes of its river: one for each amount, in the order in which they are decided.

What is alike and small folds into one row, so that an officer reads what matters; a fold opens in place, and every hold
keeps its own record, notice and appeal.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from warroom.cases.standing import LossPart
from warroom.cases.views import ASKED, LESS, CasePage, HoldView, ProposalView
from warroom.reasons.preselection import (
    NO_GROUND,
    has_ground,
    is_almost_all,
    is_blocking_preselection,
    list_doubts,
)

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
    "unknown",
]
SORTS: tuple[Sort, ...] = get_args(Sort)
"""The sorts of rows, in the order of the table."""
SMALL = 500_00
"""Satang; smaller holds without doubts or signs of innocence share one row. Chosen, not measured."""
RESTING: tuple[Sort, ...] = ("spared", "spent", "refused", "passed")
"""Sorts of rows that count what lies on their account and nobody proposes to hold, in the order in which they are asked."""
MOST_ALONE = 4
"""Undecided amounts that stand in a row of their own, whatever else there is to read. Chosen, not measured."""
MOST_OF_SUM, LARGE_PART = 0.8, 0.25
"""The share of what leaves that the rows standing alone make up, and the share of the sum from which an amount always does."""
MOST_SHOWN = 25
"""Rows per sort; the rest of a sort shares one row. Chosen, not measured."""
MOST_SPOKEN = 4
"""Ticked amounts beside those for whose holders something speaks, each in a row with what it is. Chosen, not measured."""
UNDECIDABLE: tuple[Sort, ...] = ("spared", "passed", "spent", "exited", "beyond_horizon")
"""Sorts on which nobody decides: more than one row of them are one until an officer opens it."""
# Rows of a sort that the officer opened: bounds the size of the page. Chosen, not measured.
MOST_OPENED = 200


@dataclass(slots=True)
class CaseTableRow:
    """A row and its lane. `places` are the accounts whose money it draws, `proposals` what its box ticks; `deciding` marks
    the amounts on which the case turns. `count` how many stand in it where it is a fold, `spoken` for how many of their
    holders something speaks, and `fold` by which name it opens. `amount` is what is asked, held or proposed, `counted` what of it counts in the sums of the head, and
    `left_counted` what counts there as left by its bank's answer (satang).
    """

    key: str
    sort: Sort
    amount: int
    places: list[Place] = field(default_factory=list)
    proposal: ProposalView | None = None
    hold: HoldView | None = None
    proposals: tuple[int, ...] = ()
    ticked: bool = False
    doubted: bool = False
    deciding: bool = False
    spoken: int = 0
    count: int = 1
    fold: str = ""
    name: str = ""
    counted: int = 0
    left_counted: int = 0

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
    def is_ticked_by_rule(self) -> bool:
        """Whether it is ticked, as it came."""
        return self.ticked and not self.doubted

    @property
    def has_box(self) -> bool:
        """Whether it is ticked in this row: doubted amounts of a fold are ticked one by one, by who has read them."""
        return bool(self.proposals) and not (self.sort == "more" and self.doubted)

    @property
    def is_almost_all(self) -> bool:
        """Whether the amount is nearly all that is on its account."""
        return self.proposal is not None and is_almost_all(self.amount, self.proposal.balance)

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
    parts: Collection[LossPart] = (),
) -> list[CaseTableRow]:
    """The rows of a case from top to bottom. `ticked`: ids of ticked proposals. `opened`: names of opened folds. `parts`
    are those of the loss: the rows count each of them once.
    """
    rows = (
        _build_victim_rows(trail) + _build_hold_rows(case, now) + _build_proposal_rows(case, ticked, opened)
    )
    taken = {place for row in rows for place in row.places}
    rows += _build_end_rows(trail, taken)
    spent, still = _sum_by_place(trail["ends"], "amount"), _sum_by_place(trail["accounts"], "still_there")
    for row in rows:
        if row.sort == "spared":
            row.sort = "spent" if row.places[0] in spent else "spared"
            row.amount = spent.get(row.places[0]) or still.get(row.places[0], 0)
    taken = {place for row in rows for place in row.places}
    rows += _build_passed_rows(trail, taken)
    rows += _count_parts(rows, parts, trail)
    return sorted(_cap_rows(rows, opened), key=_make_sort_key)


def is_doubted(one: ProposalView) -> bool:
    """Whether an officer must tick the hold: a doubt speaks against it, or nothing but the money speaks for it."""
    return is_blocking_preselection(one.reasons, one.innocent_evidence)


def is_without_ground(one: ProposalView) -> bool:
    """Whether the only reason for the hold is that money came."""
    return not has_ground(reason["code"] for reason in one.reasons)


def is_all_they_have(one: ProposalView) -> bool:
    """Whether the hold would take nearly all that its holder has, for no other reason than that money came."""
    return is_without_ground(one) and is_almost_all(one.amount, one.balance)


def has_innocent_evidence(one: ProposalView) -> bool:
    """Whether there are signs of the holder's innocence; their absence is no sign of guilt."""
    return any(reason["code"] != "nothing_found" for reason in one.innocent_evidence)


def _count_parts(
    rows: list[CaseTableRow], parts: Collection[LossPart], trail: dict[str, Any]
) -> list[CaseTableRow]:
    """Give each row what it counts of the loss; returns rows for what belongs to none of them."""
    if not parts:
        for row in rows:
            row.counted = row.amount
        return []
    by_key = {row.key: row for row in rows} | {f"p{number}": row for row in rows for number in row.proposals}
    by_place = {(row.sort, place): row for row in rows for place in row.places}
    homeless: list[LossPart] = []
    for part in parts:
        home = _find_row(part, by_key, by_place)
        if home is None:
            homeless.append(part)
        elif part.kind == "left":
            home.left_counted += part.amount
        else:
            home.counted += part.amount
    unknown = trail["loss"] - sum(part.amount for part in parts)
    for row in rows:
        if row.sort == "victim":
            row.counted = row.amount
        elif row.sort == "beyond_horizon":
            row.counted, unknown = min(row.amount, unknown), unknown - min(row.amount, unknown)
    return [row for row in _build_other_rows(homeless, unknown) if row.counted]


def _find_row(
    part: LossPart, by_key: dict[str, CaseTableRow], by_place: dict[tuple[Sort, Place], CaseTableRow]
) -> CaseTableRow | None:
    """The row that says what became of a part of the loss."""
    if part.kind == "gone":
        return by_key.get(f"e-exited-{part.row}")
    if part.place is None or part.kind not in ("rest", "spent"):
        return by_key.get(part.row)
    sorts: tuple[Sort, ...] = ("spent",) if part.kind == "spent" else RESTING
    return next((by_place[sort, part.place] for sort in sorts if (sort, part.place) in by_place), None)


def _build_other_rows(parts: list[LossPart], unknown: int) -> Iterable[CaseTableRow]:
    """What nobody proposes to hold beside what is asked or held, what a trail only sums up, and what is not known."""
    sorts: dict[str, Sort] = {"rest": "spared", "gone": "exited", "spent": "spent"}
    for kind in dict.fromkeys(part.kind for part in parts):
        mine = [part for part in parts if part.kind == kind]
        places = list(dict.fromkeys(part.place for part in mine if part.place is not None))
        amount = sum(part.amount for part in mine)
        yield CaseTableRow(
            f"other-{kind}",
            sorts.get(kind, "unknown"),
            amount,
            count=max(2, len(places)),
            name=kind,
            counted=amount,
        )
    yield CaseTableRow("unknown", "unknown", unknown, name="unknown", counted=unknown)


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
    """Whether the bank is silent; true until it answers."""
    return hold.state in ASKED and hold.silent_from is not None and hold.silent_from <= now


def _build_proposal_rows(
    case: CasePage, ticked: Collection[int], opened: Collection[str]
) -> list[CaseTableRow]:
    rows: list[CaseTableRow] = []
    small: dict[str, list[ProposalView]] = {"small": [], "small-off": []}
    for proposal in case.proposals:
        if fold := _choose_small_fold(proposal):
            small[fold].append(proposal)
        elif proposal.state in ("open", "declined", "not_held"):
            rows.append(_build_proposal_row(proposal, ticked))
    for fold, mine in small.items():
        # A fold of a single account would hide it without saving a line.
        if len(mine) < 2 or "small" in opened:
            rows += [_build_proposal_row(proposal, ticked) for proposal in mine]
        else:
            rows.append(_fold_small(fold, mine, ticked))
    return rows


def _choose_small_fold(one: ProposalView) -> str:
    """Which fold of small holds it belongs to; empty for none. What must be read one by one is not folded."""
    if one.state != "open" or one.amount >= SMALL or has_innocent_evidence(one):
        return ""
    if not is_doubted(one):
        return "small"
    return "small-off" if list_doubts(one.reasons, one.innocent_evidence) == [NO_GROUND] else ""


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
        spoken=int(has_innocent_evidence(proposal)),
    )


def _fold_small(key: str, of: list[ProposalView], ticked: Collection[int]) -> CaseTableRow:
    return CaseTableRow(
        key,
        "small",
        sum(proposal.amount for proposal in of),
        [(proposal.bank, proposal.account) for proposal in of],
        proposals=tuple(proposal.id for proposal in of),
        ticked=all(proposal.id in ticked for proposal in of),
        doubted=key != "small",
        count=len(of),
        fold="small",
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


def _build_passed_rows(trail: dict[str, Any], taken: Collection[Place]) -> list[CaseTableRow]:
    """Rows of the other accounts on the trail."""
    rest = [
        trail_account
        for trail_account in trail["accounts"]
        if not trail_account["victim"] and _place_of_account(trail_account["account"]) not in taken
    ]
    return [
        CaseTableRow(f"a{at}", "passed", 0, [_place_of_account(trail_account["account"])])
        for at, trail_account in enumerate(rest)
    ]


def _cap_rows(rows: list[CaseTableRow], opened: Collection[str]) -> Iterable[CaseTableRow]:
    """Keep the first rows of each sort and fold the rest, so that a case with thousands of accounts stays readable."""
    by_sort: dict[Sort, list[CaseTableRow]] = defaultdict(list)
    for row in sorted(rows, key=_make_sort_key):
        by_sort[row.sort].append(row)
    for sort, mine in by_sort.items():
        kept, rest = _split_rows(sort, mine, opened)
        yield from kept
        if rest:
            yield from _build_rest_rows(sort, rest)


def _split_rows(
    sort: Sort, mine: list[CaseTableRow], opened: Collection[str]
) -> tuple[list[CaseTableRow], list[CaseTableRow]]:
    """The rows of a sort that stand by themselves, and those that are folded."""
    # Small holds that are shown would else go into the other fold, and be ticked or unticked with what is in it.
    if sort in opened or (sort == "undecided" and not {"more", "small"}.isdisjoint(opened)):
        for row in mine:
            row.deciding = True
        return mine[:MOST_OPENED], mine[MOST_OPENED:]
    if sort == "undecided":
        return _split_undecided(mine)
    if sort in UNDECIDABLE and len(mine) > 1:
        return [], mine
    return mine[:MOST_SHOWN], mine[MOST_SHOWN:]


def _split_undecided(mine: list[CaseTableRow]) -> tuple[list[CaseTableRow], list[CaseTableRow]]:
    """What decides stands alone: the amounts of which most leaves, large ones, and the first of those that the next press would
    hold although something speaks for their holders. Folded are lesser amounts that come unticked, and the other ticked ones.
    """
    _mark_deciding(mine)
    lesser = [row for row in mine if not row.deciding]
    unticked = [row for row in lesser if row.doubted and not row.ticked]
    silent = [row for row in lesser if row.is_ticked_by_rule and not row.spoken]
    silent += [row for row in lesser if row.is_ticked_by_rule and row.spoken][MOST_SPOKEN:]
    # A fold of a single amount would hide it without saving a line.
    folded = {row.key for rows in (unticked, silent) if len(rows) > 1 for row in rows}
    kept = [row for row in mine if row.key not in folded]
    return kept[:MOST_SHOWN], [row for row in mine if row.key in folded] + kept[MOST_SHOWN:]


def _mark_deciding(mine: list[CaseTableRow]) -> None:
    """Mark the fewest rows, most leaving first, that make up most of what leaves; and those with a large part of the sum."""
    leaves = [row.proposal.leaves if row.proposal is not None else 0 for row in mine]
    weights = leaves if any(leaves) else [row.amount for row in mine]
    total, before = sum(row.amount for row in mine), 0
    for at, (row, weight) in enumerate(zip(mine, weights, strict=True)):
        leads = at < MOST_ALONE and before < MOST_OF_SUM * sum(weights)
        row.deciding = leads or row.amount >= LARGE_PART * total
        before += weight


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
                doubted=any(row.doubted for row in mine),
                spoken=sum(row.spoken for row in mine),
                count=sum(row.count for row in mine),
                fold="more" if sort == "undecided" else sort,
                counted=sum(row.counted for row in mine),
                left_counted=sum(row.left_counted for row in mine),
            )


def _place_of_account(account: dict[str, Any]) -> Place:
    return account["bank"], account["number"]
