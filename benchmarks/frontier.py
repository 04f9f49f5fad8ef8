"""What the thresholds for waiting bring and cost: `python -m benchmarks.frontier [--quick] [--write]`.

On made countries that nothing was learned or tuned on, by gang, nobody acting: of 100 stolen baht moving between accounts how many
wait, how many of them while their victim pays, and how many honest payments of 10,000 wait, each counted as often as in life.
`--write` renews `src/warroom/payee/frontier.toml`, which the commander's page shows. Low and high
are the worst and the best kind of gang: four countries are too few for an interval.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from warroom.signals.payments.facts import LEAST_BAHT
from warroom.signals.payments.models import load_shipped_model, predict_shares
from warroom_lab.evaluation.hardness.observed import observe_country
from warroom_lab.evaluation.payment_lessons import (
    TOWN,
    WARM,
    _observe_payments,
    _play_country,
)
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import DAY

COUNTRIES = (
    (725, "bot-2025", ADAPTING),
    (726, "bot-2025", "straighteners"),
    (727, "bot-2025", "structurers"),
    (728, "bot-2025", "spreaders"),
)
"""Seed, clock and gangs; no other program names these seeds."""
SETTINGS = (("narrow", 0.5), ("middle", 0.25), ("wide", 0.1))
"""The share promised by the look from which on a payment waits."""
ASK_FROM = 0.8
SAYS_SO = (0.3, 0.6, 0.9)
"""The share of cheated payers who say so when they are asked: assumed, nobody has been asked yet."""
TRAIL_SOURCE = "docs/measurements/scores.md, The silent war room"
TRAILS = (
    ("adapting", (0.28, 1.01, 3.67), (0.0, 0.006, 0.11)),
    ("straighteners", (0.49, 0.93, 1.77), (0.0, 0.001, 0.001)),
)
"""Beside banks' practice, what work on trails saved and its innocent hours, by gang; as that page has them."""
OUT = Path(__file__).parents[1] / "src/warroom/payee/frontier.toml"


@dataclass(frozen=True)
class CountrySums:
    """Of one country and one setting: stolen baht that would wait, of them paid by victims themselves, all stolen baht and all that
    victims paid; honest payments that would wait, and all honest payments, each counted as often as in life.
    """

    held: float
    held_first: float
    stolen: float
    stolen_first: float
    waiting: float
    honest: float


def measure_country(seed: int, scenario: str, gangs: str) -> list[CountrySums]:
    """The sums of a country, a setting each."""
    model = load_shipped_model()
    assert model is not None
    _, run, news = _play_country(TOWN, seed, scenario, gangs)
    lesson, seen = _observe_payments(observe_country(run, news.transfers))
    first = seen.gang[seen.rows.payer] < 0
    late = lesson.day >= WARM // DAY
    share = np.where(lesson.baht >= LEAST_BAHT, predict_shares(model, lesson.rows), 0.0)
    each = np.where(lesson.crime, 1.0, lesson.density)
    stolen = lesson.stolen & late
    return [
        CountrySums(
            held=float(lesson.baht[stolen & (share >= wait_from)].sum()),
            held_first=float(lesson.baht[stolen & first & (share >= wait_from)].sum()),
            stolen=float(lesson.baht[stolen].sum()),
            stolen_first=float(lesson.baht[stolen & first].sum()),
            waiting=float(each[~lesson.stolen & late & (share >= wait_from)].sum()),
            honest=float(each[~lesson.stolen & late].sum()),
        )
        for _, wait_from in SETTINGS
    ]


def format_facts(countries: Sequence[tuple[str, Sequence[CountrySums]]], day: date) -> str:
    """The file that the page reads: figures of all countries together, with the worst and the best kind of gang."""
    lines = [
        "# Written by `python -m benchmarks.frontier --write`. Low and high are the worst and the best kind of gang.",
        "[source]",
        f"measured_on = {day.isoformat()}",
        'by = "python -m benchmarks.frontier"',
        f"countries = {len(countries)}",
        f"says_so = {list(SAYS_SO)}  # of cheated payers who are asked; assumed",
    ]
    for gangs, saved, hours in TRAILS:
        lines += ["", "[[trail]]", f'gangs = "{gangs}"', f"saved = {list(saved)}", f"hours = {list(hours)}"]
        lines.append(f'source = "{TRAIL_SOURCE}"')
    for place, (name, wait_from) in enumerate(SETTINGS):
        lines += ["", *_format_setting(name, wait_from, [(gangs, sums[place]) for gangs, sums in countries])]
    return "\n".join(lines) + "\n"


def _format_setting(name: str, wait_from: float, each: Sequence[tuple[str, CountrySums]]) -> list[str]:
    every = CountrySums(
        *(sum(getattr(sums, field.name) for _, sums in each) for field in fields(CountrySums))
    )
    lines = ["[[setting]]", f'name = "{name}"', f"wait_from = {wait_from}", f"ask_from = {ASK_FROM}"]
    for figure in ("paid", "moved", "waiting"):
        shares = [_compute_shares(sums)[figure] for _, sums in each]
        span = [round(min(shares), 4), round(_compute_shares(every)[figure], 4), round(max(shares), 4)]
        lines.append(f"{figure} = {span}")
    gangs = (
        "  { "
        + ", ".join(
            [f'gangs = "{kind}"', *(f"{name} = {share:.4f}" for name, share in _compute_shares(sums).items())]
        )
        + " },"
        for kind, sums in each
    )
    return [*lines, "gang = [", *gangs, "]"]


def _compute_shares(sums: CountrySums) -> dict[str, float]:
    return {
        "paid": sums.held_first / sums.stolen_first,
        "moved": sums.held / sums.stolen,
        "waiting": 1e4 * sums.waiting / sums.honest,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = list(sys.argv[1:] if arguments is None else arguments)
    measured = []
    for seed, scenario, gangs in COUNTRIES[: 1 if "--quick" in chosen else None]:
        measured.append((gangs, measure_country(seed, scenario, gangs)))
        for (name, at), sums in zip(SETTINGS, measured[-1][1], strict=True):
            print(seed, gangs, name, at, sums, flush=True)
    if "--write" in chosen:
        OUT.write_text(format_facts(measured, datetime.now(UTC).date()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
