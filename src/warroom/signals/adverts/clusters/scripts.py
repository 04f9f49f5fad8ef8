"""The clusters of all texts that ever came, in append-only files: old texts are never compared again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warroom.signals.adverts.clusters import growing
from warroom.signals.adverts.clusters.joining import (
    EMPTY,
    Ints,
    Keys,
    Shown,
    Small,
    Words,
    count_founded,
    find_all_roots,
    join_texts,
    rehash_entries,
    weigh_shingles,
)
from warroom.signals.adverts.clusters.shingles import Shingles, make_shingles

ROWS, BANDS = 3, 64
"""MinHash rows of a band, and bands: two texts with a Jaccard similarity of 0.3 share a band with probability
0.83
(1 - (1 - 0.3^3)^64), and a script of a few copies is found whole."""
SURE, LEAST = (0.3, 0.2), (0.12, 0.11)
"""(least, among) of `join_texts` for the first and the second pass: the similarity that reworded copies still
have, and other texts of one language have not.
"""
# Of the MinHash permutations; saved signatures are only comparable under one seed.
SEED = 20261128
EXAMPLES = 5
"""Texts of a cluster that others are compared with; the first ones that came."""
# Texts at a time: bounds the memory of shingles and signatures. Chosen, not measured.
BATCH = 20_000
# Share of the hash table's slots in use from which on it is doubled: linear probing slows down beyond.
FULL = 0.6
LATE = 8
"""The table is written whole once more than 1 in LATE of its entries are newer than its file."""
_GROWING, _TABLE, _CHANGING = (
    ("starts", "values", "parents", "beside", "named"),
    ("keys", "texts"),
    ("known", "shown"),
)
_COUNTS = ("founded", "entries", "kept", "tabled")


@dataclass
class Scripts:
    """Texts by number, in order of arrival. A cluster's number is that of its oldest text, and stays: two old
    clusters are never merged, and a text that copies both belongs to one, with the other's number in `beside`
    (-1 for most).

    `kept` texts are in the files, and the entries of the first `tabled` texts in the file of the table.
    """

    folder: Path | None
    values: Words
    starts: Ints
    parents: Small
    beside: Small
    named: Ints
    keys: Keys
    texts: Small
    known: Small
    shown: Shown
    founded: int = 0
    entries: int = 0
    kept: int = 0
    tabled: int = 0

    @classmethod
    def open(cls, folder: Path | None = None) -> "Scripts":
        """Load from a folder, empty where it has none; without a folder they are kept in memory only."""
        made = cls(folder, *_make_empty_arrays())
        if folder is None or not (folder / growing.KEPT).exists():
            return made
        with np.load(folder / growing.KEPT) as put:
            for name in _COUNTS:
                setattr(made, name, int(put[name]))
            made.known, made.shown = (put[name] for name in _CHANGING)
            late, entries = put["late"], [put[name] for name in _TABLE]
        for name in _GROWING:
            mapped_array = growing.map_array(
                growing.build_array_path(folder, name), getattr(made, name), made._count_saved(name)
            )
            setattr(made, name, mapped_array)
        for name, those in zip(_TABLE, entries, strict=True):
            table = growing.map_array(made._build_table_path(name), getattr(made, name))
            # Entries newer than the table's file are in the manifest, and are written over the mapped
            # copy.
            table[late] = those
            setattr(made, name, table)
        return made

    def __len__(self) -> int:
        return len(self.parents)

    def map_text_numbers(self) -> dict[int, int]:
        """The number of each text by its name."""
        return dict(zip(self.named.tolist(), range(len(self)), strict=True))

    def add_texts(self, texts: Sequence[str], names: Sequence[int] = ()) -> range:
        """Add texts to the clusters; returns their numbers. A name is a number below 2**63 by which the
        caller finds a text.
        """
        first = len(self)
        # Without names the texts are numbered, as for a file that is not in the lake.
        given = np.asarray(names, np.int64) if len(names) else np.arange(first, first + len(texts))
        self.named = np.concatenate([self.named, given])
        for at in range(0, len(texts), BATCH):
            self._join_batch(make_shingles(texts[at : at + BATCH]), first)
        return range(first, len(self))

    def list_cluster_roots(self) -> Small:
        """The cluster number of every text."""
        return find_all_roots(self.parents)

    def save(self) -> None:
        """Keep them in the folder."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # Flattened, so that readers find a root in one step.
        self.parents = self.list_cluster_roots()
        for name in _GROWING:
            stood = self._count_saved(name) if self.kept else 0
            growing.append_array(growing.build_array_path(self.folder, name), getattr(self, name), stood)
        before, late = self.tabled, np.flatnonzero(self.texts >= self.tabled)
        if self._has_table_grown() or len(late) * LATE > self.entries:
            self.tabled, late = len(self), late[:0]
            for name in _TABLE:
                growing.write_array(self._build_table_path(name), getattr(self, name))
        self.kept = len(self)
        arrays = {name: getattr(self, name)[late] for name in _TABLE} | {"late": late}
        arrays |= {name: np.asarray(getattr(self, name)) for name in (*_CHANGING, *_COUNTS)}
        # Last: until then the files hold more than anybody counts.
        growing.save_manifest(self.folder, arrays)
        for name in _TABLE:
            # The one before stays: a reader may have read the old manifest and be about to open it.
            growing.delete_old_tables(self.folder, name, (before, self.tabled))

    def _build_table_path(self, name: str) -> Path:
        assert self.folder is not None
        return growing.build_array_path(self.folder, f"{name}-{self.tabled}")

    def _has_table_grown(self) -> bool:
        """Whether the table in memory has outgrown its file, or has none."""
        path = self._build_table_path("keys")
        return not path.exists() or path.stat().st_size != self.keys.nbytes

    def _count_saved(self, name: str) -> int:
        """The length of an array in its file."""
        return int(self.starts[self.kept]) if name == "values" else self.kept + (name == "starts")

    def _join_batch(self, some: Shingles, stood: int) -> None:
        first = len(self)
        digests = make_signatures(some)
        self.values = np.concatenate([self.values, some.values])
        self.starts = np.concatenate([self.starts, self.starts[-1] + some.starts[1:]])
        self.parents = np.concatenate([self.parents, np.arange(first, first + len(some), dtype=np.int32)])
        self.beside = np.concatenate([self.beside, np.full(len(some), EMPTY, np.int32)])
        shown = np.full((len(some), EXAMPLES), EMPTY, np.int32)
        shown[:, 0] = np.arange(first, first + len(some))
        self.shown = np.concatenate([self.shown, shown])
        self._make_room(len(some) * (BANDS + 1))
        # First what is alike beyond doubt; then, when it is known what the new scripts have in common with all others, the rest.
        self._run_join_pass(stood, first, digests, *SURE)
        self.founded += count_founded(first, self.values, self.starts, self.parents, self.known)
        self._run_join_pass(stood, first, digests, *LEAST)

    def _run_join_pass(self, stood: int, first: int, digests: Words, least: float, among: float) -> None:
        worth = weigh_shingles(self.known, self.founded)
        table = self.keys, self.texts, self.parents, self.beside, self.shown
        self.entries += join_texts(
            stood, first, digests, ROWS, self.values, self.starts, least, among, *table, worth
        )

    def _make_room(self, more: int) -> None:
        length = len(self.keys)
        # Doubled ahead of a batch: kernels cannot grow an array.
        while self.entries + more > FULL * length:
            length *= 2
        if length > len(self.keys):
            keys, texts = np.zeros(length, np.uint64), np.full(length, EMPTY, np.int32)
            rehash_entries(self.keys, self.texts, keys, texts)
            self.keys, self.texts = keys, texts


def make_signatures(some: Shingles) -> Words:
    """MinHash signatures (rensa), one row for each text: two rows agree in a place with the probability of
    their Jaccard similarity.
    """
    from rensa import RMinHash

    made = RMinHash.digest_matrix_from_flat_token_hashes(
        some.values.astype(np.uint64), some.starts.astype(np.uint64), ROWS * BANDS, SEED
    )
    return np.array(made.to_rows(), np.uint32).reshape(len(some), ROWS * BANDS)


def _make_empty_arrays() -> tuple[Words, Ints, Small, Small, Ints, Keys, Small, Small, Shown]:
    return (
        np.empty(0, np.uint32),
        np.zeros(1, np.int64),
        np.empty(0, np.int32),
        np.empty(0, np.int32),
        np.empty(0, np.int64),
        np.zeros(1 << 16, np.uint64),
        np.full(1 << 16, EMPTY, np.int32),
        # Counts of shingles by the low 20 bits of their hash: collisions only make a shingle look
        # commoner.
        np.zeros(1 << 20, np.int32),
        np.empty((0, EXAMPLES), np.int32),
    )
