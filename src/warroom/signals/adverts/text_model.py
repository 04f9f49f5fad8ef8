"""A small linear model of how an advert is written, beside the flags: n-grams of letters, each with a weight.

It never sees who somebody is or where: names of places, of peoples, languages and religions, and words for a sex are taken
out, as is every digit. It learned from adverts written for it (`python -m benchmarks.adverts_learning`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

import numpy as np
import numpy.typing as npt

from warroom.errors import ModelError
from warroom.signals.adverts.lexicon import ethnonym_pattern, place_patterns
from warroom.signals.adverts.reading import AdvertText, Span

_BITS = 16
BUCKETS = 1 << _BITS
"""Hashed n-grams; part of the file's format."""
RUNS = (2, 3, 4, 5)
"""Letters of an n-gram."""
SENTENCES = (16, 32, 66)
"""Letters of short and long sentences, after normalising. A text is judged without any such stretch as well, so that
no innocent sentence hides a lure. A Chinese sentence has about 15, others 30 to 65.
"""
_REST = 30
"""Letters that have to be left: of fewer the model can say nothing."""
SHOWN_WORDS = 4
"""Pieces of a text that are shown as what its wording was judged by, at most."""
PIECE = 16
"""Letters of such a piece."""
_HEAD = b"warroom adverts 1 sha256:"
# The FNV-1 prime, and 2**64 divided by the golden ratio (Knuth).
_PRIME, _SPREAD = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)
_MASKED_UNIT = re.compile(r"(?s)\s+|\d+(?:[.,]\d+)*|.")
Weights = npt.NDArray[np.float64]
Buckets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MaskedAdvert:
    """What the model sees of an advert; letter `i` stands at `positions[i]` of the normalised text."""

    text: str
    positions: tuple[int, ...]


@dataclass(frozen=True)
class AdvertTextModel:
    """A weight in log-odds for each hashed n-gram; a text's points are their sum over its distinct n-grams, divided by the
    square root of their number, and the bias.
    """

    weights: Weights
    bias: float

    def compute_points(self, runs: Sequence[Buckets], left_out: Sequence[Span] = ()) -> list[float]:
        """Log-odds of a lure of a text whose n-grams are `runs` (`locate_runs`), then for each stretch of `left_out` those of the
        text without the n-grams that touch it; 0 for a text without any.
        """
        if not runs:
            return [0.0] * (1 + len(left_out))
        counts = np.bincount(np.concatenate(runs), minlength=BUCKETS)
        distinct = np.flatnonzero(counts)
        whole, points = float(self.weights[distinct].sum()), []
        for first, last in ((0, 0), *left_out):
            # What goes with a stretch: n-grams that occur nowhere else. A text has as many stretches as letters, so
            # that summing what stays for each of them would take the square of its length.
            gone = np.empty(0, np.int64)
            if last:
                touched = [
                    buckets[max(0, first - length + 1) : last]
                    for length, buckets in zip(RUNS, runs, strict=False)
                ]
                buckets, touched_counts = np.unique(np.concatenate(touched), return_counts=True)
                gone = buckets[touched_counts == counts[buckets]]
            left = len(distinct) - len(gone)
            points.append(float((whole - self.weights[gone].sum()) / np.sqrt(left) + self.bias))
        return points

    def weigh_letters(self, runs: Sequence[Buckets]) -> Weights:
        """For each letter of a masked text how much its n-grams add."""
        pulls = np.zeros(len(runs[0]) + 1 if runs else 0)
        for length, buckets in zip(RUNS, runs, strict=False):
            for at in range(length):
                pulls[at : at + len(buckets)] += self.weights[buckets] / length
        return pulls


def mask_advert(reading: AdvertText) -> MaskedAdvert:
    """A normalised text without places, peoples, sexes and religions; a number is one 0, whatever its length."""
    hidden = np.zeros(len(reading.text), np.bool_)
    for pattern in (ethnonym_pattern(), *place_patterns().values()):
        for match in pattern.finditer(reading.text):
            hidden[match.start() : match.end()] = True
    shown = "".join(
        " " if is_hidden else letter for letter, is_hidden in zip(reading.text, hidden, strict=True)
    )
    letters, positions = [], []
    for match in _MASKED_UNIT.finditer(shown):
        # One sign for a gap and one for a number: their lengths must not tell what stood there.
        letters.append(" " if match[0].isspace() else "0" if match[0][0].isdigit() else match[0])
        positions.append(match.start())
    return MaskedAdvert("".join(letters), tuple(positions))


