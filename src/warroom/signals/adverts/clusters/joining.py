"""Texts joined to clusters one after the other: bands of signatures find candidates, their sets decide."""

import numpy as np
import numpy.typing as npt

from warroom.kernels import compile_kernel

Words = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Shown = npt.NDArray[np.int32]
Worth = npt.NDArray[np.float32]

BUCKET = 4
"""Texts of different clusters that one band's bucket keeps: what more share is no sign of a copy."""
EMPTY = -1
FEW, LITTLE = 20.0, 0.3
"""So many scripts must have come before rarity tells much, and so much counts what every script has."""


@compile_kernel(cache=True)
def join_texts(
    stood: int, first: int, digests: Words, rows: int, values: Words, starts: Ints, least: float, among: float,
    keys: Keys, texts: Small, parents: Small, beside: Small, shown: Shown, worth: Worth,
) -> int:  # fmt: skip
    """Join the texts from number `first` on to clusters of which a text is `least` alike, and those shown `among` on average;
    how many entries the table got.

    `digests` are the new ones' signatures, `values` and `starts` the sets of all. `keys` and `texts` are an open table of
    buckets, a power of two long; `parents` the forest of clusters, whose roots are their oldest texts, and `shown` some texts
    of each. `worth` is what each shingle tells (`weigh_shingles`). Two clusters with texts below `stood` never become one: a text
    that fits both joins the first, and the other is written down `beside` it.
    """
    mask = np.uint64(len(keys) - 1)
    bands = digests.shape[1] // rows
    added = 0
    tried = np.empty((bands + 1) * BUCKET, np.int64)
    for new in range(len(digests)):
        text = first + new
        if starts[text + 1] == starts[text]:
            continue
        tries = 0
        for band in range(bands + 1):
            key = (
                _hash_band(digests[new], band, rows)
                if band < bands
                else _hash_set(values[starts[text] : starts[text + 1]])
            )
            slot = np.int64(key & mask)
            met, joined = 0, False
            while texts[slot] != EMPTY:
                if keys[slot] == key:
                    other = texts[slot]
                    met += 1
                    theirs, own = find_root(parents, other), find_root(parents, text)
                    if theirs == own:
                        joined = True
                    elif not _is_among(tried[:tries], other):
                        tried[tries] = other
                        tries += 1
                        if (
                            compute_similarity(values, starts, other, text, worth) >= least
                            and compute_mean_similarity(values, starts, shown[theirs], shown[own], worth)
                            >= among
                        ):
                            if max(theirs, own) >= stood:
                                merge_clusters(parents, shown, theirs, own)
                                joined = True
                            elif beside[text] == EMPTY:
                                beside[text] = theirs
                slot = np.int64((np.uint64(slot) + np.uint64(1)) & mask)
            # One text of a cluster stands for it in a bucket: else a script posted a million times fills one.
            if not joined and met < BUCKET:
                keys[slot] = key
                texts[slot] = text
                added += 1
    return added


@compile_kernel(cache=True)
def count_founded(first: int, values: Words, starts: Ints, parents: Small, known: Small) -> int:
    """Count the shingles of clusters that began at number `first` or later; how many clusters."""
    founded = 0
    for text in range(first, len(parents)):
        if parents[text] == text:
            founded += 1
            for at in range(starts[text], starts[text + 1]):
                known[values[at] & (len(known) - 1)] += 1
    return founded


@compile_kernel(cache=True)
def _is_among(tried: Ints, other: int) -> bool:
    for one in tried:  # noqa: SIM110 - the compiler has no any()
        if one == other:
            return True
    return False


@compile_kernel(cache=True)
def compute_mean_similarity(values: Words, starts: Ints, some: Small, others: Small, worth: Worth) -> float:
    """How alike texts of two clusters are on average: one text between two scripts does not make them one."""
    total, count = 0.0, 0
    for own_text in some:
        for other in others:
            if own_text != EMPTY and other != EMPTY:
                total += compute_similarity(values, starts, own_text, other, worth)
                count += 1
    return float(total / count)


@compile_kernel(cache=True)
def compute_similarity(values: Words, starts: Ints, own_text: int, other: int, worth: Worth) -> float:
    """How alike two texts are, from 0 to 1: shingles that both have by all they have (Jaccard), each by what it tells.

    What every other script has says little: weights are squares of the logarithm of how rare a shingle is among scripts.
    Scripts are counted and not texts, so that one posted often keeps its weight.
    """
    a, a_end, b, b_end = starts[own_text], starts[own_text + 1], starts[other], starts[other + 1]
    mask = len(worth) - 1
    both = every = 0.0
    while a < a_end or b < b_end:
        if b >= b_end or (a < a_end and values[a] < values[b]):
            every += worth[values[a] & mask]
            a += 1
        elif a >= a_end or values[b] < values[a]:
            every += worth[values[b] & mask]
            b += 1
        else:
            word_worth = worth[values[a] & mask]
            every += word_worth
            both += word_worth
            a += 1
            b += 1
    return float(both / every)


def weigh_shingles(known: Small, founded: int) -> Worth:
    """What every shingle tells: made once a pass, since a pass compares the same shingle thousands of times."""
    rare = np.log(np.float32(founded + FEW) / (known + np.float32(FEW))) + np.float32(LITTLE)
    return np.asarray(rare * rare, np.float32)


@compile_kernel(cache=True)
def _hash_band(digest: Words, band: int, rows: int) -> np.uint64:
    key = np.uint64(band + 1) * np.uint64(0x9E3779B97F4A7C15)
    for row in range(band * rows, band * rows + rows):
        key = (key ^ np.uint64(digest[row])) * np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(29)
    return key


@compile_kernel(cache=True)
def _hash_set(values: Words) -> np.uint64:
    """One key for a whole set."""
    key = np.uint64(len(values) + 1)
    for value in values:
        key = (key ^ np.uint64(value)) * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return key


@compile_kernel(cache=True)
def find_root(parents: Small, text: int) -> int:
    """The oldest text of a text's cluster."""
    while parents[text] != text:
        parents[text] = parents[parents[text]]
        text = parents[text]
    return text


@compile_kernel(cache=True)
def merge_clusters(parents: Small, shown: Shown, cluster: int, other: int) -> None:
    """Make two clusters, named by their roots, one under the older number."""
    old, young = min(cluster, other), max(cluster, other)
    parents[young] = old
    filled = 0
    for at in range(len(shown[old])):
        if shown[old, at] == EMPTY:
            while filled < len(shown[young]) and shown[young, filled] == EMPTY:
                filled += 1
            if filled < len(shown[young]):
                shown[old, at] = shown[young, filled]
                filled += 1


@compile_kernel(cache=True)
def find_all_roots(parents: Small) -> Small:
    """The oldest text of every text's cluster."""
    found = np.empty(len(parents), np.int32)
    for text in range(len(parents)):
        found[text] = find_root(parents, text)
    return found


@compile_kernel(cache=True)
def rehash_entries(keys: Keys, texts: Small, new_keys: Keys, new_texts: Small) -> None:
    """Put a table's entries into a larger one."""
    mask = np.uint64(len(new_keys) - 1)
    for at in range(len(keys)):
        if texts[at] != EMPTY:
            slot = np.int64(keys[at] & mask)
            while new_texts[slot] != EMPTY:
                slot = np.int64((np.uint64(slot) + np.uint64(1)) & mask)
            new_keys[slot] = keys[at]
            new_texts[slot] = texts[at]
