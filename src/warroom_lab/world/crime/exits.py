"""How stolen money leaves: coins, cash, goods from honest shops, companies, abroad; and what mules spend."""

import numpy as np

from warroom_lab.world.crime.columns import ABROAD_OUT, CASH_OUT, CRYPTO_OUT, GOODS_OUT
from warroom_lab.world.crime.splitting import split_exit_sums
from warroom_lab.world.drawing.columns import ABROAD as BY_ABROAD
from warroom_lab.world.drawing.columns import CASH as BY_CASH
from warroom_lab.world.drawing.columns import CRYPTO as BY_CRYPTO
from warroom_lab.world.drawing.columns import GOODS as BY_GOODS
from warroom_lab.world.drawing.columns import QR, TRANSFER, Array
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.population.nation import Nation

CRYPTO, CASH, GOODS, CORPORATE, ABROAD = range(5)
"""In the order of chain.exits in params.toml."""
OWN_MACHINE = -2
"""As a payee: the machine of the payer's own bank."""
YEAR_2026 = 1_767_225_600_000_000
YEAR = 365.25 * 86_400e6


class Exits:
    """The doors of one country: who is paid when stolen money leaves."""

    def __init__(self, nation: Nation) -> None:
        facts, self.roles = get_values("chain", nation.scenario), nation.roles
        years = max(0.0, (nation.start - YEAR_2026) // YEAR)
        shares = np.maximum(np.array(facts["exits"]) + years * np.array(facts["exits_a_year"]), 0.02)
        self.ends = np.cumsum(shares / shares.sum())[:-1]

    def choose_exits(self, draw: Array) -> Array:
        """The exit of each uniform draw."""
        return np.searchsorted(self.ends, draw, side="right").astype(np.int8)

    def choose_company_exits(self, draw: Array) -> Array:
        """The exit after a company's account: abroad or coins."""
        return np.where(draw < 0.6, ABROAD, CRYPTO).astype(np.int8)

    def split_into_payments(
        self, amount: Array, way: Array, rng: np.random.Generator
    ) -> tuple[Array, Array, Array, Array, Array]:
        """Payments that carry each sum out: (owner, amount, typology, payee, channel), by owner."""
        parts = []
        for door, largest, most, step in (
            (CRYPTO, 400_000, 2, 1),
            (CASH, 30_000, 8, 100),
            (GOODS, 40_000, 4, 10),
            (ABROAD, 900_000, 2, 1),
        ):
            rows = np.flatnonzero((way == door) | ((door == ABROAD) & (way == CORPORATE)))
            count, sums = split_exit_sums(amount[rows], largest, most, step, rng)
            payee, typology, channel = self.choose_payees(door, len(sums), rng)
            parts.append((np.repeat(rows, count), sums, typology, payee, channel))
        owner, sums, typology, payee, channel = (
            np.concatenate(arrays) for arrays in zip(*parts, strict=True)
        )
        order = np.argsort(owner, kind="stable")
        return owner[order], sums[order], typology[order], payee[order], channel[order]

    def choose_payees(self, door: int, count: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """(payee, typology, channel) of so many payments through one door."""
        kind = {CRYPTO: CRYPTO_OUT, CASH: CASH_OUT, GOODS: GOODS_OUT, ABROAD: ABROAD_OUT}[door]
        typology, draw = np.full(count, kind, np.uint8), rng.random(count)
        channel = np.full(count, {CASH: BY_CASH, ABROAD: BY_ABROAD, GOODS: QR}.get(door, TRANSFER), np.uint8)
        if door == CASH:
            return np.full(count, OWN_MACHINE), typology, channel
        if door == CRYPTO:
            # A quarter is bought from honest traders, person to person: they get stolen money and know nothing.
            trader = draw < 0.25
            channel[~trader] = BY_CRYPTO
            payee = np.where(
                trader,
                self._draw_accounts("crypto_traders", count, rng),
                self._draw_accounts("exchanges", count, rng),
            )
            return payee, typology, channel
        if door == ABROAD:
            return self._draw_accounts("abroad", count, rng), typology, channel
        gold, phones = (
            self._draw_accounts("gold_shops", count, rng),
            self._draw_accounts("phone_shops", count, rng),
        )
        others = self._draw_accounts("shops", count, rng)
        channel[draw < 0.7] = BY_GOODS
        return np.where(draw < 0.4, gold, np.where(draw < 0.7, phones, others)), typology, channel

    def choose_spending(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """(payee, channel) of what a mule spends: shops, or a person."""
        shop = rng.random(count) < 0.7
        payee = np.where(
            shop, self._draw_accounts("shops", count, rng), self._draw_accounts("persons", count, rng)
        )
        return payee, np.where(shop, QR, TRANSFER).astype(np.uint8)

    def _draw_accounts(self, role: str, count: int, rng: np.random.Generator) -> Array:
        accounts = self.roles[role]
        return accounts[rng.integers(0, len(accounts), count)].astype(np.int64)
