"""`warroom trace` as an officer at a terminal meets it."""

import csv
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.test_ingest import Terminal
from tests.money.lakes import a_lake, at, put, transfer
from warroom import settings
from warroom.home import open_home
from warroom_lab.demo.pace import FILE, Pace
from warroom_lab.demo.place import get_exercise_folder

AMLSIM = Path("data/money/amlsim_20k")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    home = open_home(tmp_path / "home", "exercise")
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "A/M1", 10_000),
        transfer("T2", 5, "A/M1", "B/M2", 9_000),
        transfer("T3", 7, "B/M2", "C/X", 5_000, "crypto"),
    )
    put(lake, "reports", [{"record_id": "R1", "time": at(20), "transfer_ids": ["T1"]}], "1441")
    return Terminal(home.root)


def test_one_line_of_json_with_the_contracts_keys(terminal: Terminal) -> None:
    body = terminal.json("trace", "T1", "--as-of", "2026-10-01T11:00:00+07:00")
    assert (body["loss"], body["still_there"], body["exited"]) == ("10000.00", "5000.00", "5000.00")
    assert (body["spent"], body["beyond_horizon"]) == ("0.00", "0.00")
    assert [(hold["bank"], hold["account"], hold["amount"]) for hold in body["holds"]] == [
        ("B", "M2", "4000.00"),
        ("A", "M1", "1000.00"),
    ]
    assert body["holds"][0]["reasons"][0]["text"]["en"].startswith("Received 9,000.00 baht")


def test_a_table_for_people_with_reasons_and_evidence(terminal: Terminal) -> None:
    said = terminal.run("trace", "T1", "--method", "pro-rata").stdout
    for words in ("loss", "10,000.00", "still there", "M2", "To hold", "[T2]"):
        assert words in said


def test_a_report_is_traced_by_its_own_id(terminal: Terminal) -> None:
    assert terminal.json("trace", "R1")["transfer_ids"] == ["T1"]


def test_nothing_is_seen_before_it_was_received(terminal: Terminal) -> None:
    body = terminal.json("trace", "T1", "--as-of", "2026-10-01T10:03:00+07:00")
    assert [account["account"] for account in body["accounts"]] == ["M1"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["T9"], "warroom: No transfer, payment reference or report is called 'T9'"),
        (["T1", "--as-of", "2026-10-01T10:03:00"], "has no time zone"),
        (["T1", "--as-of", "2026-10-01"], "as in 2026-10-01T00:00:00+07:00"),
        (["T1", "--horizon", "soon"], "is not a length of time"),
    ],
)
def test_bad_input_is_met_with_one_sentence(terminal: Terminal, words: list[str], says: str) -> None:
    problem = terminal.run("trace", *words, code=1).stderr
    assert says in problem
    assert len(problem.strip().splitlines()) == 1


@pytest.mark.shared
def test_money_into_a_fraud_account_of_amlsim_is_conserved_in_every_method(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "home")
    folder = Path(__file__).parents[2] / settings.get_text("WARROOM_SHARED") / AMLSIM
    path = folder / "transactions.csv"
    mapping = Path(__file__).parents[2] / "examples" / "amlsim.toml"
    assert terminal.json("ingest", "transfers", path, "--mapping", mapping)["accepted"] == 120_558
    with (folder / "nodes.csv").open() as nodes:
        fraud = {row["nodeid"] for row in csv.DictReader(nodes) if row["isFraud"] == "1"}
    with path.open() as rows:
        line = next(n for n, row in enumerate(csv.DictReader(rows), 2) if row["targetNodeId"] in fraud)
    name = f"{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}:{line}"
    for method in ("fifo", "lifo", "pro-rata"):
        body = terminal.json("trace", name, "--method", method, "--horizon", "200d", "--floor", "1")
        parts = [Decimal(body[part]) for part in ("still_there", "exited", "spent", "beyond_horizon")]
        assert sum(parts) == Decimal(body["loss"]) > 0
        for account in body["accounts"]:
            assert Decimal(account["tainted_in"]) == Decimal(account["passed_on"]) + Decimal(
                account["still_there"]
            )


def test_in_an_exercise_now_is_the_exercises_time(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home", "demo")
    a_lake(home, transfer("T1", 0, "A/V", "A/M1", 10_000), transfer("T2", 5, "A/M1", "B/M2", 9_000))
    shown = int(at(3).timestamp() * 1_000_000)
    get_exercise_folder(home).mkdir()
    Pace.create_clock(get_exercise_folder(home) / FILE, shown)
    body = Terminal(home.root).json("trace", "T1")
    assert body["as_of"] == at(3).isoformat()
    assert [account["account"] for account in body["accounts"]] == ["M1"], "what comes later is not known yet"
