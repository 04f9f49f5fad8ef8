"""`warroom signals train`: a home's own model of accounts that work like mules."""

from pathlib import Path
from typing import Any

from warroom import clock
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.noted import log_access
from warroom.cli.options import Switch
from warroom.errors import SignalError
from warroom.home import open_home


def train(
    kind: str,
    *,
    until: str,
    labels: Path | None = None,
    out: Path | None = None,
    complete: bool = False,
    json: Switch = False,
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
    from warroom_lab.mules.training import train_mules

    home = open_home()
    path, body = train_mules(home, labels, moment, out, complete=complete, say=print_note)
    log_access(home, "signals.learned", "lake", {"kind": kind, "model": body["model"], "until": until})
    if json:
        print_json({"path": str(path), **body})
        return
    print_line(f"{body['model']} written to {path}, its card beside it ({path.with_suffix('.md').name}).")
    _print_comparison(body)
    if path == own_path(home):
        print_line(
            "Signals are made by it from now on; 'warroom signals use shipped' goes back to the program's own."
        )
    elif not out:
        print_line(
            f"The model in use stays: it is the better one here. Insist by 'warroom signals use {path}'."
        )


def _print_comparison(body: dict[str, Any]) -> None:
    """What the new model and the one in use are worth on the same days."""
    used = body["in_use"]
    print_line(
        f"on {body['days']['measured']} days that it never saw  {'new':>6}  {'in use':>6}  ({used['model']})"
    )
    print_line(f"{'AUPRC':<31}  {body['auprc']:>6.3f}  {used['auprc']:>6.3f}")
    for budget, share in body["precision_at_budget"].items():
        name = f"precision at {int(budget):>5,} a day"
        print_line(f"{name:<31}  {share:>6.3f}  {used['precision_at_budget'][budget]:>6.3f}")
