"""`warroom world`: build a synthetic country, and check that it is like what was published."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from warroom.cli.answer import print_json, print_line, print_note
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
    from warroom_lab.evaluation.asking import check_seeds_not_held_out
    from warroom_lab.world.build import build_country as built_of
    from warroom_lab.world.drawing.sizes import get_size

    check_seeds_not_held_out([seed])
    chosen = get_size(size)
    built = built_of(chosen, seed, out, _print_progress if sys.stderr.isatty() else None, scenario=scenario)
    if json:
        print_json(
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
        print_line(f"{table:<12} {rows:>14,} rows")
    print_line(
        f"{built.folder}: {built.files:,} files, {built.bytes / 1e6:,.1f} MB; {built.refused:,} rows are faulty on purpose"
    )
    print_line(f"Take it in: warroom ingest --folder {built.folder}")


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
    from warroom_lab.evaluation.asking import check_seeds_not_held_out, parse_seeds
    from warroom_lab.evaluation.check import measure_countries as checked
    from warroom_lab.world.drawing.sizes import get_size

    asked = parse_seeds(seeds)
    check_seeds_not_held_out(asked)
    quantities = checked(get_size(size), asked, scenario, print_note if sys.stderr.isatty() else None)
    if json:
        print_json(
            {
                "size": size,
                "scenario": scenario,
                "within": all(quantity.passes for quantity in quantities),
                "quantities": [
                    {**asdict(quantity), "inside": quantity.inside, "within": quantity.within}
                    for quantity in quantities
                ],
            }
        )
    else:
        print_line("value ± one standard error of the cases counted [least to most of single countries]")
        for quantity in quantities:
            print_line(quantity.format_line())
        if len(asked) == 1:
            print_line(ONE_SEED)
    outside = [
        f"{quantity.name} {quantity.value:.3g} ({quantity.low:.3g} to {quantity.high:.3g})"
        for quantity in quantities
        if not quantity.passes
    ]
    if outside:
        print_note(f"Not like what was published: {', '.join(outside)}.")
        sys.exit(OUTSIDE)


def _print_progress(done: int, days: int) -> None:
    print(f"\rday {done} of {days}", end="\n" if done == days else "", file=sys.stderr, flush=True)
