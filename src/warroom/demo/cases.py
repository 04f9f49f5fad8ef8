"""The reports on the board: what each victim was told, what was paid, and how far the gang has come by now.

Types and their mix follow police and bank figures: purchase most often, authority impersonation and
investment with the large sums. Each case shows something an officer must be able to tell apart.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from warroom.demo.country import DAY, HOBBY_SELLERS, HOUR, MINUTE, Country
from warroom.demo.gangs import Gang
from warroom.demo.money import Account, baht


@dataclass
class Story:
    """The country with its gang and the reports written so far."""

    country: Country
    gang: Gang
    reports: list[dict[str, Any]] = field(default_factory=list)

    def victim(self) -> Account:
        """Someone ordinary."""
        persons = self.country.persons
        return persons[int(self.gang.rng.integers(0, len(persons)))]

    def ago(self, minutes: float) -> float:
        """So many minutes before now, in seconds since 1970."""
        return self.country.end - minutes * MINUTE

    def pay(
        self, minutes: float, payer: Account, payee: Account, amount: float, channel: str = "transfer"
    ) -> str:
        """A payment in baht so many minutes ago."""
        return self.country.pile.pay(self.ago(minutes), payer, payee, round(amount * 100), channel)

    def report(
        self, minutes: float, scam: str, ids: list[str], loss: float, contact: str, channel: str = "1441"
    ) -> None:
        """A report so many minutes ago; the victim understood a little earlier."""
        reported = _instant(self.ago(minutes))
        self.reports.append(
            {
                "record_id": f"R-{len(self.reports) + 1:04d}",
                "time": reported.isoformat(),
                "realised_at": _instant(self.ago(minutes + 6)).isoformat(),
                "scam_type": scam,
                "transfer_ids": ids,
                "first_contact": contact,
                "loss": str(baht(round(loss * 100)) if loss else Decimal("0.00")),
                "channel": channel,
            }
        )


def tell(country: Country, seed: int) -> list[dict[str, Any]]:
    """Write every case into the country's money; the reports as rows, oldest first."""
    story = Story(country, Gang(country, iter(country.mules), np.random.default_rng(seed)))
    for case in CASES:
        case(story)
    return sorted(story.reports, key=lambda report: str(report["time"]))


def police_call(story: Story) -> None:
    """1.57 million baht in four transfers to "the police"; reported eighteen minutes ago."""
    gang, victim = story.gang, story.victim()
    gang.country.pile.pay(
        story.ago(20 * 24 * 60), story.country.companies[50], victim, 212_000_000, "transfer", "PENS"
    )
    first, second = gang.mule(), gang.mule()
    sums = ((54, first, 500_000), (49, second, 420_000), (41, first, 350_000), (33, second, 300_000))
    ids = [story.pay(minutes, victim, mule, amount) for minutes, mule, amount in sums]
    _first_mule(story, first)
    _second_mule(story, second)
    story.report(18, "police-impersonation", ids, 1_570_000, "phone call")


def _first_mule(story: Story, mule: Account) -> None:
    """850,000 in: chunks under fifty thousand, crypto, two honest sellers of phones; the rest waits."""
    gang = story.gang
    ways = ("crypto", "stay", "cash", "stay", "crypto", "stay", "cash", "stay")
    for place, way in enumerate(ways):
        to, minutes = gang.mule(), 50.0 - 2.5 * place
        amount = 49_900 - 150 * place
        story.pay(minutes, mule, to, amount)
        if way != "stay":
            gang.leave(story.ago(minutes), to, amount * 100, way)
    runner = gang.mule()
    story.pay(30, mule, runner, 132_000)
    phone_shop = story.country.shops[3]  # sells to everyone; two of its phones went to a gang today
    story.pay(22, runner, phone_shop, 129_800)
    seller = story.country.sellers[HOBBY_SELLERS]  # as honest, but paid into a private account
    story.pay(20, mule, seller, 38_900)


def _second_mule(story: Story, mule: Account) -> None:
    """720,000 in: three hops to an exchange, some abroad, the rest waits in accounts not yet emptied."""
    gang = story.gang
    for place in range(5):
        middle, last, minutes = gang.mule(), gang.mule(), 46.0 - 3 * place
        story.pay(minutes, mule, middle, 98_000)
        story.pay(minutes - 4, middle, last, 48_900)
        if place < 2:
            gang.leave(story.ago(minutes - 4), last, 4_890_000, "crypto")
    story.pay(27, mule, gang.exit("crypto", mule), 180_000, "crypto")
    courier = gang.mule()
    story.pay(25, mule, courier, 95_000)
    story.pay(21, courier, ("BANK-ABROAD", "ABROAD-007"), 94_000, "abroad")


def job_tasks(story: Story) -> None:
    """Paid tasks that want ever larger deposits. The victim's bank reports it too: one loss, two reports."""
    victim, mule = story.victim(), story.gang.mule()
    ids = [
        story.pay(170 - 20 * place, victim, mule, amount)
        for place, amount in enumerate((8_000, 40_000, 100_000))
    ]
    story.gang.layer(story.ago(128), mule, 11_300_000, 2)
    story.report(118, "job", ids, 148_000, "messenger group")
    story.report(96, "job", ids[-1:], 100_000, "messenger group", "bank")


