"""`warroom bench mules`: the protocol on anybody's labelled transfers, and what it says about files it cannot use."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warroom.errors import ProtocolError
from warroom_lab.cli.bench import mules
from warroom_lab.protocol.file import _code_accounts, read_transfers

FIGURES = [
    "edges_per_s",
    "auprc",
    "f1",
    "p_at_100",
    "p_at_200",
    "p_at_500",
    "train_s",
    "score_us_p50",
    "score_us_p99",
    "peak_mb",
]


def columns(rows: int = 6_000, seed: int = 1) -> dict[str, np.ndarray]:
    """Ordinary payments, and mules who pass large sums on at once."""
    random = np.random.default_rng(seed)
    label = random.random(rows) < 0.05
    src, dst = random.integers(0, 400, (2, rows))
    amount = np.exp(random.normal(5, 1, rows))
    mule = 400 + random.integers(0, 20, rows)
    return {
        "ts": np.sort(random.integers(0, 30 * 86_400, rows)),
        "src": np.where(label, mule, src),
        "dst": np.where(label, 400 + random.integers(0, 20, rows), dst),
        "amount": np.where(label, np.exp(random.normal(9, 1, rows)), amount),
        "label": label.astype(np.int8),
        "scheme_id": label.astype(np.int32),
    }


def written(path: Path, **changed: object) -> Path:
    pq.write_table(pa.table({**columns(), **changed}), path)
    return path


def test_the_command_answers_with_its_ten_figures_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mules(transfers=written(tmp_path / "t.parquet"), json=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    figures = json.loads(out)
    assert list(figures) == FIGURES
    assert figures["auprc"] > 0.9
    assert figures["p_at_100"] > 0.4, "of at most 0.6: sixty of the rows tested are illicit"
    assert all(figures[name] > 0 for name in FIGURES)


def test_order_names_of_accounts_and_kinds_of_time_change_nothing(tmp_path: Path) -> None:
    plain = read_transfers(written(tmp_path / "a.parquet"))
    table = pa.table(columns())
    other = table.set_column(0, "ts", table["ts"].cast(pa.timestamp("s"))).set_column(
        1, "src", table["src"].cast(pa.string())
    )
    other = other.set_column(2, "dst", table["dst"].cast(pa.string()))
    shuffled = other.take(np.argsort(columns()["amount"]))
    pq.write_table(shuffled, tmp_path / "b.parquet")
    found = read_transfers(tmp_path / "b.parquet")
    assert np.array_equal(found.transfers.time, plain.transfers.time)
    assert found.labels.sum() == plain.labels.sum()
    assert len(np.unique(found.transfers.payer)) == len(np.unique(plain.transfers.payer))


def test_rows_of_one_second_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read_transfers(written(tmp_path / "t.parquet", ts=np.repeat([5, 3], 3_000)))
    assert np.array_equal(found.transfers.amount[3_000:], columns()["amount"][:3_000])


def test_a_file_that_cannot_be_used_gets_one_sentence(tmp_path: Path) -> None:
    amount = columns()["amount"]
    for changed, word in (
        ({"amount": np.where(amount > 1000, np.nan, amount)}, "amounts"),
        ({"amount": -amount}, "amounts"),
        ({"label": np.full(6_000, 2)}, "neither 0 nor 1"),
        ({"ts": pa.array([None] + [1] * 5_999)}, "rows without ts"),
        ({"ts": pa.array(["soon"] * 6_000)}, "neither whole seconds"),
    ):
        with pytest.raises(ProtocolError, match=word):
            read_transfers(written(tmp_path / "t.parquet", **changed))
    pq.write_table(pa.table({"ts": [1], "src": [1]}), tmp_path / "less.parquet")
    with pytest.raises(ProtocolError, match="no column dst, amount, label"):
        read_transfers(tmp_path / "less.parquet")
    (tmp_path / "text").write_text("ts,src")
    with pytest.raises(ProtocolError, match="no Parquet file"):
        read_transfers(tmp_path / "text")
    with pytest.raises(ProtocolError, match="cannot be read"):
        read_transfers(tmp_path / "absent")


def test_one_class_and_too_few_rows_get_one_sentence(tmp_path: Path) -> None:
    label = columns()["label"]
    late = np.where(np.arange(6_000) < 4_000, label, 0)
    for changed, word in (
        (np.zeros(6_000, np.int8), "same label"),
        (np.ones(6_000, np.int8), "same label"),
        (late.astype(np.int8), "last 20 %"),
    ):
        with pytest.raises(ProtocolError, match=word):
            mules(transfers=written(tmp_path / "t.parquet", label=changed))
    pq.write_table(pa.table(columns()).slice(0, 50), tmp_path / "few.parquet")
    with pytest.raises(ProtocolError, match="at least 200"):
        mules(transfers=tmp_path / "few.parquet")
    with pytest.raises(ProtocolError, match="--threads"):
        mules(transfers=tmp_path / "few.parquet", threads=9)


def refused(path: Path) -> str:
    """The one sentence with which a file is refused."""
    with pytest.raises(ProtocolError) as caught:
        read_transfers(path)
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


def test_times_that_cannot_all_be_right_are_refused_and_not_learned_from(tmp_path: Path) -> None:
    today = 1_760_000_000 + columns()["ts"]
    for wrong, says in (
        (np.append(0, today[1:]), "ts spans 56 years; "),
        (columns()["ts"] * 1_000, "ts spans 82 years; "),
        (today * 1_000, "not in seconds"),
        (np.append(np.iinfo(np.int64).min, today[1:]), "not in seconds"),
        (np.full(6_000, np.iinfo(np.int64).min), "not in seconds"),
    ):
        assert says in refused(written(tmp_path / "t.parquet", ts=wrong))
    thirty_years = np.append(today[0] - 30 * 365 * 86_400, today[1:])
    assert len(read_transfers(written(tmp_path / "t.parquet", ts=thirty_years))) == 6_000


@pytest.mark.parametrize(
    "written_as",
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.750000", "%Y/%m/%d %H:%M:%S"],
)
@pytest.mark.parametrize("categories", [False, True])
def test_a_time_is_the_same_however_its_text_is_written(
    tmp_path: Path, written_as: str, categories: bool
) -> None:
    today = 1_760_000_000 + columns()["ts"]
    texts = pa.array([datetime.fromtimestamp(at, UTC).strftime(written_as) for at in today.tolist()])
    found = read_transfers(
        written(tmp_path / "t.parquet", ts=texts.dictionary_encode() if categories else texts)
    )
    assert np.array_equal(found.transfers.time, today)


def test_texts_of_times_with_a_zone_are_taken_from_it_and_to_the_minute_as_they_are(tmp_path: Path) -> None:
    for text, seconds in (
        ("2022-09-01T07:20:00+07:00", 1_661_991_600),
        ("2022/09/01 00:20", 1_661_991_600),
        ("1969-12-31 23:59:58.5", -2),
    ):
        found = read_transfers(written(tmp_path / "t.parquet", ts=pa.array([text] * 6_000)))
        assert (found.transfers.time == seconds).all(), text
    for texts in (
        ["01/09/2022 00:20"] * 6_000,
        ["20220901"] * 6_000,
        ["2022-09-01T00:20:00Z"] + ["2022-09-01T00:20:00"] * 5_999,
    ):
        assert "ts is neither whole seconds nor a time" in refused(
            written(tmp_path / "t.parquet", ts=pa.array(texts))
        )


@pytest.mark.parametrize("kind", ["bool", "0", "1.0", "True", "FALSE"])
def test_a_label_is_the_same_however_it_is_written(tmp_path: Path, kind: str) -> None:
    label = columns()["label"].astype(bool)
    forms = {
        "bool": label,
        "0": label.astype(int).astype(str),
        "1.0": label.astype(float).astype(str),
        "True": label.astype(str),
    }
    given = forms.get(kind, np.char.upper(label.astype(str)))
    assert np.array_equal(read_transfers(written(tmp_path / "t.parquet", label=given)).labels, label)


@pytest.mark.parametrize(
    "kind",
    [
        pa.float64(),
        pa.decimal128(21, 2),
        pa.decimal128(38, 0),
        pa.uint64(),
        pa.string(),
        pa.dictionary(pa.int32(), pa.float64()),
    ],
)
def test_an_account_is_the_same_however_its_number_is_written(tmp_path: Path, kind: pa.DataType) -> None:
    src, dst = (pa.array(12_345_678_000 + columns()[name]) for name in ("src", "dst"))
    plain = read_transfers(written(tmp_path / "a.parquet", src=src, dst=dst)).transfers
    other = dst.cast(pa.float64()).dictionary_encode() if pa.types.is_dictionary(kind) else dst.cast(kind)
    found = read_transfers(written(tmp_path / "b.parquet", src=src, dst=other)).transfers
    pairs = [found.payer, plain.payer], [found.payee, plain.payee]
    names = {int(mine): int(its) for one in pairs for mine, its in zip(*one, strict=True)}
    assert len(set(names.values())) == len(names)
    assert all(names[int(mine)] == its for one in pairs for mine, its in zip(*one, strict=True))


def test_large_decimals_are_the_accounts_that_texts_name(tmp_path: Path) -> None:
    long = [Decimal(10**20 + number) for number in columns()["src"].tolist()]
    found = read_transfers(
        written(
            tmp_path / "t.parquet", src=pa.array(long, pa.decimal128(38, 2)), dst=[str(each) for each in long]
        )
    )
    assert np.array_equal(found.transfers.payer, found.transfers.payee)


def test_numbers_that_are_no_accounts_are_refused(tmp_path: Path) -> None:
    file, src = tmp_path / "t.parquet", columns()["src"].astype(float)
    halves = pa.array([Decimal("0.50")] * 6_000)
    for changed, says in (
        ({"src": np.append(0.5, src[1:])}, "src holds numbers that are no account's"),
        ({"src": np.append(np.inf, src[1:])}, "src holds numbers that are no account's"),
        ({"dst": halves}, "dst holds numbers that are no account's"),
        ({"src_bank": halves, "dst_bank": halves}, "src_bank holds numbers that are no bank's"),
        ({"src": np.append(np.nan, src[1:])}, "rows without src"),
    ):
        assert says in refused(written(file, **changed))


def test_more_than_two_gibibytes_of_names_are_told_apart() -> None:
    long, other = (pa.array([letter * (64 << 20)]) for letter in "ab")
    table = pa.table({"src": pa.chunked_array([long] * 17 + [other]), "dst": pa.chunked_array([long] * 18)})
    payer, payee = _code_accounts(table)
    assert np.array_equal(payer == payee, [True] * 17 + [False])


def test_only_banks_that_are_known_can_be_the_same(tmp_path: Path) -> None:
    def banks(of: list[object], to: list[object]) -> list[bool]:
        rows = {"src_bank": pa.array(of + [1] * 5_996), "dst_bank": pa.array(to + [1] * 5_996)}
        found = read_transfers(written(tmp_path / "t.parquet", **rows)).transfers
        assert found.payer_bank is not None
        assert found.payee_bank is not None
        return (found.payer_bank == found.payee_bank)[:4].tolist()  # type: ignore[no-any-return]

    assert banks([None, None, 7, 7], [None, 7, 7 + 2**32, 7]) == [False, False, False, True]
    assert banks([None, None, 7.0, 7.0], [None, 7, 8, 7]) == [False, False, False, True]
    nobody = pa.array([None] * 6_000, pa.int64())
    found = read_transfers(
        written(tmp_path / "t.parquet", src_bank=nobody, dst_bank=columns()["src"])
    ).transfers
    assert found.payer_bank is None, "so that the feature is unknown in every row"


def test_a_column_that_is_there_twice_is_named(tmp_path: Path) -> None:
    table = pa.table(columns())
    for name in ("ts", "channel"):
        twice = table.append_column(name, table["ts"]).append_column(name, table["ts"])
        pq.write_table(twice, tmp_path / "t.parquet")
        assert f"has the column {name} more than once" in refused(tmp_path / "t.parquet")


@pytest.mark.parametrize("name", ["src", "channel", "src_bank"])
@pytest.mark.parametrize(
    "value", [[1], {"a": 1}, b"\xff\xfe"], ids=["a list", "a struct", "bytes that are no text"]
)
def test_a_column_that_is_no_name_is_refused(tmp_path: Path, name: str, value: object) -> None:
    given = {"dst_bank": columns()["src"], name: pa.array([value] * 6_000)}
    assert f"{name} holds neither numbers nor texts" in refused(written(tmp_path / "t.parquet", **given))
