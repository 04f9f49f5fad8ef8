"""How stolen money moves: minutes between hops, chunks just under fifty thousand, and the ways out.

Controlled mules pass money on after a median of four minutes; two to five hops, two to six ways; exits
by crypto, cash, goods from honest shops, abroad. What would happen after now has not happened: that
money is still there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from warroom.demo.country import MINUTE, Country
from warroom.demo.money import Account

UNDER = 5_000_000  # satang: a face scan is asked for from 50,000 baht on
EXITS = ("crypto", "cash", "goods", "abroad", "stay")
SHARES = (0.36, 0.26, 0.12, 0.12, 0.14)


@dataclass
class Gang:
    """The part of the mules that one gang uses, and how fast it is (median minutes between two hops)."""

    country: Country
    mules: Iterator[Account]
    rng: np.random.Generator
    median: float = 4.0

    def fresh(self) -> Account:
        """A mule account with nothing in it."""
        return next(self.mules)

    def mule(self) -> Account:
        """A mule account nobody used yet, with some small change moved through it to look alive."""
        mule = next(self.mules)
        for _ in range(int(self.rng.integers(1, 5))):
            friend = self.country.persons[int(self.rng.integers(0, len(self.country.persons)))]
            back = self.country.end - self.rng.uniform(1, 3) * 86_400
            self.country.pile.pay(back, friend, mule, int(self.rng.integers(1, 9)) * 1_000)
        return mule

    def later(self, moment: float) -> float:
        """When the next hop comes: lognormal, never within twenty seconds."""
        return moment + 20 + MINUTE * float(self.rng.lognormal(np.log(self.median), 0.7))

    def move(
        self, moment: float, payer: Account, payee: Account, satang: int, channel: str = "transfer"
    ) -> bool:
        """Pay, unless that lies ahead of now; whether it happened."""
        if moment > self.country.end - 20:
            return False
        self.country.pile.pay(moment, payer, payee, satang, channel)
        return True

    def layer(self, moment: float, account: Account, satang: int, hops: int) -> None:
        """Pass on what came in: split below fifty thousand, hop by hop, and let it out at the end."""
        if hops == 0:
            self.leave(moment, account, satang)
            return
        for chunk in self.chunks(satang):
            moment = self.later(moment)
            to = self.mule()
            if not self.move(moment, account, to, chunk):
                return
            self.layer(moment, to, chunk, hops - 1)

    def chunks(self, satang: int) -> list[int]:
        """Pieces just under fifty thousand baht; now and then the mule keeps a little of the last one."""
        pieces: list[int] = []
        while satang > UNDER and len(pieces) < 5:
            piece = UNDER - int(self.rng.integers(1, 40)) * 5_000
            pieces.append(piece)
            satang -= piece
        fee = min(int(satang * 0.02) // 100 * 100, 50_000) if self.rng.random() < 0.2 else 0
        return [*pieces, satang - fee] if satang - fee > 0 else pieces

    def leave(self, moment: float, account: Account, satang: int, by: str = "") -> None:
        """The way out of one account; `by` names it, else the usual mix decides."""
        way = by or str(self.rng.choice(EXITS, p=SHARES))
        moment = self.later(moment)
        keep = int(satang * 0.01) // 100 * 100 if self.rng.random() < 0.25 else 0
        if way == "stay":
            return
        if way == "goods":
            shop = self.country.shops[int(self.rng.integers(0, 12))]
            self.move(moment, account, shop, satang - keep, "goods")
            return
        self.move(moment, account, self.exit(way, account), satang - keep, way)

    def exit(self, way: str, account: Account) -> Account:
        """The other side of an exit: an exchange's wallet, a cash machine, a bank abroad."""
        number = int(self.rng.integers(1, 60))
        places = {"crypto": ("X01", f"WALLET-{number:03d}"), "cash": (account[0], f"ATM-{number:03d}")}
        return places.get(way, ("BANK-ABROAD", f"ABROAD-{number:03d}"))
