"""`warroom stream`: what lies in the drop folder, and what waits, as a person at a terminal meets them."""

import os
import time
from pathlib import Path

from tests.cli.test_ingest import Terminal
from tests.lake.files import csv_of, transfer
from tests.lake.streams.pushing import pushing, rows
from warroom.home import open_home


def test_files_that_lie_still_are_taken_in_and_what_waits_is_told(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home", "exercise")
    terminal = Terminal(home.root)
    assert "Nothing waits" in terminal.run("stream", "lag").stdout
    with pushing(home) as room:
        room.push("key-0001", rows(1, 2))
    place = home.drop / "BANKA"
    place.mkdir(parents=True)
    csv_of(place / "a.csv", map(transfer, range(3)))
    (place / "b.csv").write_text("nothing\n")
    old = time.time() - 3600
    os.utime(place / "a.csv", (old, old))
    told = terminal.json("stream", "lag", code=1)["streams"]
    assert [(one["stream"], one["waiting"], one["late"]) for one in told] == [
        ("push", 2, False),
        ("folder", 2, True),
    ]
    with pushing(home) as room:
        room.front.drain_journal()
    assert "push, BANKA: nothing waits" in terminal.run("stream", "lag", code=1).stdout
    files = {one["file"]: one for one in terminal.json("stream", "folder", code=1)["files"]}
    # Two of its three came by a push already.
    assert (files["a.csv"]["accepted"], files["a.csv"]["duplicates"]) == (1, 2)
    assert "column" in files["b.csv"]["refused"]
    assert terminal.run("stream", "lag").stdout == "push, BANKA: nothing waits\n"


def test_a_file_of_settings_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "kafka.properties"
    config.write_text("# sign in\n\nsasl.username\n")
    words = ("--brokers", "127.0.0.1:9", "--topic", "t", "--source", "B01", "--config", config)
    done = Terminal(tmp_path / "home").run("stream", "kafka", *words, code=1)
    assert done.stderr == f"warroom: Line 3 of {config} is no setting; write name = value.\n"
