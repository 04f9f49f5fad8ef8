"""A key is made once: one that is lost, cut or replaced is refused by its name, and never made again in silence."""

import importlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import warroom
from tests.lake.files import csv_of, opened, take, transfer
from warroom import keys
from warroom.cli.checks import run_checks
from warroom.errors import HomeError
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.web import server
from warroom_lab.demo.founding import clear_demo_home


def lake_of(home: Home, tmp_path: Path) -> Path:
    """A lake with five transfers; the file that they came from."""
    path = csv_of(tmp_path / "a.csv", map(transfer, range(5)))
    take(Lake.open(home), path)
    return path


def lose(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:7])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [lose, cut, empty])
@pytest.mark.parametrize("name", ["lake.secret", "signing.pem"])
def test_a_harmed_key_stops_what_needs_it_and_is_never_made_anew(
    home: Home, tmp_path: Path, name: str, harm: object
) -> None:
    path = lake_of(home, tmp_path)
    kept = (home.keys / name).read_bytes()
    assert callable(harm)
    harm(home.keys / name)
    with pytest.raises(HomeError, match=f"keys/{name} is .*backup"):
        take(opened(home), path)
    assert not (home.keys / name).exists() or len((home.keys / name).read_bytes()) < 32
    (home.keys / name).write_bytes(kept)
    again = take(opened(home), path)
    assert (again.accepted, again.duplicates) == (0, 5), "with the key back nothing counts twice"


def test_another_secret_in_its_place_is_refused(home: Home) -> None:
    keys.load_secret(home, "survivors")
    (home.keys / "survivors.secret").write_bytes(bytes(32))
    with pytest.raises(HomeError, match=r"keys/survivors\.secret is not the key"):
        keys.load_secret(home, "survivors")


def test_doctor_names_every_key_that_is_not_what_was_made(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(home.root))
    for name in ("lake", "second-factor"):
        keys.load_secret(home, name)
    keys.load_signing_key(home)
    (home.keys / "lake.secret").unlink()
    empty(home.keys / "second-factor.secret")
    (line,) = [one for one in run_checks() if one.name == "keys"]
    assert line.state == "fail"
    assert "keys/lake.secret is lost" in line.text
    assert "keys/second-factor.secret is not the key" in line.text
    assert not (home.keys / "lake.secret").exists()


def test_a_home_from_before_fingerprints_gets_them_at_its_first_use(home: Home) -> None:
    made = keys.load_secret(home, "lake")
    keys.load_signing_key(home)
    facts = json.loads(home.card.read_text())
    del facts["keys"]
    home.card.write_text(json.dumps(facts))
    assert keys.load_secret(home, "web") != made
    assert set(json.loads(home.card.read_text())["keys"]) == {"lake.secret", "signing.pem", "web.secret"}
    (home.keys / "lake.secret").unlink()
    with pytest.raises(HomeError, match="is lost"):
        keys.load_secret(home, "lake")


def test_many_who_need_a_first_key_at_once_get_the_same(home: Home) -> None:
    names = [f"s{number % 5}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: (name, keys.load_secret(home, name)), names))
    assert len(set(found)) == 5
    assert keys.list_key_faults(home) == []


def test_a_home_whose_card_is_lost_is_not_made_anew(home: Home, tmp_path: Path) -> None:
    lake_of(home, tmp_path)
    home.card.unlink()
    with pytest.raises(HomeError, match=r"home\.json is lost"):
        open_home(home.root)
    assert not home.card.exists()
    for path in home.keys.iterdir():
        path.unlink()
    with pytest.raises(HomeError, match=r"home\.json is lost"):
        open_home(home.root)


def test_a_demo_that_begins_afresh_makes_keys_and_commits_of_its_own(tmp_path: Path) -> None:
    home = open_home(tmp_path / "demo", "demo")
    before = keys.format_public_key(home)
    path = lake_of(home, tmp_path)
    clear_demo_home(home)
    assert take(Lake.open(home), path).accepted == 5
    assert keys.format_public_key(home) != before
    assert keys.list_key_faults(home) == []


CALL = re.compile(
    r"\bload_secret\((?:[\w.]+\.)?(?:home|_get_home\(session\)|session\.info\[\"home\"\]), (\"[^\"]+\"|[A-Z_]+)\)"
)


def test_every_secret_that_the_program_asks_for_is_made_when_a_server_starts(home: Home) -> None:
    root = Path(warroom.__file__).parent
    names = set()
    for file in root.rglob("*.py"):
        if "node_modules" in file.parts:
            continue
        for named in CALL.findall(file.read_text(encoding="utf-8")):
            module = "warroom." + ".".join(file.relative_to(root).with_suffix("").parts)
            names.add(
                named.strip('"') if named[0] == '"' else getattr(importlib.import_module(module), named)
            )
    assert names == set(keys.NAMES)
    keys.make_all_keys(home)
    made = {path.name for path in home.keys.iterdir()}
    assert {f"{name}.secret" for name in names} | {"signing.pem"} <= made
    before = {path: path.read_bytes() for path in home.keys.iterdir()}
    keys.make_all_keys(home)
    assert {path: path.read_bytes() for path in home.keys.iterdir()} == before


def test_a_server_has_its_keys_before_its_first_page(
    home: Home, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        server._OfficerServer, "run", lambda self: made.extend(path.name for path in home.keys.iterdir())
    )
    made: list[str] = []
    server.run(home, "127.0.0.1", 0)
    assert {f"{name}.secret" for name in keys.NAMES} <= set(made)
