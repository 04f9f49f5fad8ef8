"""`warroom bench`: measure on labelled data, anybody's, what the program learns and what it says of names and adverts."""

from dataclasses import asdict
from pathlib import Path

from cyclopts import App

from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.options import Json
from warroom.errors import ProtocolError
from warroom_lab.cli.bench_times import list_time_doubts

app = App(
    name="bench",
    help="Measure on labelled data. Example: warroom bench mules --transfers T.parquet",
    help_format="plaintext",
)


@app.command
def mules(*, transfers: Path, threads: int = 1, json: Json = False) -> None:
    """Learn to tell illicit transfers from the first 60 % of a file, tune on the next 20 %, test on the last 20 %.

    The file is Parquet with the columns ts (seconds or a time), src, dst, amount and label (0 or 1), and channel,
    src_bank and dst_bank where there; other columns are left alone. Nothing is kept.

    Example: warroom bench mules --transfers T.parquet --json

    Parameters
    ----------
    transfers
        The file.
    threads
        Threads that make features: 1, or 2.
    """
    if threads not in (1, 2):
        raise ProtocolError("--threads must be 1 or 2; leave it out for 1.")
    from warroom_lab.protocol.file import read_transfers
    from warroom_lab.protocol.run import run

    labelled = read_transfers(transfers)
    for line in list_time_doubts(labelled.transfers.time):
        print_note(line)
    figures = asdict(run(labelled, threads=threads, say=print_note))
    if json:
        print_json(figures)
        return
    for name, value in figures.items():
        print_line(f"{name:<14} {value:>14,.3f}")


@app.command
def names(pairs: Path, /, *, json: Json = False) -> None:
    """Compare labelled pairs of names at the one limit: F1, precision, recall, and errors by phenomenon.

    The file is CSV with the columns name1, name2 and is_match; kind (person, company) and phenomenon where there, or schema
    and category.

    Example: warroom bench names PAIRS.csv --json

    Parameters
    ----------
    pairs
        The file.
    """
    from warroom_lab.labelled.names import measure_pairs, read_pairs

    figures = measure_pairs(read_pairs(pairs))
    if json:
        print_json(figures)
        return
    by = figures.pop("by")
    for name, value in figures.items():
        print_line(f"{name:<20} {value:>14,.3f}")
    for phenomenon, of in by.items():
        print_line(f"    {phenomenon or '-':<40} {of['errors']:>4} of {of['pairs']}")


@app.command
def adverts(file: Path, /, *, json: Json = False) -> None:
    """Look at labelled adverts with the shipped flags and limit: lures found, honest ones flagged, by language.

    The file is JSON Lines with text, lang and label (lure, honest or borderline), and flags (R1 to R16) where marked.

    Example: warroom bench adverts ADVERTS.jsonl --json

    Parameters
    ----------
    file
        The file.
    """
    from warroom.signals.adverts.red_flags import NUMBERS
    from warroom_lab.labelled.adverts import measure_adverts, read_labelled

    figures = measure_adverts(read_labelled(file))
    if json:
        print_json(figures)
        return
    by, unknown = figures.pop("by"), figures.pop("unknown_flags")
    for name, value in figures.items():
        print_line(f"{name:<20} {'-' if value is None else format(value, '14,.3f'):>14}")
    if unknown:
        print_note(
            f"The file names flags that this program does not have: {', '.join(unknown)}. "
            f"Adverts with one are not counted in flags_f1. Write R1 to R16, or {', '.join(NUMBERS)}."
        )
    for language, of in by.items():
        print_line(
            f"    {language or '-':<6} {of['lures']:>6} lures {of['honest']:>6} honest  "
            + _format_advert_figures(of)
        )


def _format_advert_figures(of: dict[str, float | None]) -> str:
    names = ("recall", "honest_flagged", "upper_bound", "auc", "flags_f1")
    return "  ".join(
        f"{name} {'-' if (value := of[name]) is None else format(value, '.3f')}" for name in names
    )


@app.command
def messages(file: Path, /, *, json: Json = False) -> None:
    """Read labelled messages: how well scams are told apart, and how many ordinary ones are flagged at the fixed limit.

    The file is JSON lines with text, label (scam, advert, otp or ok) and lang where there. Nothing is learned from it.

    Example: warroom bench messages MESSAGES.jsonl --json

    Parameters
    ----------
    file
        The file.
    """
    from warroom_lab.labelled.messages import measure_messages, read_labelled

    figures = measure_messages(read_labelled(file))
    if json:
        print_json(figures)
        return
    by = figures.pop("by")
    for name, value in figures.items():
        print_line(f"{name:<20} {'-' if value is None else format(value, ',.3f'):>14}")
    for lang, of in by.items():
        lang_figures = (of["auprc"], of["ordinary_flagged"], of["upper_bound"])
        shown = "  ".join(f"{'-' if figure is None else format(figure, '.3f'):>6}" for figure in lang_figures)
        print_line(
            f"    {lang or '-':<8} {of['messages']:>6} messages, AUPRC, ordinary flagged, at most: {shown}"
        )
