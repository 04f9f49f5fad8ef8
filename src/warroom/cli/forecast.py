"""`warroom forecast`: when money that is still there is likely to leave, learned from how it left before."""

from pathlib import Path
from typing import Any

from cyclopts import App

from warroom import clock
from warroom.cli.answer import answer, note, say
from warroom.cli.laboratory import add_commands
from warroom.cli.noted import noted
from warroom.cli.options import Flag
from warroom.errors import ModelError
from warroom.home import Home, open_home

app = App(
    name="forecast",
    help="When money that is still there is likely to leave. Example: warroom forecast train",
    help_format="plaintext",
)


@app.command
def train(*, until: str | None = None, out: Path | None = None, json: Flag = False) -> None:
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
    moment = clock.parse_instant(until) if until else clock.now()
    if out and (out.is_dir() or out.suffix in (".md", ".json")):
        raise ModelError(f"--out {out} cannot be a forecast's file; name it {out.with_suffix('.forecast')}.")
    from warroom.cases.forecast_training import train as learn
    from warroom.lake.lake import Lake
    from warroom.money.forecast.card import worth_lines
    from warroom.money.forecast.choice import own_path
    from warroom.money.index.opening import open_index

    home = open_home()
    lake = Lake.open(home)
    path, body = learn(home, lake, open_index(home, lake), _held(home), moment, out, note)
    noted(home, "forecast.learned", "lake", {"model": body["model"], "until": moment.isoformat()})
    if json:
        answer({"path": str(path), **body})
        return
    say(f"{body['model']} written to {path}, its card beside it ({path.with_suffix('.md').name}).")
    for name, worth in (("new", body["worth"]), (body["in_use"]["model"], body["in_use"]["worth"])):
        for line in worth_lines(worth) if worth else ():
            say(f"{name:<22} {line}")
    if path == own_path(home):
        say(
            "The board goes by it from now on; 'warroom forecast use shipped' goes back to the program's own."
        )
    elif not out:
        say(f"The forecast in use stays: it is no worse here. Insist by 'warroom forecast use {path}'.")


@app.command
def use(model: str) -> None:
    """Choose the forecast of this home: `shipped` for the program's own, or a file.

    The one used before stays beside it, under the name of its version.

    Example: warroom forecast use shipped

    Parameters
    ----------
    model
        shipped, or a file that 'warroom forecast train' wrote.
    """
    from warroom.money.forecast import choice

    home = open_home(create=None)
    name = choice.use(home, model)
    noted(home, "forecast.learned", "lake", {"model": name})
    say(f"The board goes by {name} from now on.")


def _held(home: Home) -> dict[Any, int]:
    """When banks were first asked to hold; a home that never had a ledger asked nobody."""
    if not (home.ledger / "data").exists():
        return {}
    from warroom.cases.forecast_training import held_since
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        return held_since(ledger)


add_commands(app, "forecast")
