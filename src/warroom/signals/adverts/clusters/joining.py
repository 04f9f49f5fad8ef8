"""Clustering texts one after the other: MinHash bands find candidates (LSH), weighted Jaccard similarity
decides.
"""

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
"""Texts of different clusters kept in a bucket of one band: a key that more of them share is no sign of a
copy.
"""
# No text: marks free slots and missing entries.
EMPTY = -1
FEW, LITTLE = 20.0, 0.3
"""Smoothing of rarity: FEW scripts are added to every count, so that rarity means little before some have
come; LITTLE is the weight of what every script has. Chosen, not measured.
"""


@compile_kernel(cache=True)
def join_texts(
    stood: int, first: int, digests: Words, rows: int, values: Words, starts: Ints, least: float, among: float,
    keys: Keys, texts: Small, parents: Small, beside: Small, shown: Shown, worth: Worth,
) -> int:  # fmt: skip
    """Join the texts from number `first` on to clusters that have a text at least `least` similar, and whose
    examples are `among` similar on average. Returns the number of entries added to the table.

    `digests` are the signatures of the new texts, `values` and `starts` the shingle sets of all. `keys` and
    `texts` are an open addressing hash table, a power of two long; `parents` is a union-find forest, whose
    roots are the oldest texts; `shown` has examples of each cluster, `worth` the weight of each shingle
    (`weigh_shingles`). Two clusters that both have texts below `stood` are never merged: a text that fits
    both joins the first, and the other is noted in `beside`.
    """
    mask = np.uint64(len(keys) - 1)
    bands = digests.shape[1] // rows
    added = 0
    tried = np.empty((bands + 1) * BUCKET, np.int64)
    for new in range(len(digests)):
        text = first + new
        # A text without letters copies nothing.
        if starts[text + 1] == starts[text]:
            continue
        tries = 0
        for band in range(bands + 1):
            key = (
                _hash_band(digests[new], band, rows)
                if band < bands
                # The last key is of the whole set: exact copies meet even where all bands' buckets are
                # full.
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
                            # At least one of the two is new: the numbers of old clusters are shown to
                            # officers and must stay.
                            if max(theirs, own) >= stood:
                                merge_clusters(parents, shown, theirs, own)
                                joined = True
                            elif beside[text] == EMPTY:
                                beside[text] = theirs
                slot = np.int64((np.uint64(slot) + np.uint64(1)) & mask)
            # One text represents its cluster in a bucket: else a script posted a million times would fill
            # it.
            if not joined and met < BUCKET:
                keys[slot] = key
                texts[slot] = text
                added += 1
    return added


@compile_kernel(cache=True)
def count_founded(first: int, values: Words, starts: Ints, parents: Small, known: Small) -> int:
    """Count the shingles of clusters that began at number `first` or later in `known`; returns the number of
    such clusters.
    """
    founded = 0
    for text in range(first, len(parents)):
        if parents[text] == text:
            founded += 1
            for at in range(starts[text], starts[text + 1]):
                # One count for each cluster, by its first text: copies do not make a shingle common.
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
    """Mean similarity of the examples of two clusters: one text between two scripts must not merge them."""
    total, count = 0.0, 0
    # All pairs of the examples: at most 25.
    for own_text in some:
        for other in others:
            # Young clusters have fewer examples than places for them.
            if own_text != EMPTY and other != EMPTY:
                total += compute_similarity(values, starts, own_text, other, worth)
                count += 1
    return float(total / count)


@compile_kernel(cache=True)
def compute_similarity(values: Words, starts: Ints, own_text: int, other: int, worth: Worth) -> float:
    """Similarity of two texts in [0, 1]: weighted Jaccard over their shingles, the weights from
    `weigh_shingles`.

    What every other script has is weak evidence: a weight is the squared logarithm of a shingle's rarity
    among scripts. Scripts are counted and not texts, so that one posted often keeps its weight.
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
    """The weight of every shingle; computed once a pass, since a pass compares the same shingle thousands of
    times.
    """
    rare = np.log(np.float32(founded + FEW) / (known + np.float32(FEW))) + np.float32(LITTLE)
    return np.asarray(rare * rare, np.float32)


@compile_kernel(cache=True)
def _hash_band(digest: Words, band: int, rows: int) -> np.uint64:
    # Odd 64-bit multipliers and a shift, as in splitmix64: they spread equal low bits over the table.
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
        # Path halving keeps the forest flat.
        parents[text] = parents[parents[text]]
        text = parents[text]
    return text


@compile_kernel(cache=True)
def merge_clusters(parents: Small, shown: Shown, cluster: int, other: int) -> None:
    """Make two clusters, named by their roots, one under the older number."""
    old, young = min(cluster, other), max(cluster, other)
    # The older root: a cluster's number is its oldest text's and stays.
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
