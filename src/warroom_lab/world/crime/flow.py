"""Stolen money as it moves: a heap of payments to come, pots of it in accounts, and what holds leave behind.

A payment is made when its time comes, from what is free in its account then. Where nothing is held everything happens
as planned; a hold changes only the money it binds and what would have followed from it.
"""

import heapq
from collections.abc import Sequence

import numpy as np

from warroom_lab.world.agencies.listed import FraudRegistry
from warroom_lab.world.agencies.warned import AccountWarnings
from warroom_lab.world.crime.adversary import Adversary
from warroom_lab.world.crime.columns import BAIT_REFUND, COLLECT, COVER, LAYER, SPEND, VICTIM_PAY
from warroom_lab.world.crime.exits import OWN_MACHINE
from warroom_lab.world.crime.hands import GangAccounts
from warroom_lab.world.crime.mules import count_live_accounts
from warroom_lab.world.crime.payment_numbers import CRIME, LATE, PARTS
from warroom_lab.world.crime.payments import PlayedPayments
from warroom_lab.world.crime.prices import Prices
from warroom_lab.world.crime.underworld import Underworld
from warroom_lab.world.crime.victims import Victims
from warroom_lab.world.drawing.columns import CASH, GOODS, HOUR, MINUTE, SECOND, TRANSFER, Array, pack_column
from warroom_lab.world.population.nation import RENEWED, Nation, make_bank_device_numbers

ROOT, CHILD, SWEEP, COVERED, FLUSH, START = range(6)
MOVING_ON = (SPEND, BAIT_REFUND)
GOODS_PURPOSE = 4
"""As every payment by the channel goods says, an index of economy.PURPOSES."""
LEAST_SPLIT = 2000_00
"""Satang below which a sum is not split further."""
RETRY = 6 * HOUR
"""After this a gang that had no account tries again (A)."""
OUT = frozenset(range(COLLECT + 1, SPEND + 1))

NEVER = 2**62


