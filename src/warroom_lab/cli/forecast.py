"""`warroom forecast check` and `train`: the forecast that ships tried on countries it never saw, and a home's own learned."""

from pathlib import Path
from typing import Any

from warroom import clock
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.noted import log_access
from warroom.cli.options import Json, Switch
from warroom.errors import ModelError
from warroom.home import Home, open_home


def check(*, seeds: str = "4001-4010", json: Json = False) -> None:
    """Try the forecast that ships on synthetic countries it never saw: shares by tenths, bands, skill over the rule of before.

    Each figure has an interval of 90 % by drawing cases again. A country takes about a minute.

    Example: warroom forecast check --seeds 4001-4003

    Parameters
    ----------
    seeds
        Which countries, as 4001-4010 or one number.
    """
    first, _, last = seeds.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(last or first) < int(first):
        raise ModelError(f"--seeds {seeds} names no countries; write 4001-4010, or one number.")
    from warroom.money.forecast.choice import load_shipped_model
    from warroom_lab.demo.plan import SIZE
    from warroom_lab.evaluation.leaving import check_forecast as tried
    from warroom_lab.forecasting.card import format_worth, worth_as_json

    body: dict[str, Any] = worth_as_json(
        tried(load_shipped_model(), SIZE, range(int(first), int(last or first) + 1), print_note)
    )
    if json:
        print_json({"model": f"leaving-{load_shipped_model().version}", **body})
        return
    for line in format_worth(body):
        print_line(line)


def train(*, until: str | None = None, out: Path | None = None, json: Switch = False) -> None:
    """Learn from every amount that arrived by a reported trail, and write the forecast with a card of what it is worth.

    The earlier reports teach, the last ones measure, the forecast in use beside the new one. It is put in use only
    where it is no worse. The one that ships is what little is drawn towards.

    Example: warroom forecast train --until 2026-03-25T00:00:00+07:00

    Parameters
    ----------
    until
        Only what had been received by then is learned from; now where not given.
    out
        Where the forecast is written, its card beside it; else into the home.
    json
        Answer with one line of JSON: the card.
    """
    moment = clock.parse_instant(until) if until else clock.get_now()
    if out and (out.is_dir() or out.suffix in (".md", ".json")):
        raise ModelError(f"--out {out} cannot be a forecast's file; name it {out.with_suffix('.forecast')}.")
    from warroom.lake.lake import Lake
    from warroom.money.forecast.choice import own_path
    from warroom.money.index.opening import open_index
    from warroom_lab.forecasting.card import format_worth
    from warroom_lab.forecasting.training import train_forecast as learn

    home = open_home()
    lake = Lake.open(home)
    path, body = learn(home, lake, open_index(home, lake), _load_hold_times(home), moment, out, print_note)
    log_access(home, "forecast.learned", "lake", {"model": body["model"], "until": moment.isoformat()})
    if json:
        print_json({"path": str(path), **body})
        return
    print_line(f"{body['model']} written to {path}, its card beside it ({path.with_suffix('.md').name}).")
    for name, worth in (("new", body["worth"]), (body["in_use"]["model"], body["in_use"]["worth"])):
        for line in format_worth(worth) if worth else ():
            print_line(f"{name:<22} {line}")
    if path == own_path(home):
        print_line(
            "The board goes by it from now on; 'warroom forecast use shipped' goes back to the program's own."
        )
    elif not out:
        print_line(
            f"The forecast in use stays: it is no worse here. Insist by 'warroom forecast use {path}'."
        )


def _load_hold_times(home: Home) -> dict[Any, int]:
    """When banks were first asked to hold; a home that never had a ledger asked nobody."""
    if not (home.ledger / "data").exists():
        return {}
    from warroom.ledger.ledger import Ledger
    from warroom_lab.forecasting.training import map_hold_times

    with Ledger.open(home) as ledger:
        return map_hold_times(ledger)
