"""The linear model of messages: a weight for each hashed n-gram and flag, in one small file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom import files
from warroom.errors import ModelError
from warroom.signals.messages.features import (
    BUCKETS,
    SIGN_WEIGHT,
    Buckets,
    Values,
    count_runs,
    locate_runs,
    mark_signs,
)
from warroom.signals.messages.normal import NormalisedMessage
from warroom.signals.messages.signs import SignMatch, list_sign_names

CLASSES = ("scam", "advert", "otp", "ok")
"""Scam, advertising, a one-time code, ordinary."""
# Version of the file; raised when an older program could not read a newer file.
FORMAT = 1
_HEAD = "warroom messages"
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MessageModel:
    """Log-odds by class that each n-gram and each flag adds.

    `runs`: (BUCKETS, 4), whole numbers of -127 to 127 whose signed square, times `scale`, is a weight: small ones are
    common and need the finer steps. `rarity`: (BUCKETS,) how rare a run is, as eighths. `flags`: (flags, 4). A scam's
    probability is 1 / (1 + exp(-(slope * margin + intercept))), the margin being its log-odds against all others.
    """

    runs: npt.NDArray[np.int8]
    rarity: npt.NDArray[np.uint8]
    scale: float
    flags: Weights
    bias: Weights
    slope: float
    intercept: float
    notes: Mapping[str, Any] = field(default_factory=dict)
    packed_body: bytes = field(default=b"", repr=False, compare=False)
    """The body as read from a file, empty for a new model: packing again takes a second."""

    def predict_probabilities(self, message: NormalisedMessage, found: list[SignMatch]) -> dict[str, float]:
        """The calibrated probability of each class."""
        buckets, values = count_runs(message)
        return self._calibrate_odds(self._compute_odds(buckets, values, mark_signs(found)))

    def _compute_odds(self, buckets: Buckets, values: Values, flags: npt.NDArray[np.bool_]) -> Weights:
        odds: Weights = self.bias + SIGN_WEIGHT * self.flags[flags].sum(axis=0)
        weight = values * self.rarity[buckets] / 8
        length = np.sqrt(weight @ weight)
        if length > 0:
            steps = self.runs[buckets].astype(np.float64)
            odds = odds + (weight / length) @ (steps * np.abs(steps) * self.scale)
        return odds

    def _calibrate_odds(self, odds: Weights) -> dict[str, float]:
        scam, others = odds[0], odds[1:]
        share = np.exp(others - others.max())
        margin = scam - (others.max() + np.log(share.sum()))
        # exp overflows beyond 700; at 60 a probability is 1 to the last bit.
        chance = 1.0 / (1.0 + np.exp(-np.clip(self.slope * margin + self.intercept, -60.0, 60.0)))
        rest = (1.0 - chance) * share / share.sum()
        return dict(zip(CLASSES, (float(chance), *rest.tolist()), strict=True))

    def weigh_letters(self, message: NormalisedMessage) -> Weights:
        """For each letter of a message how much its n-grams add to the log-odds of a scam, above the mean of
        the other classes.
        """
        pulls = np.zeros(len(message.text) + 2)
        for length, buckets in locate_runs(message):
            steps = self.runs[buckets].astype(np.float64)
            weights = steps * np.abs(steps) * self.scale
            letter_pull = (weights[:, 0] - weights[:, 1:].mean(axis=1)) * self.rarity[buckets] / 8 / length
            for at in range(length):
                pulls[at : at + len(letter_pull)] += letter_pull
        return pulls[1:-1]

    @cached_property
    def version(self) -> str:
        """A short name of exactly this model."""
        return sha256(self.body).hexdigest()[:12]

    @cached_property
    def body(self) -> bytes:
        """The body of its file: a line of JSON, then the numbers, compressed."""
        import zstandard

        if self.packed_body:
            return self.packed_body

        head = {
            "flags": list(list_sign_names()),
            "scale": self.scale,
            "slope": self.slope,
            "intercept": self.intercept,
            "told": dict(self.notes),
        }
        numbers = (
            self.runs.tobytes()
            + self.rarity.tobytes()
            + _to_float_bytes(self.flags)
            + _to_float_bytes(self.bias)
        )
        line = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
        return line + b"\n" + zstandard.ZstdCompressor(level=19).compress(numbers)


def save_message_model(model: MessageModel, path: Path) -> str:
    """Write the file whole or not at all; the answer is its version."""
    # The checksum is over the compressed body, so that a damaged file is never decompressed.
    head = f"{_HEAD} {FORMAT} sha256:{sha256(model.body).hexdigest()}\n".encode()
    files.write_atomically(path, head + model.body)
    return model.version


def load_message_model(path: Path) -> MessageModel:
    """Read a model. ModelError, in one sentence: no such file, no model, another version's, or changed since."""
    try:
        first, _, body = path.read_bytes().partition(b"\n")
    except OSError as problem:
        raise ModelError(
            f"The model {path} cannot be read ({problem.strerror}); name another file."
        ) from None
    words = first.decode("ascii", "replace").split(" ")
    if words[:2] != _HEAD.split() or len(words) != 4:
        raise ModelError(f"{path} is not a model of messages; get it again from its source.")
    if words[2] != str(FORMAT):
        raise ModelError(
            f"The model {path} has format {words[2]} and this version reads {FORMAT}; get a newer one."
        )
    if words[3] != f"sha256:{sha256(body).hexdigest()}":
        raise ModelError(f"The model {path} was changed after it was written; get it again from its source.")
    try:
        return _parse_model(body, path)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ModelError(f"The model {path} is not whole; get it again from its source.") from None


def _parse_model(body: bytes, path: Path) -> MessageModel:
    line, _, packed = body.partition(b"\n")
    header = json.loads(line)
    # By name: with word lists that have grown since, every weight would belong to another flag.
    if header["flags"] != list(list_sign_names()):
        raise ModelError(
            f"The model {path} knows other flags than this version; get the one that came with it."
        )
    shape = (len(list_sign_names()), len(CLASSES))
    numbers = _decompress_numbers(packed, BUCKETS * (len(CLASSES) + 1) + 4 * (shape[0] + 1) * shape[1])
    runs, rest = numbers[: BUCKETS * len(CLASSES)], numbers[BUCKETS * len(CLASSES) :]
    small = np.frombuffer(rest[BUCKETS:], np.float32).astype(np.float64)
    if not np.isfinite([*small, *(float(header[name]) for name in ("scale", "slope", "intercept"))]).all():
        raise ValueError("a weight is no number")
    flags, bias = small[: shape[0] * shape[1]].reshape(shape), small[shape[0] * shape[1] :]
    return MessageModel(
        np.frombuffer(runs, np.int8).reshape(BUCKETS, len(CLASSES)),
        np.frombuffer(rest[:BUCKETS], np.uint8),
        header["scale"],
        flags,
        bias,
        header["slope"],
        header["intercept"],
        header["told"],
        body,
    )


def _decompress_numbers(packed: bytes, size: int) -> bytes:
    """The decompressed bytes. Raises ValueError unless they are exactly `size`: no file can make this read
    more (a zip bomb).
    """
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            numbers = reader.read(size + 1)
    except zstandard.ZstdError as problem:
        raise ValueError("no pack") from problem
    if len(numbers) != size:
        raise ValueError("of another size")
    return bytes(numbers)


def _to_float_bytes(numbers: Weights) -> bytes:
    return numbers.astype(np.float32).tobytes()