class StolenMoney:
    """All stolen money of one play. `rows`: the payments made so far, in order of time. `blocked`, `intakes`: accounts that stand
    still, or whose incoming money waits, by how many orders; `waiting`: parcels that wait for the latter."""

    def __init__(self, nation: Nation, world: Underworld, banks: Sequence[int], adversary: Adversary) -> None:
        chain, mules, cases = world.chain, world.mules, world.cases
        self.adversary, self.banks = adversary, banks
        self.prices = Prices(
            int(count_live_accounts(nation, world.syndicates).sum()), len(mules), nation.scenario
        )
        self.warned = AccountWarnings(nation)
        self.listed = FraudRegistry(np.concatenate([nation.accounts.holder, world.accounts.holder]))
        self.hands = GangAccounts(nation, world, banks, adversary, self.prices, self.warned, self.listed)
        self.machines = nation.roles["atms"].tolist()
        self.doors = adversary.build_doors(nation)
        # A play reads single elements millions of times.
        self.case, self.first = pack_column(chain.case), pack_column(chain.first)
        self.children, self.number = pack_column(chain.children), pack_column(chain.number)
        self.hop, self.after, self.amount = (
            pack_column(chain.hop),
            pack_column(chain.after),
            pack_column(chain.amount),
        )
        self.typology, self.payee = pack_column(chain.typology), pack_column(chain.payee)
        self.channel, self.draw = pack_column(chain.channel), pack_column(chain.draw)
        device, renewed = _find_devices(nation, world)
        self.first_device, self.renewed = pack_column(device), pack_column(renewed)
        self.mule_account: Sequence[int] = pack_column(mules.account)
        self.mule_device: Sequence[int] = pack_column(mules.device)
        self.case_syndicate, self.case_account = cases.syndicate.tolist(), cases.account.tolist()
        self.case_draw = cases.draw.tolist()
        self.seed, self.victims = nation.seed, Victims(cases)
        self.covers = tuple(
            pack_column(getattr(world.covers, name))
            for name in ("mule", "payer", "payee", "amount", "channel")
        )
        self.happens: list[bool] = [True] * len(cases)
        self.rows = PlayedPayments()
        self.parts: list[tuple[int, int, int]] = []
        self.own: dict[int, int] = {}
        self.blocked: dict[int, int] = {}
        self.intakes: dict[int, int] = {}
        self.waiting: set[int] = set()
        self.at: dict[int, list[int]] = {}
        self.p_case: list[int] = []
        self.p_mule: list[int] = []
        self.p_account: list[int] = []
        self.p_came: list[int] = []
        self.p_left: list[int] = []
        self.p_bound: list[int] = []
        self.p_node: list[int] = []
        self.late: dict[int, int] = {}
        self.sweeping: set[int] = set()
        self.stolen = 0
        self.straight: dict[int, int] = {}
        self.paid: dict[int, dict[int, int]] = {}
        self.heap: list[tuple[int, int, int, int, int]] = self._build_events(world)
        heapq.heapify(self.heap)

    def _build_events(self, world: Underworld) -> list[tuple[int, int, int, int, int]]:
        """(time, number, what, parcel or -1, node): victims' payments, covers and the first contacts of cases."""
        events = []
        # Only roots: what follows is put on the heap when its money arrives, since a hold
        # may keep it from ever happening.
        for node in range(int((world.chain.parent < 0).sum())):
            # Numbers are a function of the plan and not of the play: in a twin the
            # same payment has the same number.
            uid = CRIME | self.case[node] << 24 | self.number[node] * PARTS
            events.append((self.after[node], uid, ROOT, -1, node))
        base = CRIME | len(self.happens) << 24
        events += [
            (time, base | row, COVERED, -1, row) for row, time in enumerate(world.covers.time.tolist())
        ]
        events += [(time, case, START, -1, case) for case, time in enumerate(world.cases.start.tolist())]
        return events

    def play_until(self, until: int) -> None:
        """Everything that happens up to and at `until`."""
        heap, pop = self.heap, heapq.heappop
        while heap and heap[0][0] <= until:
            time, uid, what, parcel, node = pop(heap)
            if what == CHILD:
                self._handle_onward_payment(time, uid, parcel, node)
            elif what == ROOT:
                self._handle_victim_payment(time, uid, node)
            elif what == SWEEP:
                self._sweep_account(time, uid, node)
            elif what == FLUSH:
                self._flush_parcel(time, uid, parcel)
            elif what == COVERED:
                self._pay_cover(time, uid, node)
            else:
                # The case's own draw against what is left of the gang: a measure that weakens gangs
                # prevents the same cases in every twin.
                self.happens[node] = self.case_draw[node] < self.adversary.get_capacity(node, time)

    # Payments

    def _handle_victim_payment(self, time: int, uid: int, node: int) -> None:
        case, most = self.case[node], self.adversary.strategy.most
        amount = min(self.amount[node], most) if most else self.amount[node]
        if not self.happens[case]:
            if case in self.victims.never_paid:
                self.victims.never_paid[case] += amount
            return
        when = self.after[node] + self.victims.behind.get(case, 0)
        if time < when:
            heapq.heappush(self.heap, (when, uid, ROOT, -1, node))
            return
        straight = self.adversary.choose_straight_exit(self.victims.straight[case], self.doors)
        if straight is not None:
            self._pay_straight_out(time, uid, case, amount, *straight)
            return
        payer = self.case_account[case]
        # Chosen when the money comes, not when it was planned: the account may be lost by now.
        avoid = self.victims.avoids.get(case, -1)
        mule = self.hands.choose_account(self.payee[node], time, avoid, bank=self.banks[payer], victim=True)
        if mule < 0:
            self.adversary.record_missed_payment(self.case_syndicate[case], time, amount)
        elif self._is_warning_heeded(case, payer, self.mule_account[mule], time):
            self._handle_turn_back(time, uid, node, mule, amount)
        else:
            self._pay_as_victim(time, uid, case, self.mule_account[mule], amount, TRANSFER)
            self._add_parcel(time, mule, case, amount, node, 0)

    def _is_warning_heeded(self, case: int, payer: int, account: int, time: int) -> bool:
        """Whether the victim is warned by the own bank, and turns back."""
        if self.warned.find_warned_since(account, time) < 0 or not self.warned.shown[self.banks[payer]]:
            return False
        return self.victims.is_warning_heeded(case)

    def _handle_turn_back(self, time: int, uid: int, node: int, mule: int, amount: int) -> None:
        """The victim does not pay; some are called again, and pay everything later that was still to come."""
        case = self.case[node]
        self.hands.record_turn_back(mule, time, amount)
        if self.victims.talk_into_paying(case, self.seed, self.mule_account[mule]):
            heapq.heappush(self.heap, (self.after[node] + self.victims.behind[case], uid, ROOT, -1, node))
            return
        self.happens[case] = False
        self.victims.never_paid[case] = amount

    def _pay_straight_out(
        self, time: int, uid: int, case: int, amount: int, way: int, payee: int, channel: int
    ) -> None:
        """The victim pays a way out without any account of a gang's between."""
        self.straight[uid] = way
        self.own[payee] = self.own.get(payee, 0) + amount
        self._pay_as_victim(time, uid, case, payee, amount, channel)

    def _pay_as_victim(self, time: int, uid: int, case: int, payee: int, amount: int, channel: int) -> None:
        """A victim's payment."""
        payer = self.case_account[case]
        self.stolen += amount
        self.paid.setdefault(case, {})[uid] = amount
        self.own[payer] = self.own.get(payer, 0) - amount
        self.adversary.record_taking(self.case_syndicate[case], time, amount)
        device = self._get_own_device(payer, time)
        self._add_payment(time, uid, payer, payee, amount, channel, device, VICTIM_PAY, case, 0)

    def _handle_onward_payment(self, time: int, uid: int, parcel: int, node: int) -> None:
        if self.is_still(parcel):
            self.hands.drop_account(self.p_mule[parcel], time)
            return
        planned, arrived_satang, whole = (
            self.amount[node],
            self.p_came[parcel],
            self.amount[self.p_node[parcel]],
        )
        if arrived_satang != whole:
            # What came may be less than planned, since parts of it were held on the way:
            # all that follows shrinks alike.
            planned = planned * arrived_satang // whole
        free = self.p_left[parcel] - self.p_bound[parcel]
        if free < planned:
            # The payment fails because money is bound: that is how a gang learns that the account is watched.
            if self.p_bound[parcel]:
                self.hands.drop_account(self.p_mule[parcel], time)
            planned = free
        if planned > 0:
            self._pay_onward(time, uid, parcel, node, planned)

    def _pay_onward(self, time: int, uid: int, parcel: int, node: int, amount: int) -> None:
        """A payment out of a parcel, as the node says; a gang may split it or take another door."""
        kind, case = self.typology[node], self.p_case[parcel]
        if kind in (LAYER, COLLECT):
            part = -1 if uid & LATE else uid & (PARTS - 1)
            large = kind == LAYER and amount >= LEAST_SPLIT and part < PARTS // 2
            if large and self.adversary.is_sum_split(
                self.case_syndicate[case], time, self.draw[node], amount
            ):
                self._pay_in_halves(time, uid, parcel, node, amount, part)
                return
            self._pay_to_mule(time, uid, parcel, node, amount, part)
            return
        payee, channel = self.payee[node], self.channel[node]
        if kind not in MOVING_ON:
            kind, payee, channel = self.adversary.choose_exit(
                self.case_syndicate[case], time, self.draw[node], kind, payee, channel, amount, self.doors
            )
        self._pay_out(time, uid, parcel, kind, payee, channel, amount, self.hop[node])

    def _pay_in_halves(self, time: int, uid: int, parcel: int, node: int, amount: int, part: int) -> None:
        half, base = amount // 2, uid - part
        turn = 0 if self.adversary.strategy.together else 1
        if part < 0:
            self._pay_to_mule(time, uid, parcel, node, half, -1)
            self._pay_to_mule(
                time, self._make_late_uid(self.p_case[parcel]), parcel, node, amount - half, -1, turn
            )
        else:
            self._pay_to_mule(time, base | part * 2, parcel, node, half, part * 2)
            self._pay_to_mule(time, base | (part * 2 + 1), parcel, node, amount - half, part * 2 + 1, turn)

    def _pay_to_mule(
        self, time: int, uid: int, parcel: int, node: int, amount: int, part: int, turn: int = 0
    ) -> None:
        payer = self.p_account[parcel]
        mule = self.hands.choose_account(self.payee[node], time, payer, turn, self.banks[payer])
        if mule < 0:
            # The money stays where it lies meanwhile: that a gang runs out of
            # accounts is an effect of measures.
            heapq.heappush(
                self.heap, (time + RETRY, self._make_late_uid(self.p_case[parcel]), FLUSH, parcel, node)
            )
            return
        self.p_left[parcel] -= amount
        self._drop_empty_parcel(parcel)
        device = self._get_device(self.p_mule[parcel], time)
        account, case = self.mule_account[mule], self.p_case[parcel]
        self._add_payment(
            time,
            uid,
            self.p_account[parcel],
            account,
            amount,
            self.channel[node],
            device,
            self.typology[node],
            case,
            self.hop[node],
        )
        self._add_parcel(time, mule, case, amount, node, part)

    def _pay_out(
        self, time: int, uid: int, parcel: int, kind: int, payee: int, channel: int, amount: int, hop: int
    ) -> None:
        payer = self.p_account[parcel]
        if payee == OWN_MACHINE:
            payee = self.machines[self.banks[payer]]
        self.p_left[parcel] -= amount
        self._drop_empty_parcel(parcel)
        self.own[payee] = self.own.get(payee, 0) + amount
        device = self._get_device(self.p_mule[parcel], time)
        self._add_payment(time, uid, payer, payee, amount, channel, device, kind, self.p_case[parcel], hop)

    def _add_payment(
        self,
        time: int,
        uid: int,
        payer: int,
        payee: int,
        amount: int,
        channel: int,
        device: int,
        kind: int,
        case: int,
        hop: int,
        gang: int = -1,
    ) -> None:
        """A row as banks write anyone's: goods by their channel have a purpose, cash has no device. `gang` is whose it
        is where it belongs to no one case.
        """
        syndicate = self.case_syndicate[case] if case >= 0 else gang
        purpose = GOODS_PURPOSE if channel == GOODS else 0
        device = -1 if channel == CASH else device
        self.rows.append(
            (uid, time, payer, payee, amount, channel, purpose, device, kind, case, syndicate, hop)
        )

    def _get_device(self, mule: int, time: int) -> int:
        """The phone an account is worked from: one that a handler keeps for it, else its holder's."""
        device = self.mule_device[mule]
        return device if device >= 0 else self._get_own_device(self.mule_account[mule], time)

    def _get_own_device(self, account: int, time: int) -> int:
        """Its holder's, as in ordinary life: a new one since some day."""
        device: int = self.first_device[account]
        return device + RENEWED if self.renewed[account] <= time else device

    def _add_parcel(self, time: int, mule: int, case: int, amount: int, node: int, part: int) -> None:
        """Money lies in a mule's account from now, and what is to leave it is put on the heap."""
        account, parcel = self.mule_account[mule], len(self.p_case)
        self.p_case.append(case)
        self.p_mule.append(mule)
        self.p_account.append(account)
        self.p_came.append(amount)
        self.p_left.append(amount)
        self.p_bound.append(0)
        self.p_node.append(node)
        self.at.setdefault(account, []).append(parcel)
        if account in self.intakes:
            self.waiting.add(parcel)
        if account in self.intakes or account in self.blocked:
            self.adversary.record_loss(self.case_syndicate[case], time, amount)
        if self.typology[node] == COLLECT:
            self._schedule_sweep(time, mule)
            return
        first = self.first[node]
        pace, lies = (
            self.adversary.compute_pace(self.case_syndicate[case], time),
            self.adversary.strategy.rest_time,
        )
        changed = pace != 1.0 or lies > 0
        base = CRIME | case << 24
        for child in range(first, first + self.children[node]):
            after = self.after[child]
            if changed and self.typology[child] not in MOVING_ON:
                after = int(after * pace) + lies
            uid = base | (self.number[child] * PARTS + part) if part >= 0 else self._make_late_uid(case)
            heapq.heappush(self.heap, (time + after, uid, CHILD, parcel, child))

    def _drop_empty_parcel(self, parcel: int) -> None:
        """A parcel from which all has gone is forgotten."""
        if not self.p_left[parcel]:
            account = self.p_account[parcel]
            self.at[account].remove(parcel)
            if not self.at[account]:
                del self.at[account]

    # Collectors

    def _schedule_sweep(self, time: int, mule: int) -> None:
        """A collector's account is emptied at its own hours, whatever lies in it by then."""
        if mule in self.sweeping:
            return
        self.sweeping.add(mule)
        period = (15 + mule * 37 % 90) * MINUTE
        turn = time // period + 1
        uid = CRIME | (len(self.happens) + 1 + mule) << 24 | (turn & 0xFFFFF) << 2
        after = mule % 97 * SECOND + (uid * 0x9E3779B97F4A7C15 >> 24 & 0xFFFFFF) % SECOND
        heapq.heappush(self.heap, (turn * period + after, uid, SWEEP, -1, mule))

    def _sweep_account(self, time: int, uid: int, mule: int) -> None:
        self.sweeping.discard(mule)
        account = self.mule_account[mule]
        if account in self.blocked:
            self.hands.drop_account(mule, time)
            return
        whole = [
            p
            for p in self.at.get(account, ())
            if self.typology[self.p_node[p]] == COLLECT
            and self.p_left[p] > self.p_bound[p]
            and p not in self.waiting
        ]
        if any(self.p_bound[p] or p in self.waiting for p in self.at.get(account, ())):
            self.hands.drop_account(mule, time)
        amount = sum(self.p_left[p] - self.p_bound[p] for p in whole)
        if not amount:
            return
        syndicate = self.hands.syndicate[mule]
        # A scramble of the payment's number and no generator: other payments before it
        # must not change this one's draw.
        draw = (uid * 0x9E3779B97F4A7C15 >> 20 & 0xFFFFFF) / 0x1000000
        kind, payee, channel = self.adversary.choose_sweep_exit(syndicate, time, draw, amount, self.doors)
        if payee == OWN_MACHINE:
            payee = self.machines[self.banks[account]]
        # One payment carries many cases' money: `parts` says how much of each, so that
        # truth stays exact to the satang.
        for parcel in whole:
            self.parts.append((uid, self.p_case[parcel], self.p_left[parcel] - self.p_bound[parcel]))
            self.p_left[parcel] = self.p_bound[parcel]
            self._drop_empty_parcel(parcel)
        self.own[payee] = self.own.get(payee, 0) + amount
        hop = max(self.hop[self.p_node[p]] for p in whole) + 1
        device = self._get_device(mule, time)
        self._add_payment(time, uid, account, payee, amount, channel, device, kind, -1, hop, syndicate)

    # What was held, and moves on

    def list_next_exits(self, account: int) -> set[tuple[int, int]]:
        """(syndicate, way out) of money that is held in an account and was to leave it next."""
        out = set()
        for parcel in self.at.get(account, ()):
            if self.is_still(parcel) or self.p_bound[parcel]:
                first = self.first[self.p_node[parcel]]
                for child in range(first, first + self.children[self.p_node[parcel]]):
                    if self.typology[child] in self.doors:
                        out.add((self.case_syndicate[self.p_case[parcel]], self.typology[child]))
        return out

    def is_still(self, parcel: int) -> bool:
        """Whether all of a parcel stands still: its account does, or it came while what comes in waits."""
        return parcel in self.waiting or self.p_account[parcel] in self.blocked

    def list_free_parcels(self, account: int) -> list[int]:
        """Parcels in an account with money that no hold binds; a suspension may stand on them."""
        return [parcel for parcel in self.at.get(account, ()) if self.p_left[parcel] > self.p_bound[parcel]]

    def release_parcel(self, parcel: int, time: int) -> None:
        """What became free is sent on, an hour or so after the gang notices."""
        draw = (parcel * 0x9E3779B97F4A7C15 >> 12 & 0xFFFF) / 0x10000
        after = int((0.3 + 2 * draw) * HOUR)
        heapq.heappush(self.heap, (time + after, self._make_late_uid(self.p_case[parcel]), FLUSH, parcel, -1))

    def _make_late_uid(self, case: int) -> int:
        turn = self.late.get(case, 0)
        self.late[case] = turn + 1
        return CRIME | case << 24 | LATE | turn

    def _flush_parcel(self, time: int, uid: int, parcel: int) -> None:
        node = self.p_node[parcel]
        amount = self.p_left[parcel] - self.p_bound[parcel]
        if self.is_still(parcel) or amount <= 0:
            return
        if self.typology[node] == COLLECT:
            self._schedule_sweep(time, self.p_mule[parcel])
            return
        first = self.first[node]
        after = [
            child
            for child in range(first, first + self.children[node])
            if self.typology[child] not in MOVING_ON
        ]
        if after:
            self._pay_onward(time, uid, parcel, after[-1], amount)
        else:
            kind, payee, channel = self.adversary.choose_sweep_exit(
                self.case_syndicate[self.p_case[parcel]], time, 0.5, amount, self.doors
            )
            self._pay_out(time, uid, parcel, kind, payee, channel, amount, self.hop[node] + 1)

    def _pay_cover(self, time: int, uid: int, row: int) -> None:
        mule, payer, payee, amount, channel = (column[row] for column in self.covers)
        account = self.mule_account[mule]
        if account in self.blocked or payer in self.blocked:
            return
        self.own[payer] = self.own.get(payer, 0) - amount
        self.own[payee] = self.own.get(payee, 0) + amount
        device = self._get_device(mule, time) if payer == account else self._get_own_device(payer, time)
        self._add_payment(time, uid, payer, payee, amount, channel, device, COVER, -1, 0)


def _find_devices(nation: Nation, world: Underworld) -> tuple[Array, Array]:
    """(the device of each account, since when it is a new one), crime's accounts after the nation's."""
    traits, holder = nation.traits, world.accounts.holder
    people = len(nation.holders)
    phone = np.where(holder < people, traits["phone"][np.minimum(holder, people - 1)], holder)
    new = make_bank_device_numbers(phone, world.accounts.bank)
    device = np.concatenate([traits["device"], new]).astype(np.intc)
    return device, np.concatenate([traits["renewed"], np.full(len(new), NEVER)])
