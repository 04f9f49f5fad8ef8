"""`warroom evaluate`: play policies on synthetic countries and score them."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from warroom.cli.answer import answer, note, say, told_in
from warroom.cli.options import Json
from warroom.errors import WorldError
from warroom.reasons.reason import Language

if TYPE_CHECKING:
    from warroom_lab.evaluation.evaluate import Evaluation
    from warroom_lab.evaluation.sensitivity import Sensitivity

POINTS = 50
"""Of the hypercube, in a release run."""


def evaluate(
    *,
    size: str = "small",
    seeds: str = "1-20",
    policies: str = "none,practice-2026,practice-2025,plan-bound,warroom",
    tools: str = "holds,warnings,refusals,suspensions",
    scenario: str = "bot-2025",
    gangs: str = "adapting",
    out: Path | None = None,
    without: str = "",
    sensitivity: int | None = None,
    jobs: Annotated[
        int, Parameter(help="Seeds played at a time, each in a process of its own; of one seed its policies.")
    ] = 2,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Play each policy on the country of each seed and say what it held and whom it harmed, with 90 % intervals.

    Example: warroom evaluate --size small --seeds 1-20 --policies none,practice-2026,warroom --out report

    Parameters
    ----------
    size
        tiny, small, district, province or national.
    seeds
        As 1-20 or 3,5,9. Seeds 101 to 200 are held out for a release run: at least 20 of them and no other.
    policies
        Of none, practice-2026, practice-2025, plan-bound, frontier and warroom.
    tools
        What every policy may use, of holds, warnings, refusals (whoever is listed is paid nothing), suspensions (by
        banks themselves, for seven days) and records (asked of a bank where a trail ends on records that do not reach to
        the money). Without a word all but the last.
    scenario
        The clock of crime: bot-2025 (half gone in 3 minutes, reports after 18 to 25 hours) or police-2018.
    gangs
        fixed, adapting, or red-team: the worst for the war room of several that are tuned against it, each tried on the first
        five seeds; or one by name.
    out
        A folder for the page with plots and the figures as JSON: a new or empty one, or that of a run that was stopped. Seeds
        that are through are kept in it until the page is there, and the same question asked again goes on from them.
    without
        The number of an order of the one policy named; it is also played without that order, on a twin of each seed.
    sensitivity
        How much the headline hangs on what is assumed: every range at both its ends, and so many points (50 are enough)
        over all of them, on at most ten of the seeds at the size tiny. 0 for none; left out, 50 in a release run and
        none in any other.
    language
        The language of what is refused: en or th.
    """
    with told_in(language):
        _evaluate(size, seeds, policies, tools, scenario, gangs, out, without, sensitivity, jobs, json)


def _evaluate(
    size: str, seeds: str, policies: str, tools: str, scenario: str, gangs: str, out: Path | None, without: str,
    sensitivity: int | None, jobs: int, json: bool,
) -> None:  # fmt: skip
    from warroom_lab.evaluation.asking import is_release, keep_held_out, names_of, seeds_of
    from warroom_lab.evaluation.evaluate import evaluate as play_all
    from warroom_lab.evaluation.kept import Kept
    from warroom_lab.evaluation.tools import tools_of

    if jobs < 1:
        raise WorldError("--jobs must be at least 1; leave it out for 2.")
    # Read before anything is played: a slip in a name must not show after hours.
    chosen, names, given = seeds_of(seeds), names_of(policies), tools_of(tools)
    keep_held_out(chosen, release=True)
    if out is not None:
        _ready(out)
    kept = None if out is None else Kept.beside(out)
    points = sensitivity if sensitivity is not None else POINTS * is_release(chosen)
    found = play_all(
        size,
        chosen,
        names,
        tools=given,
        scenario=scenario,
        gangs=gangs,
        jobs=jobs,
        without=without,
        kept=kept,
        points=points,
        say=note,
    )
    _tell(found, out, json=json)


def _tell(found: "Evaluation", out: Path | None, *, json: bool) -> None:
    """Say what was found, and write its page where one was asked for."""
    from warroom_lab.evaluation.evaluate import as_json
    from warroom_lab.evaluation.page import write_page

    # First what cannot be shown again without playing again.
    if out is not None:
        write_page(out, found, _fonts())
    body = as_json(found)
    if json:
        answer(body)
    else:
        _show(found, body)


def _ready(out: Path) -> None:
    """Make the folder for the page before hours are spent on what it will show."""
    from warroom_lab.evaluation.kept import NAME

    if out.exists() and not out.is_dir():
        raise WorldError(f"{out} is a file; name a folder for the page.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(path.name != NAME for path in out.iterdir()):
            raise WorldError(f"The folder {out} is not empty; name a new one.")
    except OSError as problem:
        raise WorldError(f"The folder {out} cannot be used ({problem.strerror}); name another.") from None


def _show(found: "Evaluation", body: dict[str, Any]) -> None:
    from rich.console import Console

    from warroom_lab.evaluation.table import WIDTH, ratios, table_of, team_of, why_null

    Console(width=None if sys.stdout.isatty() else WIDTH).print(table_of(found))
    if found.team:
        Console(width=None if sys.stdout.isatty() else WIDTH).print(team_of(found))
    for line in [*ratios(found), *why_null(found)]:
        say(line)
    if found.hangs_on is not None:
        _show_sensitivity(found.hangs_on)
    for seed, one in body["twins"].items():
        say(
            f"seed {seed}: order {one['order']} saved {one['money_saved']:,.2f} baht and cost "
            f"{one['innocent_hours']:,.1f} innocent hours."
        )


def _show_sensitivity(found: "Sensitivity") -> None:
    from rich.console import Console

    from warroom_lab.evaluation.table import WIDTH, over_all, sensitivity_of

    Console(width=None if sys.stdout.isatty() else WIDTH).print(sensitivity_of(found))
    for line in over_all(found):
        say(line)


def _fonts() -> dict[int, bytes]:
    """The web's Thai letters by weight; none where the web was not built."""
    static = files("warroom.web").joinpath("static")
    named = {weight: f"ibm-plex-sans-thai-thai-{weight}-normal" for weight in (400, 600)}
    here = list(static.iterdir()) if static.is_dir() else []
    return {
        weight: file.read_bytes()
        for weight, name in named.items()
        for file in here
        if file.name.startswith(name) and file.name.endswith(".woff2")
    }


__all__ = ["evaluate"]
