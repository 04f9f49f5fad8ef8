"""`warroom signals run`: signals of one kind as of a moment, with reasons for and against."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from warroom import clock
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.laboratory import add_commands
from warroom.cli.mules import use
from warroom.cli.noted import has_ledger, log_signal_run, note_troubles
from warroom.cli.options import Json
from warroom.home import open_home
from warroom.reasons.reason import Language, Reason, render
from warroom.signals.kinds import SIGNAL_KINDS, find_kind

if TYPE_CHECKING:
    from datetime import datetime

    from warroom.home import Home
    from warroom.signals.kind import SignalKind
    from warroom.signals.signal import Signal
    from warroom.subjects.subject import Subject

app = App(
    name="signals",
    help="What looks wrong before anybody reports it. Example: warroom signals run mules --budget 20",
    help_format="plaintext",
)
NATION = 1_000
"""The default budget: accounts a day that a nation's officers can check. Chosen, not measured."""
# Signals printed; a screen. `--json` gives all.
SHOWN = 20
NAMES = [kind.name for kind in SIGNAL_KINDS]


@app.command
def run(
    kind: Annotated[str, Parameter(help=f"What to look for: {', '.join(NAMES[:-1])} or {NAMES[-1]}.")],
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
    declared = find_kind(kind)
    moment = clock.parse_instant(as_of) if as_of else None
    if file:
        _run_on_file(declared, file, moment, budget, language, json=json)
        return
    from warroom.lake.lake import Lake
    from warroom.signals import store
    from warroom.signals.kind import SignalScope

    home = open_home()
    lake = Lake.open(home)
    # `partial`: only kinds that ask for takedowns open the ledger.
    signals = declared.run(SignalScope(home, lake, moment, budget, partial(_taken_down, home)))
    note_troubles(home, kind)
    # Nothing found writes no rows; that the run was made is logged below.
    added = store.write_signals(lake, signals).accepted if signals else 0
    log_signal_run(home, kind, len(signals), {"kind": kind, "signals": len(signals), "added": added})
    if json:
        print_json(_build_body(declared, signals, added))
        return
    _print_signals(declared, signals, language)
    _note_run(signals, added)


def _taken_down(home: "Home") -> "Mapping[Subject, datetime]":
    """Pages that officers had taken down; none in a home without a ledger."""
    from warroom.actions.queries import load_taken_down_pages
    from warroom.ledger.ledger import Ledger

    if not has_ledger(home):
        return {}
    with Ledger.open(home) as ledger:
        return load_taken_down_pages(ledger)


def _run_on_file(
    kind: "SignalKind", file: Path, moment: "datetime | None", budget: int, language: Language, *, json: bool
) -> None:
    """Run on a file's texts; nothing is saved."""
    if kind.read_file is None:
        from warroom.cli.signals_of_files import show_file

        show_file(kind, file, budget, language, json=json)
        return
    signals, unread = kind.read_file(file, moment or clock.get_now(), budget)
    if unread.count:
        print_note(f"{unread.count:,} of the {unread.what} could not be read and were left out: {unread}")
    if json:
        print_json(_build_body(kind, signals, 0))
    else:
        _print_signals(kind, signals, language)


add_commands(app, "signals")
app.command(use)


def _build_body(kind: "SignalKind", signals: Sequence["Signal"], added: int) -> dict[str, Any]:
    first = signals[0] if signals else None
    return {
        "kind": kind.name,
        "as_of": first.as_of.isoformat() if first else None,
        "model_version": first.model_version if first else None,
        "added": added,
        "signals": [(kind.describe or _describe_signal)(signal) for signal in signals],
    }


def _describe_signal(signal: "Signal") -> dict[str, Any]:
    from warroom.signals.techniques.tags import list_signal_techniques

    return {
        "record_id": signal.record_id,
        "rank": signal.rank,
        **_name_subject(signal),
        "probability": round(signal.probability, 6),
        "screening": signal.screening,
        "reasons": [reason.as_json() for reason in signal.reasons],
        "innocent_evidence": [reason.as_json() for reason in signal.innocent],
        "evidence": list(signal.evidence),
        "techniques": [technique.id for technique in list_signal_techniques(signal)],
    }


def _name_subject(signal: "Signal") -> dict[str, str]:
    """The subject of a signal: an account by bank and number, all else by kind and id."""
    about = signal.subject
    if about.kind == "account":
        return {"bank": about.bank, "account": about.number}
    return {"subject": str(about)}


def _print_signals(kind: "SignalKind", signals: Sequence["Signal"], language: Language) -> None:
    """Print the first signals; the board and --json have all."""
    if not signals:
        print_line(kind.nothing_found)
        return
    for signal in signals[:SHOWN]:
        print_line(f"{signal.rank:>4}. {' '.join(_name_subject(signal).values())}  {signal.probability:.0%}")
        if warning := kind.warn(signal):
            print_line(f"      ! {warning[language]}")
        _print_reasons("why", signal.reasons, language)
        _print_reasons("but", signal.innocent, language)
    if len(signals) > SHOWN:
        print_line(f"... and {len(signals) - SHOWN:,} more, on the board and with --json.")


def _note_run(signals: Sequence["Signal"], added: int) -> None:
    """Print as of when the signals are, by which model, and how many are new."""
    if not signals:
        return
    first = signals[0]
    print_note(
        f"{len(signals):,} signals as of {first.as_of:%Y-%m-%d %H:%M:%S} UTC by {first.model_version}; {added:,} new."
    )
    # A rule of thumb's probabilities are not calibrated to life, and readers must know.
    if first.model_version.startswith("rule"):
        print_note("These are the points of a rule of thumb, not of a trained model.")


def _print_reasons(sign: str, reasons: Sequence[Reason], language: Language) -> None:
    for reason in reasons:
        shown = f" [{', '.join(reason.evidence[:3])}]" if reason.evidence else ""
        print_line(f"      {sign}: {render(reason, language)}{shown}")


__all__ = ["app"]
