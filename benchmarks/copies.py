"""Copies of one script among adverts: `python -m benchmarks.copies [--quick]`.

300 texts that people wrote (Thai messages and posts, English messages; WARROOM_SHARED) which are unlike each other, ten
rewordings of each: precision and recall over pairs, at three strengths of rewording, joined at once and day by day,
and how many texts a second of one core. Then a million adverts made of 100,000 such texts: how long and in how much memory they are indexed, and how long the
next 10,000 take to join what stands in files.
"""

import csv
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.harness import Figure, at_least, at_most, measure_time, peak_bytes, start_run
from benchmarks.outside import outside
from benchmarks.rewording import reworded
from warroom.signals.adverts.clusters.scripts import Scripts
from warroom.signals.adverts.clusters.shingles import make_shingles

SHORTEST, LONGEST = 80, 600
"""Shingles that a text has at least, and letters at most."""
BASES, COPIES, DAYS = 300, 10, 10
UNLIKE = 0.15
JOINING = 10_000
DRAWS = {"light": (7,), "medium": (7,), "heavy": (7, 8, 9, 10)}
PEERS = {"light": (1.0, 1.0), "medium": (0.993, 0.999), "heavy": (1.0, 0.997)}
"""Precision and recall of rensa's own index with a verified Jaccard on such texts (64 bands of k = 3)."""


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    return run.finish("Copies of one script", _quality() + _speed(100_000 if run.is_quick else 1_000_000))


def written() -> list[str]:
    """Texts that people wrote, each once, in a shuffled order that is the same every time."""
    messages = sorted(outside("data/text/thai_sms").glob("*.txt"))
    thai = [line.partition("|")[2] for file in messages for line in _lines(file)]
    posts = _lines(outside("data/text/wisesight/neutral_6000.txt"))
    rows = _lines(outside("data/text/sms_spam_uci/SMSSpamCollection"))
    english = [row[1] for row in csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)]
    found = [text for text in dict.fromkeys((*thai, *posts, *english)) if len(text) <= LONGEST]
    # An advert has sentences: a code, a link or a row of emoji leaves nothing to compare.
    enough = np.diff(make_shingles(found).starts) >= SHORTEST
    found = [text for text, keep in zip(found, enough, strict=True) if keep]
    return [found[at] for at in np.random.default_rng(1).permutation(len(found))]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def unlike(texts: Sequence[str], count: int) -> list[str]:
    """The first texts no two of which share more than 15 of 100 of their shingles: what is two scripts beyond doubt."""
    kept: list[set[int]] = []
    found = []
    sets = make_shingles(texts)
    for at, text in enumerate(texts):
        own = set(sets.values[sets.starts[at] : sets.starts[at + 1]].tolist())
        if all(len(own & other) < UNLIKE * len(own | other) for other in kept):
            kept.append(own)
            found.append(text)
        if len(found) == count:
            break
    return found


def _quality() -> list[Figure]:
    bases = unlike(written(), BASES)
    figures = []
    for how, (precision, recall) in PEERS.items():
        drawn, daily = [], []
        for seed in DRAWS[how]:
            texts, truth = _reworded(bases, how, seed)
            found, seconds = _joined(texts)
            drawn.append(pairwise(found, truth))
            daily.append(pairwise(_joined(texts, DAYS)[0], truth))
        ours = np.mean(drawn, axis=0).tolist()
        for name, value, peer in (("precision", ours[0], precision), ("recall", ours[1], recall)):
            bar = 0.995 if how == "heavy" else 0.99
            figures.append(
                at_least(f"Pairs of copies, {how} rewording: {name}", value, "", bar, f"peer {peer}")
            )
    # Clusters that stood stay two, also where the next day's copy fits both: what numbers that stay cost.
    for name, value in zip(("precision", "recall"), np.mean(daily, axis=0).tolist(), strict=True):
        figures.append(at_least(f"The same, heavy, come on {DAYS} days: {name}", value, "", 0.995))
    figures.append(
        at_least("Texts a second of one core", len(texts) / seconds, "/s", 10_000, "peer 6,000 to 7,000")
    )
    return figures


def _reworded(bases: Sequence[str], how: str, seed: int) -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(bases)), COPIES)
    order = rng.permutation(len(truth))
    return [reworded(bases[truth[at]], how, rng) for at in order], truth[order]


def _joined(texts: Sequence[str], days: int = 1) -> tuple[np.ndarray, float]:
    Scripts.open().add_texts(texts[:50])
    scripts = Scripts.open()
    with measure_time() as spent:
        for day in range(days):
            scripts.add_texts(texts[day * len(texts) // days : (day + 1) * len(texts) // days])
        clusters = scripts.list_cluster_roots()
    return clusters, spent.cpu


def pairwise(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Precision and recall over pairs of texts that are in one cluster."""
    both = _pairs(np.unique(np.stack([found, truth]), axis=1, return_counts=True)[1])
    said, true = (_pairs(np.unique(each, return_counts=True)[1]) for each in (found, truth))
    return both / said if said else 1.0, both / true


def _pairs(counts: np.ndarray) -> float:
    return float((counts.astype(np.int64) * (counts - 1) // 2).sum())


def _speed(count: int) -> list[Figure]:
    """A million adverts come, and then ten thousand more join what was kept in files."""
    rng = np.random.default_rng(9)
    texts = copies(rng, count // COPIES, count + JOINING)
    with tempfile.TemporaryDirectory() as folder:
        with measure_time() as spent:
            scripts = Scripts.open(Path(folder))
            scripts.add_texts(texts[:count])
            scripts.save()
        before = scripts.list_cluster_roots()
        with measure_time() as joining:
            again = Scripts.open(Path(folder))
            again.add_texts(texts[count:])
            again.save()
        moved = float((again.list_cluster_roots()[:count] != before).mean())
        copied_both = int((again.beside[count:] >= 0).sum())
    told = f"{count:,} adverts, {spent.cpu:,.0f} s of one core"
    return [
        at_most("Adverts indexed in", spent.wall / 60, "min", 10, told),
        at_most("Memory at most, the texts themselves included", peak_bytes() / 2**30, "GiB", 4),
        at_most(f"{JOINING:,} more join in", joining.wall, "s", 10, "opened from files and kept again"),
        at_most(
            "Adverts whose number changed by that",
            moved,
            "",
            0,
            f"{copied_both:,} new ones copy two scripts that stood",
        ),
    ]


def copies(rng: np.random.Generator, scripts: int, count: int) -> list[str]:
    """So many copies of scripts put together out of pieces of what people wrote, each without one piece and with a number."""
    pieces = [piece for text in written() for piece in text.split() if 8 <= len(piece) <= 80]
    bases = rng.integers(0, len(pieces), (scripts, 8)).tolist()
    chosen, left, numbers = (rng.integers(0, most, count).tolist() for most in (scripts, 8, 10**6))
    return [
        " ".join(pieces[at] for place, at in enumerate(bases[script]) if place != out) + f" {number}"
        for script, out, number in zip(chosen, left, numbers, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
