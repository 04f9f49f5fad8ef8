"""How good the forecast that ships is on countries it never saw: `python -m benchmarks.forecast [--quick]`.

Coverage of the bands of 80 %, the Brier skill of "leaves within the hour" over the rule of before, and what was expected
of each tenth of the amounts against what left, each with an interval of 90 % over cases.
"""

import sys
from collections.abc import Sequence

from benchmarks.harness import at_least, at_most, start_run
from warroom.money.forecast.choice import load_shipped_model
from warroom_lab.demo.plan import SIZE
from warroom_lab.evaluation.leaving import check_forecast
from warroom_lab.forecasting.card import format_worth, worth_as_json

SEEDS = tuple(range(4001, 4011))
COVERED, SKILL, OFF = (0.75, 0.85), 0.2, 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="two countries")
    seeds = SEEDS[: 2 if run.is_quick else None]
    worth = check_forecast(
        load_shipped_model(), SIZE, seeds, lambda told: print(f"  {told}", file=sys.stderr, flush=True)
    )
    off = max(abs(one.expected - one.left) for one in worth.deciles)
    beside = f"90 %: {worth.coverage.low:.3f} to {worth.coverage.high:.3f}"
    figures = [
        at_least("bands of 80 % that held, at least", worth.coverage.value, "share", COVERED[0], beside),
        at_most("bands of 80 % that held, at most", worth.coverage.value, "share", COVERED[1], beside),
        at_least(
            "Brier skill over the rule of before",
            worth.skill.value,
            "",
            SKILL,
            f"90 %: {worth.skill.low:.3f} to {worth.skill.high:.3f}",
        ),
        at_most("largest miss of a tenth of the amounts", off, "share", OFF),
    ]
    ended = run.finish("The forecast", figures)
    print("\n".join(f"  {line}" for line in format_worth(worth_as_json(worth))), flush=True)
    for one in worth.waited:
        print(
            f"  lain {one.since:.0f} to {one.until:.0f} min, {one.amounts} amounts: {one.expected:.3f} expected, "
            f"{one.left.value:.3f} left ({one.left.low:.3f} to {one.left.high:.3f}); of the money "
            f"{one.money.value:.2f} times what was expected ({one.money.low:.2f} to {one.money.high:.2f})",
            flush=True,
        )
    return ended


if __name__ == "__main__":
    sys.exit(main())
