"""`warroom forecast check`: the forecast that ships, tried on countries it never saw."""

from typing import Any

from warroom.cli.answer import answer, note, say
from warroom.cli.options import Json
from warroom.errors import ModelError


def check(*, seeds: str = "4001-4010", json: Json = False) -> None:
    """Try the forecast that ships on synthetic countries it never saw: shares by tenths, bands, skill over the rule of before.

    Each figure has an interval of 90 % by drawing cases anew. A country takes about a minute.

    Example: warroom forecast check --seeds 4001-4003

    Parameters
    ----------
    seeds
        Which countries, as 4001-4010 or one number.
    """
    first, _, last = seeds.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(last or first) < int(first):
        raise ModelError(f"--seeds {seeds} names no countries; write 4001-4010, or one number.")
    from warroom.money.forecast.card import worth_json, worth_lines
    from warroom.money.forecast.choice import shipped
    from warroom_lab.demo.plan import SIZE
    from warroom_lab.evaluation.leaving import check as tried

    body: dict[str, Any] = worth_json(tried(shipped(), SIZE, range(int(first), int(last or first) + 1), note))
    if json:
        answer({"model": f"leaving-{shipped().version}", **body})
        return
    for line in worth_lines(body):
        say(line)
