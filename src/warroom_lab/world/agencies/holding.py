"""Holds and blocks as they stand: what each binds, when it ends, and what then becomes of the money.

A hold binds first the stolen money of its report's case, then other stolen money there, then the holder's own. When it
runs out after the 72 hours that the police need to take it over, money whose victim reported is kept for that victim;
what nobody asked for moves on. A release lets all go, and so does a hold that ends before those hours are over. A hold on an account
that stands still binds too, and stays when the suspension ends: what was told of a victim's money must not be lost by acting twice.
"""

from dataclasses import dataclass, field

from warroom_lab.world.crime.flow import StolenMoney
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.play.orders import CountryOrder

TAKEN_OVER = 72 * HOUR
"""So long a bank holds on a report; by then the police have the complaint and keep the money (decree of March 2023)."""


@dataclass(slots=True)
class Measure:
    """One hold, block or suspension that was carried out. `bound`: (parcel, satang) of stolen money; `own`: the holder's."""

    order: CountryOrder
    account: int
    start: int
    end: int
    bound: list[tuple[int, int]] = field(default_factory=list)
    stolen: int = 0
    own: int = 0
    ended: str = ""

    @property
    def is_whole_account(self) -> bool:
        """Whether the whole account stands still."""
        return self.order.kind in ("block", "freeze")

    @property
    def is_intake(self) -> bool:
        """Whether what comes in waits, and nothing else."""
        return self.order.kind == "intake"

    @property
    def is_until_taken_over(self) -> bool:
        """Whether it was ordered for as long as the police need to take the money over."""
        return self.end - self.order.time >= TAKEN_OVER


