"""The open collections that the model of messages is learned from, near-duplicates of one text in one group."""

import csv
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from warroom.errors import SignalError
from warroom.signals.messages.features import BUCKETS
from warroom.signals.messages.normal import normalise_message
from warroom_lab.labelled.message_making import make_messages

THAI, POSTS, ENGLISH, WRITTEN, MADE = "thai_sms", "wisesight", "sms_spam_uci", "written here", "made here"
NEAR = 0.6
"""Share of runs of five letters, of all that either of two texts has, from which on they count as one."""
_CLASS = {"scam": "scam", "spam": "advert", "OTP": "otp", "OK": "ok"}
_PRIZES = ("won", "winner", "prize", "claim", "award", "guaranteed", "urgent", "selected to receive")
_RUN, _ROWS = 5, 400


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A labelled text. `period`: when it was collected, where told; the newest such file sorts last. Of made texts it is the
    pattern, whose texts are one group.
    """

    text: str
    label: str
    source: str
    period: str = ""


def read_all(folder: Path) -> list[LabelledText]:
    """Every text that may be built on, once, digits aside; `folder` is data/text of WARROOM_SHARED."""
    if not (folder / THAI).is_dir():
        raise SignalError(f"{folder} holds no collection of messages; name the folder that holds {THAI}.")
    return [
        *read_thai_messages(folder / THAI),
        *read_thai_posts(folder / POSTS),
        *read_english_messages(folder / ENGLISH),
        *read_written_texts(),
        *read_made_texts(),
    ]


def read_thai_messages(folder: Path) -> Iterator[LabelledText]:
    """Thai text messages, each once by its text with digits as 0; of labels that disagree the commoner one."""
    texts_by_key: dict[str, tuple[Counter[str], str, str]] = {}
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label, parted, text = line.partition("|")
            if parted and label in _CLASS:
                key = _make_text_key(text)
                texts_by_key.setdefault(key, (Counter(), text.strip(), path.stem))[0][_CLASS[label]] += 1
    for labels, text, period in texts_by_key.values():
        yield LabelledText(text, labels.most_common(1)[0][0], THAI, period)


def read_thai_posts(folder: Path) -> Iterator[LabelledText]:
    """Ordinary Thai posts: none of them is a scam."""
    lines = (folder / "neutral_6000.txt").read_text(encoding="utf-8").splitlines()
    yield from (
        LabelledText(text, "ok", POSTS)
        for text in {_make_text_key(line): line for line in lines if line.strip()}.values()
    )


def read_english_messages(folder: Path) -> Iterator[LabelledText]:
    """English text messages of 2012. What is called spam there holds both: that which speaks of a prize counts as a scam."""
    rows = csv.reader(
        (folder / "SMSSpamCollection").open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    once = {_make_text_key(row[1]): row for row in rows if len(row) == 2 and row[0] in ("ham", "spam")}
    for label, text in once.values():
        prize = any(word in text.lower() for word in _PRIZES)
        yield LabelledText(text, "ok" if label == "ham" else "scam" if prize else "advert", ENGLISH)


def read_written_texts() -> Iterator[LabelledText]:
    """What was written for this program."""
    text = resources.files(__package__).joinpath("written.toml").read_text(encoding="utf-8")
    for by_label in tomllib.loads(text).values():
        yield from (LabelledText(each, label, WRITTEN) for label, texts in by_label.items() for each in texts)


def read_made_texts() -> Iterator[LabelledText]:
    """What was made from patterns written for this program: scams of 2023 to 2026 and honest texts of their words."""
    for made in make_messages():
        yield LabelledText(made.text, made.label, MADE, made.group)


def group_near_duplicates(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """The number of each text's group: near-duplicates, and their near-duplicates in turn, have one."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    rows = [_hash_shingles(text) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    ones = np.ones(int(starts[-1]), np.int32)
    table = sparse.csr_matrix((ones, np.concatenate(rows), starts), shape=(len(texts), BUCKETS * 4))
    sizes, pairs = np.diff(starts), []
    for first in range(0, len(texts), _ROWS):
        shared = (table[first : first + _ROWS] @ table.T).tocoo()
        either = sizes[shared.row + first] + sizes[shared.col] - shared.data
        near = shared.data >= NEAR * either
        pairs.append(np.stack([shared.row[near] + first, shared.col[near]]))
    near_pairs = np.concatenate(pairs, axis=1)
    graph = sparse.coo_matrix((np.ones(near_pairs.shape[1]), tuple(near_pairs)), shape=(len(texts),) * 2)
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _hash_shingles(text: str) -> npt.NDArray[np.int64]:
    codes = np.frombuffer(f"{normalise_message(text).masked:<{_RUN}}".encode("utf-32-le"), np.uint32).astype(
        np.uint64
    )
    running = codes[: len(codes) - _RUN + 1].copy()
    for at in range(1, _RUN):
        running = running * np.uint64(0x100000001B3) + codes[at : len(codes) - _RUN + 1 + at]
    spread = (running * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(44)
    return np.unique(spread.astype(np.int64))


def _make_text_key(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower().strip()
    return "".join("0" if letter.isdigit() else letter for letter in plain)
