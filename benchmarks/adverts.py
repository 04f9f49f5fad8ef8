"""How well lures are told from honest adverts: `python -m benchmarks.adverts [--quick]`.

On adverts put together of phrases that no lexicon was written from (`adverts.toml`), in six languages: lures found, honest
ones flagged with the share that so many prove, pairs ranked right beside counting flags, and flags beside those that were
meant; errors by language, style and length. On small countries of the world: pages of gangs found, honest pages flagged, and
how many of the pages that an organiser is made of are one gang's.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.adverts_made import LANGUAGES, STYLES, made
from benchmarks.figures import Figure, show
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.signals.adverts.advert import adverts
from warroom.signals.adverts.bench import Judged, figures, judged, upper_bound
from warroom.signals.adverts.clusters.lures import Lures, lures_of
from warroom.signals.adverts.flags import look
from warroom.signals.adverts.run import newest, pages_of
from warroom.signals.adverts.score import LIMIT, points, probability

SEED = 11
PROSE = Path(__file__).with_name("adverts_prose.toml")
EACH = 500
COUNTRIES = (61, 62, 63)
"""Seeds of small countries on which no weight was set."""
LIKELY = 0.5
"""From this probability on a page counts as flagged."""
HALF = 140
"""Signs up to which an advert is short."""


def main(arguments: list[str]) -> int:
    quick = "--quick" in arguments
    seen = judged(made(SEED, 100 if quick else EACH))
    told = [*_languages(seen), *_prose()]
    show("Adverts", told)
    _parity(seen)
    world = _world(COUNTRIES[: 1 if quick else 3])
    show("Adverts of small countries", world)
    return 0 if all(figure.holds for figure in told + world) else 1


def _languages(seen: Sequence[Judged]) -> list[Figure]:
    found = []
    for language in LANGUAGES:
        of = figures([one for one in seen if one.labelled.language == language])
        found.append(
            Figure(f"Lures found, {language}", of["recall"], "share", 0.9, beside=f"{of['lures']} lures")
        )
        proof = f"at most {of['upper_bound']:.1%} by {of['honest']} honest ones (95 %)"
        found.append(
            Figure(f"Honest adverts flagged, {language}", of["honest_flagged"], "share", 0.05, False, proof)
        )
    every = figures(seen)
    beside = f"counting flags {every['auc_of_counting']:.4f}"
    found.append(
        Figure(
            "Pairs ranked right", every["auc"], "share", max(0.92, every["auc_of_counting"]), beside=beside
        )
    )
    found.append(Figure("Flags as they were meant, F1", every["flags_f1"], "", 0.9))
    return found


def _prose() -> list[Figure]:
    """Adverts in free prose that no lexicon was mended on, all languages together: there are few."""
    told = tomllib.loads(PROSE.read_text(encoding="utf-8"))["unseen"]
    flagged = {
        label: [probability(points(look(text))) >= LIMIT for of in told.values() for text in of[label]]
        for label in ("lure", "honest")
    }
    lures, honest = flagged["lure"], flagged["honest"]
    proof = f"at most {upper_bound(sum(honest), len(honest)):.1%} by {len(honest)} honest ones (95 %)"
    return [
        Figure("Lures found in free prose, six languages", sum(lures) / len(lures), "share", 0.9, beside=f"{len(lures)} lures"),
        Figure("Honest adverts flagged in free prose", sum(honest) / len(honest), "share", 0.05, False, proof),
    ]  # fmt: skip


def _parity(seen: Sequence[Judged]) -> None:
    """Errors by language, style of writing and length, as a table."""
    parts: dict[str, Callable[[Judged], bool]] = {
        **{f"language {name}": lambda one, name=name: one.labelled.language == name for name in LANGUAGES},
        **{f"style {name}": lambda one, name=name: one.labelled.style == name for name in STYLES},
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
            f"  {name:<16} {missed:>5} of {len(lures):<6} {wrong:>9} of {len(honest):<6} ({upper_bound(wrong, len(honest)):.1%})"
        )


def _world(seeds: Sequence[int]) -> list[Figure]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            counts.update(_country(Path(folder), seed))
    told = f"tiny, seeds {', '.join(map(str, seeds))}"
    ties = counts["ties"]
    return [
        Figure("Pages of gangs found", counts["found"] / counts["gangs"], "share", 0.9, beside=f"{counts['gangs']} pages; {told}"),
        Figure(
            "Honest pages flagged", counts["wrong"] / counts["honest"], "share", 0.05, False,
            f"at most {upper_bound(counts['wrong'], counts['honest']):.1%} by {counts['honest']} honest ones (95 %)",
        ),
        Figure("Pairs of an organiser's pages that are one gang's", counts["true ties"] / ties if ties else 1.0, "share", 0.95, beside=f"{ties} pairs"),
        Figure("Pairs of a gang's pages that one organiser has", counts["true ties"] / counts["pairs"], "share", 0.9, beside=f"{counts['pairs']} pairs"),
    ]  # fmt: skip


def _country(folder: Path, seed: int) -> dict[str, int]:
    """Build a country, take it in, and count pages by what was said of them and what they were."""
    command = [sys.executable, "-m", "warroom"]
    built = folder / "country"
    subprocess.run(
        [*command, "world", "build", "--size", "tiny", "--seed", str(seed), "--out", str(built)],
        check=True,
        capture_output=True,
    )
    home = open_home(folder / "home", "exercise")
    subprocess.run(
        [*command, "ingest", "--folder", str(built)],
        check=False,
        capture_output=True,
        env={**_env(), "WARROOM_HOME": str(home.root)},
    )
    gangs = {
        row["page"]: row["gang"] for row in pq.read_table(built / "truth/side_pages.parquet").to_pylist()
    }
    lake = Lake.open(home)
    lures = lures_of(adverts(lake))
    # Every page that ever stood: what was taken down is counted as it stood.
    flagged = {
        page.subject.id: probability(page.points) >= LIKELY
        for page in pages_of(lures, newest(lake), gone=True)
    }
    return {
        "found": sum(flagged[page] for page in flagged if page in gangs),
        "gangs": sum(page in gangs for page in flagged),
        "wrong": sum(flagged[page] for page in flagged if page not in gangs),
        "honest": sum(page not in gangs for page in flagged),
        **_ties(lures, gangs, [*flagged]),
    }


def _ties(lures: Lures, gangs: dict[str, int], pages: Sequence[str]) -> dict[str, int]:
    organiser = {page.id: one.number for one in lures.organisers for page in one.pages}
    pairs = [(a, b) for at, a in enumerate(pages) for b in pages[at + 1 :]]
    tied = [(a, b) for a, b in pairs if a in organiser and organiser.get(b) == organiser[a]]
    return {
        "ties": len(tied),
        "true ties": sum(a in gangs and gangs.get(b) == gangs[a] for a, b in tied),
        "pairs": sum(a in gangs and gangs.get(b) == gangs[a] for a, b in pairs),
    }


def _env() -> dict[str, str]:
    return dict(os.environ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
