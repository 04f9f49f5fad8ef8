"""How well lures are told from honest adverts: `python -m benchmarks.adverts [--quick]`.

On adverts put together of phrases (`adverts.toml`) that were written apart from the lexicons and that lexicons were mended on since,
in six languages: lures found, honest ones flagged with the share that so many prove, pairs ranked right beside counting flags, and
flags beside those that were meant; errors by language, style and length. On small countries of the world, by their truth: pages of
gangs that the list shows, honest pages on it, and how many of the pages that an organiser is made of are one gang's.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.adverts_made import LANGUAGES, STYLES, made
from benchmarks.harness import Figure, at_least, at_most, start_run
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.signals.adverts.advert import list_adverts
from warroom.signals.adverts.clusters.lures import Lures, build_lures
from warroom.signals.adverts.red_flags import find_red_flags
from warroom.signals.adverts.run import LEAST, build_pages, find_newest_time
from warroom.signals.adverts.score import LIMIT, compute_probability, score_advert
from warroom.signals.bands import compute_wilson_interval
from warroom.subjects.subject import Subject
from warroom_lab.labelled.adverts import JudgedAdvert, compute_figures, judge_adverts
from warroom_lab.labelled.bounds import compute_upper_bound

SEED = 11
PROSE = Path(__file__).with_name("adverts_aside.toml")
EACH = 500
COUNTRIES = (67, 68, 69)
"""Seeds of small countries on which nothing was set: 21 to 28 set the weights of pages, and 61 to 66 were counted by the rule before."""
HALF = 140
"""Signs up to which an advert is short."""


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    seen = judge_adverts(made(SEED, 100 if run.is_quick else EACH))
    run.show("Adverts", [*_languages(seen), *_prose()])
    _parity(seen)
    return run.finish("Adverts of small countries", _world(COUNTRIES[: 1 if run.is_quick else 3]))


def _languages(seen: Sequence[JudgedAdvert]) -> list[Figure]:
    found = []
    for language in LANGUAGES:
        of = compute_figures([one for one in seen if one.labelled.language == language])
        found.append(at_least(f"Lures found, {language}", of["recall"], "share", 0.9, f"{of['lures']} lures"))
        proof = f"at most {of['upper_bound']:.1%} by {of['honest']} honest ones (95 %)"
        found.append(
            at_most(f"Honest adverts flagged, {language}", of["honest_flagged"], "share", 0.05, proof)
        )
    every = compute_figures(seen)
    beside = f"counting flags {every['auc_of_counting']:.4f}"
    found.append(
        at_least("Pairs ranked right", every["auc"], "share", max(0.92, every["auc_of_counting"]), beside)
    )
    found.append(at_least("Flags as they were meant, F1", every["flags_f1"], "", 0.9))
    return found


def _prose() -> list[Figure]:
    """Adverts in free prose that nothing was learned from, all languages together: there are few."""
    told = tomllib.loads(PROSE.read_text(encoding="utf-8"))
    flagged = {
        label: [
            compute_probability(score_advert(find_red_flags(text))) >= LIMIT
            for of in told.values()
            for text in of[label]
        ]
        for label in ("lure", "honest")
    }
    lures, honest = flagged["lure"], flagged["honest"]
    proof = f"at most {compute_upper_bound(sum(honest), len(honest)):.1%} by {len(honest)} honest ones (95 %)"
    return [
        at_least("Lures found in free prose, six languages", sum(lures) / len(lures), "share", 0.9, f"{len(lures)} lures"),
        at_most("Honest adverts flagged in free prose", sum(honest) / len(honest), "share", 0.05, proof),
    ]  # fmt: skip


def _has_language(advert: JudgedAdvert, language: str) -> bool:
    return advert.labelled.language == language


def _has_style(advert: JudgedAdvert, style: str) -> bool:
    return advert.labelled.style == style


def _parity(seen: Sequence[JudgedAdvert]) -> None:
    """Errors by language, style of writing and length, as a table."""
    parts: dict[str, Callable[[JudgedAdvert], bool]] = {
        **{f"language {name}": partial(_has_language, language=name) for name in LANGUAGES},
        **{f"style {name}": partial(_has_style, style=name) for name in STYLES},
        f"up to {HALF} signs": lambda one: len(one.labelled.text) <= HALF,
        f"over {HALF} signs": lambda one: len(one.labelled.text) > HALF,
    }
    print("\n  of each            lures missed        honest flagged (95 % upper bound)")
    for name, belongs in parts.items():
        some = [one for one in seen if belongs(one)]
        lures = [one for one in some if one.labelled.label == "lure"]
        honest = [one for one in some if one.labelled.label == "honest"]
        missed, wrong = sum(not one.flagged for one in lures), sum(one.flagged for one in honest)
        print(
            f"  {name:<16} {missed:>5} of {len(lures):<6} {wrong:>9} of {len(honest):<6} ({compute_upper_bound(wrong, len(honest)):.1%})"
        )


def _world(seeds: Sequence[int]) -> list[Figure]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            counts.update(count_country(built(Path(folder), seed)))
    told = f"tiny, seeds {', '.join(map(str, seeds))}"
    never = f"{counts['never']} of them never stood in the records"
    return [
        _share("Pages of gangs on the list", counts["found"], counts["gangs"], 0.9, f"{never}; {told}"),
        at_most("Honest pages on the list", counts["wrong"] / counts["honest"], "share", 0.05, f"{counts['wrong']} of {counts['honest']}, at most {compute_upper_bound(counts['wrong'], counts['honest']):.1%} (95 %)"),
        _share("Pairs of an organiser's pages that are one gang's", counts["true ties"], counts["ties"], 0.95, f"{counts['honest ties']} pairs of two honest pages left out"),
        _share("Pairs of a gang's pages that one organiser has", counts["true ties"], counts["pairs"], 0.9, ""),
        at_most("Honest pages that hang on a gang's organiser", counts["caught"] / counts["honest"], "share", 0.05, f"{counts['caught']} of {counts['honest']}"),
    ]  # fmt: skip


def _share(name: str, part: int, count: int, bar: float, more: str) -> Figure:
    """A share with its count and 95 % interval; of nothing there is none, and it is below its bar."""
    if not count:
        return at_least(name, 0.0, "share", bar, f"none to count; {more}")
    low, high = compute_wilson_interval(part, count)
    return at_least(name, part / count, "share", bar, f"{part} of {count}, {low:.0%} to {high:.0%}; {more}")


def built(folder: Path, seed: int) -> Path:
    """A folder with a country and the home that took it in."""
    command = [sys.executable, "-m", "warroom"]
    country = folder / "country"
    subprocess.run(
        [*command, "world", "build", "--size", "tiny", "--seed", str(seed), "--out", str(country)],
        check=True,
        capture_output=True,
    )
    home = open_home(folder / "home", "exercise")
    # A country's files have faults, of which taking in tells by its exit code.
    subprocess.run(
        [*command, "ingest", "--folder", str(country)],
        check=False,
        capture_output=True,
        env={**os.environ, "WARROOM_HOME": str(home.root)},
    )
    return folder


def count_country(folder: Path) -> dict[str, int]:
    """Pages by whether the list would show them and what they were by the country's truth."""
    truth = pq.read_table(folder / "country/truth/side_pages.parquet").to_pylist()
    gangs = {Subject("page", row["page"]): row["gang"] for row in truth}
    lake = Lake.open(open_home(folder / "home"))
    lures = build_lures(list_adverts(lake))
    # Every page that ever stood: what was taken down is counted as it stood.
    shown = {
        page.subject: page.probability >= LEAST
        for page in build_pages(lures, find_newest_time(lake), gone=True)
    }
    honest = [page for page in shown if page not in gangs]
    return {
        "found": sum(shown.get(page, False) for page in gangs),
        "gangs": len(gangs),
        "never": sum(page not in shown for page in gangs),
        "wrong": sum(shown[page] for page in honest),
        "honest": len(honest),
        **count_ties(lures, gangs, honest),
    }


def count_ties(lures: Lures, gangs: Mapping[Subject, int], honest: Sequence[Subject]) -> dict[str, int]:
    """Pairs of pages that one organiser has, by whose they are. Two honest pages that one shop has are nobody's fault."""
    tied = [pair for one in lures.organisers for pair in combinations(one.pages, 2)]
    judged = [(a, b) for a, b in tied if a in gangs or b in gangs]
    caught = {page for pair in judged for page in pair if page not in gangs}
    return {
        "ties": len(judged),
        "honest ties": len(tied) - len(judged),
        "true ties": sum(gangs.get(a) == gangs.get(b) for a, b in judged),
        "pairs": sum(gangs[a] == gangs[b] for a, b in combinations(gangs, 2)),
        "caught": len(caught.intersection(honest)),
    }


if __name__ == "__main__":
    sys.exit(main())
