"""`warroom world`: build a synthetic country, and check that it is like what was published."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from warroom.cli.answer import answer, note, say
from warroom.cli.options import Json

app = App(
    name="world",
    help="A synthetic country to rehearse in. Example: warroom world build --size tiny --seed 1 --out country",
    help_format="plaintext",
)

OUTSIDE = 1
"""The exit code where a quantity lies outside what was published."""
ONE_SEED = "Not measured: what is learned on one country and tells mules in another. Name two seeds or more."


@app.command
def build(*, size: str, out: Path, seed: int = 1, scenario: str = "police-2018", json: Json = False) -> None:
    """Write what partners would send, one folder a partner, with a manifest that 'warroom ingest --folder' reads.

    Everything is invented. The same size and seed give the same bytes. What was true lies in OUT/truth and is for
    scoring alone.

    Example: warroom world build --size small --seed 7 --out country

    Parameters
    ----------
    size
        tiny (2,000 people, 14 days), small (50,000, 30 days), district (100,000, 14 days), province (1 million, 30
        days) or national (10 million, 7 days). All but district and national carry crime at 20 times its density.
    out
        The folder to write; it must not exist yet, or be empty.
    seed
        Which of the countries of this size.
    scenario
        The clock that crime keeps: police-2018 (a third of reports within half an hour) or bot-2025 (half of the
        money gone in three minutes, reports a day later).
    """
    from warroom_lab.evaluation.asking import keep_held_out
    from warroom_lab.world.build import build as built_of
    from warroom_lab.world.drawing.sizes import size_named

    keep_held_out([seed])
    chosen = size_named(size)
    built = built_of(chosen, seed, out, _progress if sys.stderr.isatty() else None, scenario=scenario)
    if json:
        answer(
            {
                **asdict(built),
                "folder": str(built.folder),
                "size": chosen.name,
                "seed": seed,
                "scenario": scenario,
            }
        )
        return
    for table, rows in built.rows.items():
        say(f"{table:<12} {rows:>14,} rows")
    say(
        f"{built.folder}: {built.files:,} files, {built.bytes / 1e6:,.1f} MB; {built.refused:,} rows are faulty on purpose"
    )
    say(f"Take it in: warroom ingest --folder {built.folder}")


@app.command
def check(
    *,
    seeds: Annotated[str, Parameter(help="Seeds, as 1-5 or 1,4,9.")] = "1-5",
    size: str = "small",
    scenario: str = "police-2018",
    json: Json = False,
) -> None:
    """Print what comes of some countries, pooled, beside what was published; fails outside of it.

    Nothing is written. The exit code is 1 where a quantity lies outside its band by more than two standard errors of
    the cases counted, unless it is known to and the line says why; the last line names those. Among them is how hard
    mules are to tell from honest life.

    Example: warroom world check --seeds 1-5 --size small

    Parameters
    ----------
    seeds
        Which countries.
    size
        Of which size.
    scenario
        police-2018 or bot-2025: each has bands of its own for what it is about.
    """
    from warroom_lab.evaluation.asking import keep_held_out, seeds_of
    from warroom_lab.evaluation.check import check as checked
    from warroom_lab.world.drawing.sizes import size_named

    asked = seeds_of(seeds)
    keep_held_out(asked)
    found = checked(size_named(size), asked, scenario, note if sys.stderr.isatty() else None)
    if json:
        answer(
            {
                "size": size,
                "scenario": scenario,
                "within": all(each.passes for each in found),
                "quantities": [
                    {**asdict(each), "inside": each.inside, "within": each.within} for each in found
                ],
            }
        )
    else:
        say("value ± one standard error of the cases counted [least to most of single countries]")
        for each in found:
            say(each.line())
        if len(asked) == 1:
            say(ONE_SEED)
    outside = [
        f"{each.name} {each.value:.3g} ({each.low:.3g} to {each.high:.3g})"
        for each in found
        if not each.passes
    ]
    if outside:
        note(f"Not like what was published: {', '.join(outside)}.")
        sys.exit(OUTSIDE)


def _progress(done: int, days: int) -> None:
    print(f"\rday {done} of {days}", end="\n" if done == days else "", file=sys.stderr, flush=True)
