"""Learn the text model of adverts and write it: `python -m benchmarks.adverts_learning`.

It learns from `adverts_prose.toml`, `adverts_written.toml` and phrases put together (`adverts_made`), never from adverts set aside.
Each lure is learned three times more with clauses of honest adverts behind it, so that an innocent sentence weighs little. The
points of each hand by a model that never saw that hand are printed; the limit is chosen on them.
"""

import random
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from benchmarks.adverts_made import made
from warroom.signals.adverts.reading import normalise_advert_text
from warroom.signals.adverts.text_model import (
    BUCKETS,
    AdvertTextModel,
    locate_runs,
    mask_advert,
    pack_text_model,
    parse_text_model,
)

FOLDER = Path(__file__).parent
FILE = FOLDER.parent / "src/warroom/signals/models/adverts.model"
HANDS = ("seen", "unseen", "written", "made")
PHRASE_SEED, PHRASE_COUNT = 5, 40
COPIES = 3
"""Copies of each lure with honest clauses behind it."""
PENALTY = 30.0
LEAST_ADVERTS = 2
"""Adverts that an n-gram is in before it is learned from."""
_CLAUSE_END = re.compile("[,.!?;:，。、；！？\n]|(?<=[\u0e00-\u17ff]) (?=[\u0e00-\u17ff])")
Buckets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WrittenAdvert:
    """An advert of one hand with what it is."""

    hand: str
    language: str
    text: str
    is_lure: bool


def read_adverts(hands: Sequence[str] = HANDS) -> list[WrittenAdvert]:
    """The adverts of some hands; `aside` are those that nothing learns from."""
    return [advert for hand in hands for advert in _iter_hand(hand)]


def _iter_hand(hand: str) -> Iterator[WrittenAdvert]:
    if hand == "made":
        for labelled in made(PHRASE_SEED, PHRASE_COUNT):
            yield WrittenAdvert(hand, labelled.language, labelled.text, labelled.label == "lure")
        return
    file = f"adverts_{'prose' if hand in ('seen', 'unseen') else hand}.toml"
    table = tomllib.loads((FOLDER / file).read_text("utf-8"))
    for language, labels in table.get(hand, table).items():
        for label in ("lure", "honest"):
            for text in labels[label]:
                yield WrittenAdvert(hand, language, text, label == "lure")


def learn_model(adverts: Sequence[WrittenAdvert]) -> AdvertTextModel:
    """The model of these adverts, as it is read back from its file."""
    return parse_text_model(pack_text_model(*_fit_weights(adverts)))


def _fit_weights(adverts: Sequence[WrittenAdvert]) -> tuple[npt.NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    texts = [list_buckets(advert.text) for advert in adverts]
    hidden = [list_buckets(text) for text in _iter_hidden_lures(adverts)]
    labels = np.array([advert.is_lure for advert in adverts] + [True] * len(hidden))
    # A lure and its copies weigh as one advert, and honest ones of a language as its lures: no language may tell what an advert is.
    languages = Counter((advert.language, advert.is_lure) for advert in adverts)
    weights = np.array(
        [
            1 / (1 + COPIES)
            if advert.is_lure
            else languages[advert.language, True] / languages[advert.language, False]
            for advert in adverts
        ]
        + [1 / (1 + COPIES)] * len(hidden)
    )
    known = np.bincount(np.concatenate(texts), minlength=BUCKETS) >= LEAST_ADVERTS
    rows = build_rows([*texts, *hidden]).multiply(known[None, :]).tocsr()
    regression = LogisticRegression(C=PENALTY, solver="liblinear", dual=True, max_iter=3000, random_state=1)
    regression.fit(rows, labels, sample_weight=weights)
    return regression.coef_[0] * known, float(regression.intercept_[0])


def list_buckets(text: str) -> Buckets:
    """The distinct n-grams of a text."""
    return np.unique(np.concatenate(locate_runs(mask_advert(normalise_advert_text(text)).text)))


def build_rows(texts: Sequence[Buckets]) -> csr_matrix:
    """A row for each text, of length 1."""
    ends = np.cumsum([0, *map(len, texts)])
    values = np.concatenate([np.full(len(buckets), len(buckets) ** -0.5) for buckets in texts])
    return csr_matrix((values, np.concatenate(texts), ends), shape=(len(texts), BUCKETS))


def _iter_hidden_lures(adverts: Sequence[WrittenAdvert]) -> Iterator[str]:
    """Lures with one to three clauses of honest adverts of their language behind them."""
    rng = random.Random(0)
    clauses: dict[str, list[str]] = defaultdict(list)
    for advert in adverts:
        if not advert.is_lure and advert.hand != "made":
            pieces = map(str.strip, _CLAUSE_END.split(advert.text))
            clauses[advert.language] += [piece for piece in pieces if len(piece) > 12]
    for advert in adverts:
        if advert.is_lure and clauses[advert.language]:
            for _ in range(COPIES):
                behind = [rng.choice(clauses[advert.language]) for _ in range(rng.randint(1, 3))]
                yield f"{advert.text} {' '.join(behind)}"


def main() -> int:
    adverts = read_adverts()
    weights, bias = _fit_weights(adverts)
    FILE.write_bytes(pack_text_model(weights, bias))
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes of {len(adverts)} adverts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
