"""`warroom partner`: a bank is added, and its program given a key, on a home in earnest."""

from pathlib import Path

from tests.cli.test_ingest import Terminal
from warroom.access.agencies import list_agencies
from warroom.home import Home
from warroom.ledger.ledger import Ledger

NAMED = ("--name-th", "ธนาคารหนึ่ง", "--name-en", "Bank One")


def test_a_bank_is_added_and_its_program_gets_a_key(live_home: Home, database: str, tmp_path: Path) -> None:
    terminal = Terminal(live_home.root)
    key = ("partner", "key", "add", "B01", "--scope", "transfers:write")
    assert "warroom partner add B01" in terminal.run(*key, code=1).stderr
    added = terminal.json("partner", "add", "B01", "--kind", "bank", *NAMED)
    assert added == {
        "code": "B01",
        "kind": "bank",
        "country": "TH",
        "name_th": "ธนาคารหนึ่ง",
        "name_en": "Bank One",
    }
    assert terminal.json("partner", "add", "B01", *NAMED) == added
    assert terminal.run(*key).stdout.startswith("wr_")
    assert terminal.json("partner", "add", "B01", "--telephone", "02 555 0101") == added
    with Ledger.open(live_home) as ledger:
        [bank] = list_agencies(ledger, kind="bank")
    assert (bank.telephone, bank.name.en) == ("02 555 0101", "Bank One")
    assert "B77" in terminal.run("partner", "add", "B77", "--telephone", "1", code=1).stderr
    assert "name" in terminal.run("partner", "add", "B77", code=1).stderr
    unfit = terminal.run("partner", "add", "b 1", *NAMED, code=1).stderr
    assert unfit.startswith("warroom: ")