def locate_runs(masked: str) -> list[Buckets]:
    """The buckets of all n-grams of a text in order, for each length."""
    codes = np.frombuffer(masked.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    running, runs = codes.copy(), []
    for length in RUNS:
        if len(codes) < length:
            break
        running = running[:-1] * _PRIME + codes[length - 1 :]
        spread = ((running ^ np.uint64(length)) * _SPREAD) >> np.uint64(64 - _BITS)
        runs.append(spread.astype(np.int64))
    return runs


@dataclass(frozen=True, slots=True)
class WordingScore:
    """The points of a text without one stretch of the source; the whole text has the stretch (0, 0)."""

    points: float
    left_out: Span


def score_wording(reading: AdvertText) -> tuple[WordingScore, ...]:
    """The shipped model's points of a text, and of the text without each sentence's length in turn. Above 0 it is written
    more like the lures that the model learned from.
    """
    masked = mask_advert(reading)
    model, runs, length = load_text_model(), locate_runs(masked.text), len(masked.text)
    stretches = [
        (max(0, end - letters), end)
        for letters in SENTENCES
        if length >= letters + _REST
        for end in range(length, 0, -letters // 4)
    ]
    whole, *without = model.compute_points(runs, stretches)
    return (
        WordingScore(whole, (0, 0)),
        *(
            WordingScore(
                points, (reading.starts[masked.positions[first]], reading.ends[masked.positions[last - 1]])
            )
            for (first, last), points in zip(stretches, without, strict=True)
        ),
    )


def find_telling_words(reading: AdvertText, sign: int) -> tuple[str, ...]:
    """The pieces of a text that weigh most towards a lure (`sign` 1) or an honest offer (-1), as written, the heaviest first."""
    masked = mask_advert(reading)
    pulls = sign * load_text_model().weigh_letters(locate_runs(masked.text))
    sums = np.convolve(pulls, np.ones(min(PIECE, len(pulls) or 1)), "valid") if len(pulls) else pulls
    pieces: list[str] = []
    while len(pieces) < SHOWN_WORDS and len(sums) and (start := int(sums.argmax())) >= 0 and sums[start] > 0:
        start, end = _widen_to_words(masked.text, start, min(len(masked.text), start + PIECE))
        first, last = reading.find_source_span(masked.positions[start], masked.positions[end - 1] + 1)
        pieces.append(" ".join(reading.source[first:last].split()))
        # No piece twice, nor one that overlaps another.
        sums[max(0, start - PIECE + 1) : end] = 0.0
    return tuple(dict.fromkeys(filter(None, pieces)))


def _widen_to_words(masked: str, start: int, end: int) -> Span:
    """A range widened to whole words in scripts that part them with spaces."""
    while start > 0 and masked[start].isascii() and masked[start].isalpha() and masked[start - 1].isalpha():
        start -= 1
    while (
        end < len(masked)
        and masked[end - 1].isascii()
        and masked[end - 1].isalpha()
        and masked[end].isalpha()
    ):
        end += 1
    return start, end


@cache
def load_text_model() -> AdvertTextModel:
    """The shipped model. Raises ModelError for a file that is damaged or of another version."""
    return parse_text_model(resources.files("warroom.signals.models").joinpath("adverts.model").read_bytes())


def pack_text_model(weights: Weights, bias: float) -> bytes:
    """A model as a file: a line with its checksum, then one byte a weight, compressed."""
    import zstandard

    scale = float(np.abs(weights).max()) or 1.0
    steps = np.rint(np.sign(weights) * np.sqrt(np.abs(weights) / scale) * 127).astype(np.int8)
    numbers = np.array([scale, bias], np.float32).tobytes() + steps.tobytes()
    body = zstandard.ZstdCompressor(level=19).compress(numbers)
    return _HEAD + sha256(body).hexdigest().encode() + b"\n" + body


def parse_text_model(file: bytes) -> AdvertTextModel:
    """The model of a file that `pack_text_model` made; raises ModelError."""
    import zstandard

    first, _, body = file.partition(b"\n")
    if first != _HEAD + sha256(body).hexdigest().encode():
        raise ModelError(
            "The model of adverts was changed or is of another version; install the program again."
        )
    numbers = zstandard.ZstdDecompressor().decompress(body, max_output_size=8 + BUCKETS)
    scale, bias = np.frombuffer(numbers[:8], np.float32).astype(np.float64)
    # A signed square: small weights are common and need the finer steps.
    steps = np.frombuffer(numbers[8:], np.int8).astype(np.float64) / 127
    return AdvertTextModel(steps * np.abs(steps) * scale, float(bias))
