"""However the same records are cut into files, the lake shows the same, as a plain dictionary would."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lake.files import START, counts, csv_of, seen, take, transfer
from warroom.home import open_home
from warroom.lake import runs
from warroom.lake.identity import CORRECTION, DUPLICATE, NEW, RowJudge
from warroom.lake.lake import Lake
from warroom.lake.runs import KeyRun
from warroom.records.mapping import DeliveryTerms

RECORDS = [transfer(number) for number in range(12)]
VERSIONS = [
    transfer(number, amount=f"{at + 1}.00", received_at=(START + timedelta(days=20 + at)).isoformat())
    for number in range(5)
    for at in range(3)
]


@st.composite
def cut(draw: st.DrawFn, rows: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    """All rows, some of them twice, in any order, in up to four files."""
    again = draw(st.lists(st.sampled_from(list(rows)), max_size=6))
    order = draw(st.permutations([*rows, *again]))
    edges = sorted(draw(st.lists(st.integers(0, len(order)), max_size=3)))
    return [
        part for a, b in zip([0, *edges], [*edges, len(order)], strict=True) if (part := list(order[a:b]))
    ]


@settings(max_examples=12, deadline=None)
@given(parts=cut(RECORDS), together=st.booleans())
def test_any_split_into_files_in_any_order_shows_the_same_rows(
    parts: list[list[dict[str, str]]], together: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lake = Lake.open(open_home(folder / "home", "exercise"))
        paths = [csv_of(folder / f"{k}.csv", part) for k, part in enumerate(parts)]
        if together:
            take(lake, *paths)
        else:
            for path in paths:
                take(lake, path)
        assert seen(lake) == {f"T{number}": f"{100 + number}.50" for number in range(12)}
        assert sum(file.rows for file in lake.list_files("transfers")) == 12


@settings(max_examples=12, deadline=None)
@given(parts=cut(VERSIONS))
def test_versions_of_a_backfill_may_come_in_any_order(parts: list[list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lake = Lake.open(open_home(folder / "home", "exercise"))
        for number, part in enumerate(parts):
            take(lake, csv_of(folder / f"{number}.csv", part), terms=DeliveryTerms(backfill=True))
        assert seen(lake) == {f"T{number}": "3.00" for number in range(5)}
        assert seen(lake, START + timedelta(days=21)) == {f"T{number}": "2.00" for number in range(5)}
        assert seen(lake, START + timedelta(days=19)) == {}
        again = take(lake, csv_of(folder / "all.csv", VERSIONS), terms=DeliveryTerms(backfill=True))
        assert counts(again) == (0, 15, 0, 0)


def plain(
    rows: Sequence[tuple[int, int, int]], known: dict[int, list[tuple[int, int]]], seen_file: bool
) -> list[int]:
    """The rule itself, a row at a time: (record, content, time) in the order they came."""
    kinds = []
    for record, content, time in rows:
        versions = known[record]
        then = [version for version in versions if version[1] <= time]
        in_effect = max(enumerate(then), key=lambda one: (one[1][1], one[0]))[1] if then else None
        same = any(version[0] == content for version in versions)
        if (in_effect and in_effect[0] == content) or (seen_file and same):
            kinds.append(DUPLICATE)
            continue
        kinds.append(CORRECTION if versions else NEW)
        versions.append((content, time))
    return kinds


row = st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 4))


@settings(max_examples=60, deadline=None)
@given(calls=st.lists(st.tuples(st.lists(row, max_size=12), st.booleans(), st.booleans()), max_size=8))
def test_the_index_judges_as_a_plain_dictionary_would(
    calls: list[tuple[list[tuple[int, int, int]], bool, bool]],
) -> None:
    known: dict[int, list[tuple[int, int]]] = defaultdict(list)
    written: list[KeyRun] = []
    with tempfile.TemporaryDirectory() as name:
        for number, (rows, seen_file, merge) in enumerate(calls):
            judge = RowJudge(written, Path(name), f"{number}")
            for part in (rows[:5], rows[5:]):
                keys, content, time = _arrays(part)
                marks, sure = np.zeros(len(part), np.uint64), np.zeros(len(part), np.bool_)
                got = judge.judge_batch(keys, content, marks, time, seen_file, sure).kind.tolist()
                assert got == plain(part, known, seen_file)
                judge.write_run()
            written += judge.written
            if merge and len(written) > 1:
                path = Path(name) / f"merged-{number}.npy"
                runs.merge_runs(written[-2], written[-1], path)
                written[-2:] = [KeyRun.open(path)]


def _arrays(rows: Sequence[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keys that share their first word two by two, as hashes hardly ever do."""
    keys = np.array([(record // 2 * 2**61, record) for record, _, _ in rows], np.uint64).reshape(-1, 2)
    content = np.array([content for _, content, _ in rows], np.uint64)
    return keys, content, np.array([time for _, _, time in rows], np.int64)
