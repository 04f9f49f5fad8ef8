"""Training from a lake and a file of labels: one command, a model, a card, and signals made by it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.signals.made import MULE, Payments, at, signal
from warroom import clock
from warroom.errors import ModelError, SignalError
from warroom.home import Home
from warroom.money.index.opening import open_index
from warroom.signals import payee, store
from warroom.signals.mules import models
from warroom.signals.mules.run import run
from warroom_lab.mules.learn import Learned, ScorerWorth
from warroom_lab.mules.training import train_mules

DAYS, EACH = 16, 4


@pytest.fixture
def taught(home: Home, tmp_path: Path) -> Path:
    """Sixteen days with new mules on each, all in the labels, as a lake would have received them in a backfill."""
    made, lines = Payments(), ["bank,account,label,known_at,since"]
    made.ordinary(people=60, days=DAYS)
    for day in range(DAYS):
        for one in range(EACH):
            account = ("B01", f"M-{day}-{one}")
            made.mule(account, day)
            lines.append(f"B01,{account[1]},1,{at(day, 300).isoformat()},{at(day).isoformat()}")
    lines += [f"B04,P-{person},0,{at(DAYS).isoformat()}," for person in range(20)]
    made.write(home)
    file = tmp_path / "labels.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def train(home: Home, labels: Path, **more: object) -> tuple[Path, dict[str, object]]:
    return train_mules(
        home, labels, clock.get_now(), None, complete=bool(more.get("complete")), say=lambda line: None
    )


def test_a_model_of_the_homes_own_cases_makes_its_signals_from_then_on(taught: Path, home: Home) -> None:
    path, card = train(home, taught)
    model = models.load_chosen_model(home)
    assert path == models.own_path(home)
    assert model is not None
    assert card["model"] == f"mules-{model.version}"
    from warroom.lake.lake import Lake

    found = run(open_index(home, Lake.open(home)), clock.get_now(), budget=8, model=model)
    assert found[0].model_version == card["model"]
    assert all(one.subject.number.startswith("M-") for one in found[:4])
    assert found[0].reasons[0].evidence


def test_a_worse_model_lies_beside_the_one_in_use_until_somebody_insists_and_may_go_back(
    taught: Path, home: Home
) -> None:
    lines = taught.read_text(encoding="utf-8").splitlines()
    good, card = train(home, taught)
    assert card["in_use"]["model"] == f"mules-{models.load_shipped_model().version}"
    assert set(card["in_use"]["precision_at_budget"]) == set(card["precision_at_budget"])
    swapped = [lines[0], *(re.sub(r",([01]),", lambda m: f",{1 - int(m[1])},", line) for line in lines[1:13])]
    taught.write_text("\n".join([*swapped, *lines[13:]]) + "\n", encoding="utf-8")
    kept = models.load_chosen_model(home).version
    path, worse = train(home, taught)
    assert worse["in_use"]["model"] == f"mules-{kept}"
    if worse["in_use"]["better"]:
        assert (path != good, models.load_chosen_model(home).version) == (True, kept)
    assert models.use_model(home, str(path)) == worse["model"]
    assert f"mules-{models.load_chosen_model(home).version}" == worse["model"]
    assert models.use_model(home, "shipped") == "shipped"
    assert models.load_chosen_model(home).version == models.load_shipped_model().version
    assert models.use_model(home, str(good.with_name(f"mules-{kept}.model"))) == f"mules-{kept}"
    with pytest.raises(ModelError):
        models.use_model(home, str(taught))
    assert models.load_chosen_model(home).version == kept


def test_what_measures_worse_or_has_no_mule_to_measure_by_replaces_nothing() -> None:
    worth = ScorerWorth("mules-1", 0.4, {})
    learned = Learned(
        models.load_shipped_model(), ScorerWorth("", 0.168, {}), 0.0, (3, 1, 1), (), before=worth, mules=5
    )
    assert learned.worse
    assert replace(learned, worth=ScorerWorth("", 0.9, {}), mules=0).worse
    assert not replace(learned, worth=ScorerWorth("", 0.4, {})).worse


def test_the_rule_in_use_is_measured_on_the_same_days_too(
    taught: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_SIGNALS_MODEL", "rule")
    card = train(home, taught)[1]
    assert card["in_use"]["model"].startswith("rule")
    assert 0 < card["in_use"]["auprc"] <= 1


def test_a_broken_model_in_use_is_told_and_learning_anew_mends_it(taught: Path, home: Home) -> None:
    path, _ = train(home, taught)
    path.write_text("broken", encoding="utf-8")
    assert train(home, taught)[0] == path
    assert models.load_chosen_model(home) is not None
    assert path.with_name("mules-unreadable.model").read_text(encoding="utf-8") == "broken"


def test_the_card_says_what_it_was_made_from_and_whom_it_errs_against(taught: Path, home: Home) -> None:
    path, card = train(home, taught)
    kept = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert kept == card
    assert kept["days"]["measured"] >= 1
    assert set(kept["precision_at_budget"]) == {"15", "50", "150", "300", "1000"}
    assert {one["by"] for one in kept["parity"]} <= {"region", "age_band", "account_type", "small_shop"}
    told = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "Whom it errs against" in told
    assert "precision at 15 a day" in told
    assert not {"region", "age_band", "account_type", "small_shop"} & set(kept["features"])


def test_the_same_labels_give_the_same_model(taught: Path, home: Home, tmp_path: Path) -> None:
    say = lambda line: None  # noqa: E731
    until = clock.get_now()
    first, _ = train_mules(home, taught, until, tmp_path / "one.model", complete=True, say=say)
    again, _ = train_mules(home, taught, until, tmp_path / "two.model", complete=True, say=say)
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", ["mules.md", "mules.json", "mules.JSON", "folder.model"])
def test_where_no_model_can_be_written_is_said_before_anything_is_learned(
    home: Home, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.model").mkdir()
    said: list[str] = []
    with pytest.raises(SignalError, match="--out") as caught:
        train_mules(
            home, tmp_path / "no.csv", clock.get_now(), tmp_path / name, complete=True, say=said.append
        )
    assert "\n" not in caught.value.sentence
    assert not said
    assert [each.name for each in tmp_path.glob("mules*")] == []


def test_signals_for_a_time_to_come_hide_no_run_of_today(home: Home) -> None:
    from warroom.lake.lake import Lake

    lake, today = Lake.open(home), clock.get_now() - timedelta(days=1)
    ahead = [signal("M-9", as_of=clock.get_now() + timedelta(days=30))]
    store.write_signals(lake, ahead)
    assert store.load_last_run(lake) == ahead, "nothing else is there"
    ours = [signal("M-1", as_of=today), signal("M-2", 2, as_of=today)]
    store.write_signals(lake, ours)
    assert store.load_last_run(lake) == ours
    assert store.load_last_run(lake, as_of=clock.get_now()) == ours


def test_too_few_days_teach_nothing_and_say_so(home: Home, tmp_path: Path) -> None:
    made = Payments()
    made.ordinary(days=8)
    made.mule(MULE, 7)
    made.write(home)
    file = tmp_path / "labels.csv"
    file.write_text(
        f"bank,account,label,known_at\nB01,M-1,1,{at(8).isoformat()}\nB04,P-1,0,{at(8).isoformat()}\n"
    )
    with pytest.raises(SignalError, match="days to learn from"):
        train(home, file)


def test_a_changed_model_is_refused_and_nothing_is_scored_by_it(
    taught: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = train(home, taught)
    path.write_bytes(path.read_bytes().replace(b"Tree=0", b"Tree=0 ", 1))
    with pytest.raises(ModelError, match="changed after it was written"):
        models.load_chosen_model(home)
    monkeypatch.setenv("WARROOM_SIGNALS_MODEL", "rule")
    assert models.load_chosen_model(home) is None


def test_the_model_that_ships_reads_what_this_version_gives() -> None:
    model = models.load_shipped_model()
    assert model is not None
    # At life's density, in a country that it never saw, of accounts that reports alone taught it: see its card.
    assert model.training.metrics["p_at_15"] >= 0.6
    assert model.training.metrics["p_at_150"] >= 0.25
    assert model.density == 20
    assert payee.WARN < payee.ASK
