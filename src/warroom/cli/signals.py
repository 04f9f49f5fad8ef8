"""`warroom signals`: which accounts work like mules, with reasons and doubts, as of a moment."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cyclopts import App

from warroom import clock
from warroom.cli.answer import answer, note, say
from warroom.cli.noted import note_troubles, noted, noted_look
from warroom.cli.options import Flag, Json
from warroom.errors import SignalError
from warroom.home import open_home
from warroom.reasons.reason import Language, Reason, render

if TYPE_CHECKING:
    from datetime import datetime

    from warroom.home import Home
    from warroom.lake.lake import Lake
    from warroom.signals.signal import Kind, Signal

app = App(
    name="signals",
    help="What looks wrong before anybody reports it. Example: warroom signals run mules --budget 20",
    help_format="plaintext",
)
NATION = 1_000
"""Accounts a day that a nation's officers can look at."""
SHOWN = 20
KINDS = ("mules", "adverts", "messages", "domains")


@app.command
def run(
    kind: str,
    file: Path | None = None,
    /,
    *,
    as_of: str | None = None,
    budget: int = NATION,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Rank what looks wrong, say why and what speaks against it, and keep it: accounts that work like mules, messages that
    are scams, names on the internet that look like somebody else's, pages whose adverts look like lures.

    Nothing is held or blocked because of a signal: an officer reads it and decides. Run again, it adds nothing twice.

    Example: warroom signals run mules --as-of 2026-03-09T12:00:00+07:00 --budget 20

    Parameters
    ----------
    kind
        What to look for: mules, adverts, messages or domains.
    file
        Texts of a file instead of the home's, of which nothing is kept: adverts as JSON lines with text, and page, platform,
        contacts where there; messages or names one a line, or JSON lines with text.
    as_of
        Only what had happened and been received by then is seen; else up to the newest record received by now.
    budget
        How many people can look at.
    language
        The language of the reasons: en or th.
    """
    if kind not in KINDS:
        raise SignalError(f"There are no signals of '{kind}'; choose one of {', '.join(KINDS)}.")
    moment = clock.parse_instant(as_of) if as_of else None
    if kind == "adverts":
        from warroom.cli.adverts import run_adverts

        run_adverts(file, moment, budget, language, json)
        return
    if file:
        from warroom.cli.signals_of_files import show_file

        show_file(kind, file, budget, language, json=json)
        return
    from warroom.lake.lake import Lake
    from warroom.signals import store

    home = open_home()
    lake = Lake.open(home)
    found = _look(kind, home, lake, moment, budget)
    note_troubles(home, kind)
    written = store.write(lake, found)
    detail = {"kind": kind, "signals": len(found), "added": written.accepted}
    noted_look(home, cast("Kind", kind), len(found), detail)
    if json:
        answer(_body(kind, found, written.accepted))
    else:
        _show(found, written.accepted, language)


def _look(kind: str, home: "Home", lake: "Lake", moment: "datetime | None", budget: int) -> list["Signal"]:
    """The signals of a kind, as of a moment or of the newest records."""
    from warroom.signals.mules.run import checked, known_at

    if kind == "mules":
        from warroom.money.index.opening import open_index
        from warroom.signals.mules.models import chosen
        from warroom.signals.mules.run import newest, run

        when = known_at(lake, moment) if moment else newest(lake)
        return run(open_index(home, lake), when, budget, model=chosen(home))
    from warroom.signals.domains import run as domains
    from warroom.signals.messages import run as messages

    when = known_at(lake, moment) if moment else messages.newest(lake)
    return (messages.run if kind == "messages" else domains.run)(lake, when, checked(budget))


@app.command
def train(
    kind: str,
    *,
    until: str,
    labels: Path | None = None,
    out: Path | None = None,
    complete: bool = False,
    json: Flag = False,
) -> None:
    """Learn from accounts that turned out to be mules, and write the model with a card of what it is worth.

    Without labels it learns from the accounts that this home's reports lead to. The earlier days train, later ones
    calibrate, the last ones measure. Who has no label may be a mule all the same, and probabilities allow for it.

    Example: warroom signals train mules --until 2026-03-25T00:00:00+07:00

    Parameters
    ----------
    kind
        What to look for: mules.
    until
        Only what had been received and known by then is learned from.
    labels
        A .csv or .parquet file with bank, account (or transfer_id), label (1 a mule, 0 cleared) and known_at; since may
        say from when it worked for others.
    out
        Where the model is written, its card beside it; else into the home, whose signals are made by it from then on,
        unless the model in use is the better one on the same days.
    complete
        Every mule is in the labels, so that all other accounts are known not to be one.
    json
        Answer with one line of JSON: the card.
    """
    if kind != "mules":
        raise SignalError(f"There are no signals of '{kind}'; choose mules.")
    moment = clock.parse_instant(until)
    if complete and not labels:
        raise SignalError("--complete speaks of a file of labels; name it by --labels.")
    if out and labels and out.exists() and labels.exists() and out.samefile(labels):
        raise SignalError(
            f"--out {out} would write over the labels in {labels}; name another file for the model."
        )
    from warroom.signals.mules.models import own_path
    from warroom.signals.mules.training import train_mules

    home = open_home()
    path, body = train_mules(home, labels, moment, out, complete=complete, say=note)
    noted(home, "signals.learned", "lake", {"kind": kind, "model": body["model"], "until": until})
    if json:
        answer({"path": str(path), **body})
        return
    say(f"{body['model']} written to {path}, its card beside it ({path.with_suffix('.md').name}).")
    _compare(body)
    if path == own_path(home):
        say(
            "Signals are made by it from now on; 'warroom signals use shipped' goes back to the program's own."
        )
    elif not out:
        say(f"The model in use stays: it is the better one here. Insist by 'warroom signals use {path}'.")


@app.command
def use(model: str) -> None:
    """Choose the model that makes the signals of this home: `shipped` for the program's own, or a model's file.

    The one used before stays beside it, under the name of its version.

    Example: warroom signals use shipped

    Parameters
    ----------
    model
        shipped, or a file that 'warroom signals train' wrote.
    """
    from warroom.signals.mules import models

    home = open_home(create=None)
    name = models.use(home, model)
    noted(home, "signals.learned", "lake", {"kind": "mules", "model": name})
    say(f"Signals are made by {name} from now on.")


def _compare(body: dict[str, Any]) -> None:
    """What the new model and the one in use are worth on the same days."""
    used = body["in_use"]
    say(f"on {body['days']['measured']} days that it never saw  {'new':>6}  {'in use':>6}  ({used['model']})")
    say(f"{'AUPRC':<31}  {body['auprc']:>6.3f}  {used['auprc']:>6.3f}")
    for budget, share in body["precision_at_budget"].items():
        name = f"precision at {int(budget):>5,} a day"
        say(f"{name:<31}  {share:>6.3f}  {used['precision_at_budget'][budget]:>6.3f}")


def _body(kind: str, found: Sequence["Signal"], added: int) -> dict[str, Any]:
    first = found[0] if found else None
    return {
        "kind": kind,
        "as_of": first.as_of.isoformat() if first else None,
        "model_version": first.model_version if first else None,
        "added": added,
        "signals": [_one(each) for each in found],
    }


def _one(signal: "Signal") -> dict[str, Any]:
    from warroom.signals.techniques.tags import of_signal

    return {
        "record_id": signal.record_id,
        "rank": signal.rank,
        **_named(signal),
        "probability": round(signal.probability, 6),
        "screening": signal.screening,
        "reasons": [reason.as_json() for reason in signal.reasons],
        "innocent_evidence": [reason.as_json() for reason in signal.innocent],
        "evidence": list(signal.evidence),
        "techniques": [one.id for one in of_signal(signal)],
    }


def _named(signal: "Signal") -> dict[str, str]:
    """Whom a signal is about: an account by its bank and number, all else by kind and id."""
    about = signal.subject
    if about.kind == "account":
        return {"bank": about.bank, "account": about.number}
    return {"subject": str(about)}


def _show(found: Sequence["Signal"], added: int, language: Language) -> None:
    """The first of them for a person; the board and --json have them all."""
    if not found:
        say("Nothing stands out.")
        return
    for each in found[:SHOWN]:
        say(f"{each.rank:>4}. {' '.join(_named(each).values())}  {each.probability:.0%}")
        _why("why", each.reasons, language)
        _why("but", each.innocent, language)
    if len(found) > SHOWN:
        say(f"... and {len(found) - SHOWN:,} more, on the board and with --json.")
    note(
        f"{len(found):,} signals as of {found[0].as_of:%Y-%m-%d %H:%M:%S} UTC by {found[0].model_version}; {added:,} new."
    )
    if found[0].model_version.startswith("rule"):
        note("These are the points of a rule of thumb, not of a trained model.")


def _why(sign: str, reasons: Sequence[Reason], language: Language) -> None:
    for reason in reasons:
        shown = f" [{', '.join(reason.evidence[:3])}]" if reason.evidence else ""
        say(f"      {sign}: {render(reason, language)}{shown}")


__all__ = ["app"]