def no_transfer_named(story: Story) -> None:
    """A shaken caller who cannot say which transfer it was: the officer must find it first."""
    story.report(64, "loan", [], 64_000, "short message")


def all_gone(story: Story) -> None:
    """An investment found out a day later: everything left through an exchange within the hour."""
    victim, gang = story.victim(), story.gang
    first, second, third = gang.fresh(), gang.fresh(), gang.fresh()
    ids = [story.pay(25 * 60, victim, first, 310_000)]
    story.pay(25 * 60 - 6, first, second, 310_000)
    story.pay(25 * 60 - 11, second, third, 310_000)
    story.pay(25 * 60 - 19, third, gang.exit("crypto", third), 310_000, "crypto")
    story.report(95, "investment", ids, 310_000, "social media page", "police station")


def bait_refund(story: Story) -> None:
    """A small reward is really paid, to draw the larger sums: that refund is back with the victim."""
    victim, gang = story.victim(), story.gang
    mule, second = gang.mule(), gang.mule()
    ids = [story.pay(205, victim, mule, 1_000)]
    story.pay(195, mule, victim, 1_300)
    ids += [story.pay(150, victim, mule, 30_000), story.pay(120, victim, mule, 85_000)]
    story.pay(112, mule, second, 49_500)
    story.pay(104, mule, gang.mule(), 41_000)
    gang.leave(story.ago(108), second, 4_950_000, "cash")
    story.report(88, "reward", ids, 116_000, "messenger group", "web")


def honest_seller(story: Story) -> None:
    """860 baht for shoes that never came; spent at an honest small seller, who has it now."""
    victim, mule = story.victim(), story.gang.fresh()
    seller = honest_hobby_seller(story.country)
    ids = [story.pay(310, victim, mule, 860)]
    story.pay(298, mule, seller, 860)
    story.report(45, "purchase", ids, 860, "social media page", "web")


def honest_hobby_seller(country: Country) -> Account:
    """Who holds the 860 baht, and appeals."""
    return country.sellers[HOBBY_SELLERS - 1]


def purchases(story: Story) -> None:
    """The usual: goods paid for that never come."""
    for minutes, amount in ((9 * 60, 12_500), (6 * 60, 3_290), (210, 8_300), (75, 1_990)):
        victim, mule = story.victim(), story.gang.mule()
        ids = [story.pay(minutes, victim, mule, amount)]
        if amount > 2_000:
            story.gang.leave(story.ago(minutes), mule, amount * 100, "stay" if amount == 8_300 else "cash")
        story.report(minutes - 40, "purchase", ids, amount, "social media page", "web")


def loan_fee(story: Story) -> None:
    """A fee for a loan that does not exist; twenty-five minutes ago and not yet touched."""
    victim, mule = story.victim(), story.gang.mule()
    ids = [story.pay(25, victim, mule, 42_000)]
    story.report(9, "loan", ids, 42_000, "short message")


def parcel_call(story: Story) -> None:
    """ "Your parcel holds drugs": 320,000 on five hops within the hour."""
    victim, mule = story.victim(), story.gang.mule()
    ids = [story.pay(47, victim, mule, 320_000)]
    story.gang.layer(story.ago(47), mule, 32_000_000, 4)
    story.report(24, "police-impersonation", ids, 320_000, "phone call")


def romance(story: Story) -> None:
    """450,000 over three days to someone who was never there; most of it went abroad."""
    victim, gang = story.victim(), story.gang
    mules = [gang.mule() for _ in range(3)]
    ids = []
    for place, (mule, amount) in enumerate(zip(mules, (120_000, 180_000, 150_000), strict=True)):
        minutes = (3 - place) * DAY / MINUTE - 500
        ids.append(story.pay(minutes, victim, mule, amount))
        if place < 2:
            gang.leave(story.ago(minutes), mule, amount * 100, "abroad")
    story.report(150, "romance", ids, 450_000, "dating application", "police station")


def investment(story: Story) -> None:
    """700,000 into a trading page that shows invented gains; some was passed on this afternoon."""
    victim, mule = story.victim(), story.gang.mule()
    hours = 5 * HOUR / MINUTE
    ids = [story.pay(hours, victim, mule, 400_000), story.pay(hours - 90, victim, mule, 300_000)]
    story.gang.layer(story.ago(hours - 95), mule, 45_000_000, 2)
    story.report(130, "investment", ids, 700_000, "social media page")


def tickets(story: Story) -> None:
    """A concert ticket that is sold to many."""
    victim, mule = story.victim(), story.gang.mule()
    ids = [story.pay(33, victim, mule, 4_800, "qr")]
    story.report(12, "purchase", ids, 4_800, "social media page", "web")


CASES = (
    police_call,
    job_tasks,
    no_transfer_named,
    all_gone,
    bait_refund,
    honest_seller,
    purchases,
    loan_fee,
    parcel_call,
    romance,
    investment,
    tickets,
)


def _instant(moment: float) -> datetime:
    return datetime.fromtimestamp(int(moment), UTC)
