"""The accounts a gang has in hand: which one is used when the planned one is lost, or known to be warned of."""

from collections.abc import Sequence

import numpy as np

from warroom_lab.world.agencies.draws import draw_uniform
from warroom_lab.world.agencies.listed import FraudRegistry
from warroom_lab.world.agencies.warned import AccountWarnings
from warroom_lab.world.crime.adversary import Adversary
from warroom_lab.world.crime.columns import Mules
from warroom_lab.world.crime.mules import count_live_accounts
from warroom_lab.world.crime.prices import Prices
from warroom_lab.world.crime.underworld import Underworld
from warroom_lab.world.drawing.columns import DAY, pack_column
from warroom_lab.world.population.nation import Nation

EARLY = 3 * DAY
"""How much sooner than planned recruiters can bring an account when none is left (A)."""
LIVED_IN = 365 * DAY
"""How long an honest holder has lived from an account that counts as aged."""


class GangAccounts:
    """All mule rows of one play. An account is lost when a payment out of it fails: nobody uses it again.

    Where one is lost, another one in use takes its place, or one of the reserve, as far as the market's price allows.
    Which accounts a gang knows to be warned of, and which it would rather use, is its strategy's.
    """

    def __init__(
        self,
        nation: Nation,
        world: Underworld,
        banks: Sequence[int],
        adversary: Adversary,
        prices: Prices,
        warned: AccountWarnings,
        listed: FraudRegistry,
    ) -> None:
        mules = world.mules
        self.adversary, self.prices, self.warned, self.listed = adversary, prices, warned, listed
        self.strategy, self.seed = adversary.strategy, nation.seed
        opened = np.concatenate([nation.accounts.opened, world.accounts.opened])[mules.account]
        self.reserve = mules.reserve.tolist()
        self.account, self.syndicate = pack_column(mules.account), pack_column(mules.syndicate)
        self.start, self.end = pack_column(mules.start), pack_column(mules.end)
        # Nobody uses an account before it is opened.
        self.early = pack_column(np.maximum(mules.start - EARLY, opened))
        honest = mules.account < len(nation.accounts)
        self.aged = (honest & (opened < nation.start - LIVED_IN)).tolist()
        self.handler = pack_column(mules.handler)
        self.bank = [banks[account] for account in self.account]
        self.lost_flags = [False] * len(self.account)
        self.seen: set[int] = set()
        reach = self.strategy.payers * self.strategy.checks / count_live_accounts(nation, world.syndicates)
        self.tested = np.minimum(self.strategy.tested, reach).tolist()
        self.rows_of = _map_syndicate_rows(mules, len(world.syndicates))

    def choose_account(
        self, planned: int, time: int, avoid: int, turn: int = 0, bank: int = -1, *, victim: bool = False
    ) -> int:
        """The row to use: the planned one if it is still good, else the next one in use; -1 where none is left.

        `bank`: where the money comes from; `victim`: whether a victim is to pay it, who may be warned.
        """
        good = not turn and not self.lost_flags[planned] and self.account[planned] != avoid
        if good and self._is_refused(planned, time):
            good = False
        if (
            good
            and self._is_preferred(planned, time, bank)
            and not (victim and self._is_given_up(planned, time))
        ):
            return planned
        # First as the gang would like it, then at a bank it shuns, then one that
        # recruiters bring before its time.
        for early, careful in ((False, True), (False, False), (True, False)):
            row = self._find_next_account(planned, time, avoid, bank, early, careful, victim)
            if row >= 0:
                return row
        return -1

    def _is_preferred(self, row: int, time: int, bank: int) -> bool:
        """Whether the account is as the gang would like it: aged, at another bank, at none that it shuns."""
        if self.strategy.aged and not self.aged[row]:
            return False
        if self.strategy.elsewhere and self.bank[row] == bank:
            return False
        return not self.adversary.is_bank_shunned(self.syndicate[row], time, self.bank[row])

    def _find_next_account(
        self, planned: int, time: int, avoid: int, bank: int, early: bool, careful: bool, victim: bool
    ) -> int:
        rows, since = self.rows_of[self.syndicate[planned]], self.early if early else self.start
        place, count = planned - rows.start, len(rows)
        # From the planned row on around the gang's own: which account stands in
        # depends on the plan, not on a draw.
        for step in range(1, count):
            row = rows.start + (place + step) % count
            if self.lost_flags[row] or not since[row] <= time < self.end[row] or self.account[row] == avoid:
                continue
            if self.reserve[row] and not self.prices.is_offered(row, time):
                continue
            if careful and not self._is_preferred(row, time, bank):
                continue
            if (victim and self._is_given_up(row, time)) or self._is_refused(row, time):
                continue
            return row
        return -1

    def _is_refused(self, row: int, time: int) -> bool:
        """Whether banks refuse what is paid to this account: anyone who tries sees it, and the account is lost."""
        if not self.listed.is_payment_refused(self.account[row], time):
            return False
        self.drop_account(row, time)
        return True

    def _is_given_up(self, row: int, time: int) -> bool:
        """Whether the gang knows that payers are warned of this account: then it gives it up."""
        since = self.warned.find_warned_since(self.account[row], time)
        if since < 0 or not (
            self.strategy.knows_warnings or row in self.seen or self._is_tested(row, since, time)
        ):
            return False
        self.drop_account(row, time)
        return True

    def _is_tested(self, row: int, since: int, time: int) -> bool:
        """Whether this account was tested since a warning began: on some days, before it is handed to that day's first
        victim."""
        share = self.tested[self.syndicate[row]]
        if not share:
            return False
        # A draw of the account and the day, so that a warning elsewhere tests nothing else.
        days = range(since // DAY, time // DAY + 1)
        return any(draw_uniform(self.seed, 19, row, day) < share for day in days)

    def record_turn_back(self, row: int, time: int, amount: int) -> None:
        """A victim turned back at a warning of this account: a gang that listens knows it from then on."""
        if self.strategy.notices:
            self.seen.add(row)
            self.adversary.record_missed_payment(self.syndicate[row], time, amount)

    def drop_account(self, row: int, time: int) -> None:
        """A payment out of it failed, or payers are warned of it: it is dropped."""
        if not self.lost_flags[row]:
            self.lost_flags[row] = True
            self.prices.record_lost_account(time)
            self.adversary.record_lost_account(self.syndicate[row], self.bank[row], time)

    def drop_handler_accounts(self, handler: int, time: int) -> None:
        """All accounts of a handler are lost with him."""
        for row, who in enumerate(self.handler):
            if who == handler and self.end[row] > time and not self.lost_flags[row]:
                self.lost_flags[row] = True
                if self.start[row] <= time:
                    self.prices.record_lost_account(time)


def _map_syndicate_rows(mules: Mules, syndicates: int) -> dict[int, range]:
    """The rows of each syndicate, which lie together."""
    ends = np.searchsorted(mules.syndicate, np.arange(syndicates + 1)).tolist()
    return {each: range(ends[each], ends[each + 1]) for each in range(syndicates)}
