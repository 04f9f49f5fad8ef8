"""`warroom evaluate`: play policies on synthetic countries and score them."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from warroom.cli.answer import print_json, print_line, print_note, translate_errors
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
    policies: str = "none,practice-2026,practice-rule-1,warroom,knows-mules",
    tools: str = "holds,warnings,refusals,suspensions",
    scenario: str = "bot-2025",
    gangs: str = "adapting",
    out: Path | None = None,
    without: str = "",
    where: bool = False,
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
        tiny, town, small, district, province or national.
    seeds
        As 1-20 or 3,5,9. Seeds 101 to 200 are held out for a release run: at least 20 of them and no other.
    policies
        Of none, practice-2026, practice-rule-1 (the same without this program's model), practice-2025, warroom, and
        knows-mules, which is no policy: each mule suspended some 13 minutes after its first stolen baht.
    tools
        What every policy may use, of holds, warnings, refusals (anyone who is listed is paid nothing), suspensions (by
        banks themselves, for seven days) and records (asked of a bank where a trail ends on records that do not reach to
        the money). Without a word all but the last.
    scenario
        The clock of crime: bot-2025 (half gone in 3 minutes, reports after 18 to 25 hours) or police-2018.
    gangs
        fixed, adapting, or red-team: of several that are tuned against the war room the one from which it saves least beside
        practice-2026, each tried on the first five seeds; or one by name.
    out
        A folder for the page with plots and the figures as JSON: a new or empty one, or that of a run that was stopped. Seeds
        that are through are kept in it until the page is there, and the same question asked again goes on from them.
    without
        The number of an order of the one policy named; it is also played without that order, on a twin of each seed.
    where
        Also say where each stolen baht was lost or held; the page does so in any case.
    sensitivity
        How much the headline hangs on what is assumed: every range at both its ends, and so many points (50 are enough)
        over all of them, on at most ten of the seeds at the size tiny. 0 for none; left out, 50 in a release run and
        none in any other.
    language
        The language of what is refused: en or th.
    """
    with translate_errors(language):
        _run_evaluation(
            size, seeds, policies, tools, scenario, gangs, out, without, sensitivity, jobs, where, json
        )


def _run_evaluation(
    size: str, seeds: str, policies: str, tools: str, scenario: str, gangs: str, out: Path | None, without: str,
    sensitivity: int | None, jobs: int, where: bool, json: bool,
) -> None:  # fmt: skip
    from warroom_lab.evaluation.asking import (
        check_seeds_not_held_out,
        is_release_run,
        parse_policy_names,
        parse_seeds,
    )
    from warroom_lab.evaluation.evaluate import evaluate_policies as play_all
    from warroom_lab.evaluation.kept import SeedCache
    from warroom_lab.evaluation.tools import parse_tools

    if jobs < 1:
        raise WorldError("--jobs must be at least 1; leave it out for 2.")
    # Read before anything is played: a slip in a name must not show after hours.
    chosen, names, given = parse_seeds(seeds), parse_policy_names(policies), parse_tools(tools)
    check_seeds_not_held_out(chosen, release=True)
    if out is not None:
        _prepare_page_folder(out)
    kept = None if out is None else SeedCache.for_page(out)
    points = sensitivity if sensitivity is not None else POINTS * is_release_run(chosen)
    evaluation = play_all(
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
        say=print_note,
    )
    _report_evaluation(evaluation, out, where=where, json=json)


def _report_evaluation(evaluation: "Evaluation", out: Path | None, *, where: bool, json: bool) -> None:
    """Say what was found, and write its page where one was asked for."""
    from warroom_lab.evaluation.evaluate import evaluation_as_json
    from warroom_lab.evaluation.page import write_page

    # First what cannot be shown again without playing again.
    if out is not None:
        write_page(out, evaluation, _load_page_fonts())
    body = evaluation_as_json(evaluation)
    if json:
        print_json(body)
    else:
        _print_evaluation(evaluation, body, where=where)


def _prepare_page_folder(out: Path) -> None:
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


def _print_evaluation(evaluation: "Evaluation", body: dict[str, Any], *, where: bool) -> None:
    from rich.console import Console

    from warroom_lab.evaluation.table import (
        WIDTH,
        build_figure_table,
        build_red_team_table,
        build_where_table,
        explain_missing,
        format_ratios,
    )

    Console(width=None if sys.stdout.isatty() else WIDTH).print(build_figure_table(evaluation))
    if evaluation.red_team_scores:
        Console(width=None if sys.stdout.isatty() else WIDTH).print(build_red_team_table(evaluation))
    if where:
        Console(width=None if sys.stdout.isatty() else WIDTH).print(build_where_table(evaluation))
    for line in [*format_ratios(evaluation), *explain_missing(evaluation)]:
        print_line(line)
    if evaluation.sensitivity is not None:
        _print_sensitivity(evaluation.sensitivity)
    for seed, seed_twin in body["twins"].items():
        print_line(
            f"seed {seed}: order {seed_twin['order']} saved {seed_twin['money_saved']:,.2f} baht and cost "
            f"{seed_twin['innocent_hours']:,.1f} innocent hours."
        )


def _print_sensitivity(found: "Sensitivity") -> None:
    from rich.console import Console

    from warroom_lab.evaluation.table import WIDTH, build_sensitivity_table, format_overall

    Console(width=None if sys.stdout.isatty() else WIDTH).print(build_sensitivity_table(found))
    for line in format_overall(found):
        print_line(line)


def _load_page_fonts() -> dict[int, bytes]:
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