class Holding:
    """All holds and blocks of one play. `known`: cases whose report has reached the desk."""

    def __init__(self, flow: StolenMoney) -> None:
        self.flow = flow
        self.reported_cases: set[int] = set()
        self.measures: dict[str, Measure] = {}
        self.own: dict[int, int] = {}

    def carry_out_order(
        self, order: CountryOrder, time: int, amount: int, balance: int, cases: set[int]
    ) -> Measure:
        """Bind at most `amount` of what lies there; for a block everything that lies there and comes, for an intake what comes.

        `balance`: the holder's own money there now; `cases`: those of the order's reports.
        """
        made = Measure(order, order.subject, time, order.until or 1 << 62)
        self.measures[order.order_id] = made
        if made.is_whole_account:
            self.flow.blocked[made.account] = self.flow.blocked.get(made.account, 0) + 1
            made.stolen = sum(
                self.flow.p_left[p] - self.flow.p_bound[p] for p in self.flow.list_free_parcels(made.account)
            )
            made.own = max(0, balance - self.own.get(made.account, 0))
        elif made.is_intake:
            self.flow.intakes[made.account] = self.flow.intakes.get(made.account, 0) + 1
        else:
            self._bind_amount(made, amount, balance, cases)
        self.own[made.account] = self.own.get(made.account, 0) + made.own
        for parcel in self.flow.at.get(made.account, ()):
            syndicate = self.flow.case_syndicate[self.flow.p_case[parcel]]
            held = sum(x for p, x in made.bound if p == parcel)
            if made.is_whole_account:
                held = self.flow.p_left[parcel] - self.flow.p_bound[parcel]
            if held:
                self.flow.adversary.record_loss(syndicate, time, held)
        return made

    def _bind_amount(self, made: Measure, amount: int, balance: int, cases: set[int]) -> None:
        flow, left = self.flow, amount
        # The report's own case first, then the oldest: a bank told of one transfer
        # looks for that money before other.
        for parcel in sorted(
            flow.list_free_parcels(made.account), key=lambda p: (flow.p_case[p] not in cases, p)
        ):
            take = min(left, flow.p_left[parcel] - flow.p_bound[parcel])
            if take > 0:
                flow.p_bound[parcel] += take
                made.bound.append((parcel, take))
                left -= take
        made.stolen = amount - left
        # What earlier holds bound of the holder's own money cannot be bound twice; a suspension ends, and binds nothing itself.
        before = sum(
            earlier.own
            for earlier in self.measures.values()
            if earlier.account == made.account and not earlier.ended and not earlier.is_whole_account
        )
        made.own = max(0, min(left, balance - before))

    def end_measure(self, order_id: str, time: int, why: str) -> Measure | None:
        """End a measure that stands; `why`: expired, released or appeal. Nothing where it stands no more."""
        made = self.measures.get(order_id)
        if made is None or made.ended:
            return None
        # Only a hold that ran its full time: one that was released or appealed gives everything back.
        keep = why == "expired" and made.is_until_taken_over
        if made.is_whole_account or made.is_intake:
            made.stolen = self.sum_stolen(made)
        made.ended, made.end = why, time
        self.own[made.account] -= made.own
        if made.is_whole_account:
            self._reopen_account(made, time, keep=keep)
        elif made.is_intake:
            self._let_intake_go(made, time, keep=keep)
        else:
            for parcel, amount in made.bound:
                if not keep or self.flow.p_case[parcel] not in self.reported_cases:
                    self.flow.p_bound[parcel] -= amount
                    self.flow.release_parcel(parcel, time)
        return made

    def sum_stolen(self, made: Measure) -> int:
        """Stolen satang that a measure binds, or bound until it ended; a block catches what comes later too, an intake only that."""
        if made.ended or not (made.is_whole_account or made.is_intake):
            return made.stolen
        return max(made.stolen, sum(self.flow.p_left[parcel] for parcel in self._list_parcels(made)))

    def _reopen_account(self, made: Measure, time: int, *, keep: bool) -> None:
        """A block ends: the account moves again, unless another block stands on it."""
        flow, account = self.flow, made.account
        flow.blocked[account] -= 1
        # Several blocks may stand on an account; it opens with the last of them.
        if flow.blocked[account]:
            return
        del flow.blocked[account]
        self._free_parcels(flow.list_free_parcels(account), time, keep=keep)

    def _let_intake_go(self, made: Measure, time: int, *, keep: bool) -> None:
        """What waited moves again, unless another order still lets it wait."""
        flow, account = self.flow, made.account
        made.bound = [(parcel, flow.p_left[parcel]) for parcel in self._list_parcels(made)]
        flow.intakes[account] -= 1
        if flow.intakes[account]:
            return
        del flow.intakes[account]
        waited = [parcel for parcel in flow.list_free_parcels(account) if parcel in flow.waiting]
        flow.waiting.difference_update(flow.at.get(account, ()))
        self._free_parcels(waited, time, keep=keep)

    def _free_parcels(self, parcels: list[int], time: int, *, keep: bool) -> None:
        """What stood still moves again, or is kept for victims who reported."""
        flow = self.flow
        for parcel in parcels:
            if keep and flow.p_case[parcel] in self.reported_cases:
                flow.p_bound[parcel] = flow.p_left[parcel]
            else:
                flow.release_parcel(parcel, time)

    def sum_taken_over(self, now: int) -> dict[int, int]:
        """case -> satang that police took over for a victim who reported: of measures that have lasted for so long as
        that takes, whether they still stand or ran out."""
        flow, out = self.flow, dict[int, int]()
        lasting = [
            made
            for made in self.measures.values()
            if made.is_until_taken_over and made.start + TAKEN_OVER <= now
        ]
        standing = [made for made in lasting if made.ended in ("", "expired")]
        # A set: two measures may stand on the same money.
        for parcel in sorted({parcel for made in standing for parcel in self._list_parcels(made)}):
            case = flow.p_case[parcel]
            if case in self.reported_cases:
                bound = flow.p_left[parcel] if flow.is_still(parcel) else flow.p_bound[parcel]
                out[case] = out.get(case, 0) + bound
        return out

    def _list_parcels(self, made: Measure) -> list[int]:
        """Parcels of stolen money that a measure binds or bound."""
        if made.is_whole_account:
            return list(self.flow.at.get(made.account, ()))
        if made.is_intake and not made.ended:
            return [parcel for parcel in self.flow.at.get(made.account, ()) if parcel in self.flow.waiting]
        return [parcel for parcel, _ in made.bound]

    def sum_held(self) -> dict[tuple[int, int], int]:
        """(account, case) -> stolen satang that is held or kept now."""
        flow = self.flow
        out: dict[tuple[int, int], int] = {}
        for account, parcels in flow.at.items():
            for parcel in parcels:
                held = flow.p_left[parcel] if flow.is_still(parcel) else flow.p_bound[parcel]
                if held:
                    key = (account, flow.p_case[parcel])
                    out[key] = out.get(key, 0) + held
        return out
