"""A model: the same scores as LightGBM's own, calibrated, kept in one checked file, fair to what nobody reported."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from warroom.errors import ModelError
from warroom.signals.model.file import load_model, save_model
from warroom.signals.model.model import Training, TreeModel
from warroom_lab.mules.fit import TrainingSplit, fit_model

NAMES = ("a", "b", "c")
PARTS = TrainingSplit(slice(0, 3_000), slice(3_000, 5_000))


@cache
def data() -> tuple[np.ndarray, np.ndarray]:
    """Rows of which one in ten is labelled, by two of three features, with holes."""
    random = np.random.default_rng(3)
    rows = random.normal(size=(5_000, 3)).astype(np.float32)
    labels = rows[:, 0] + rows[:, 1] + random.normal(0, 0.5, 5_000) > 1.9
    rows[::7, 1] = np.nan
    return rows, labels


@cache
def model() -> TreeModel:
    rows, labels = data()
    return fit_model(rows, labels, NAMES, PARTS, training=Training(rows=3_000, until="2026-11-01"))


def test_the_walk_gives_what_lightgbm_gives() -> None:
    rows, _ = data()
    strange = np.array([[np.nan] * 3, [np.inf, -np.inf, 0.0], [0.0, -0.0, 1e-38]], np.float32)
    for some in (rows, strange):
        wanted = lightgbm.Booster(model_str=model().text).predict(some, raw_score=True)
        assert model().compute_margins(some) == pytest.approx(wanted, abs=1e-9)


def test_many_rows_at_once_score_to_the_last_bit_as_each_alone() -> None:
    rows, _ = data()
    # Values that stand at a threshold themselves, and none at all in every column.
    thresholds = model().trees.nodes["threshold"]
    some = np.concatenate([rows[:700], np.resize(thresholds, (300, 3)), np.full((1, 3), np.nan, np.float32)])
    alone = [model().compute_margins(some[at : at + 1])[0] for at in range(len(some))]
    assert model().compute_margins(some).tolist() == alone


def test_trees_with_more_leaves_than_can_be_struck_out_at_once_score_as_ever() -> None:
    rows, labels = data()
    wide = lightgbm.train(
        {"objective": "binary", "num_leaves": 60, "verbose": -1}, lightgbm.Dataset(rows, labels), 5
    )
    text = wide.model_to_string()
    assert replace(model(), text=text).compute_margins(rows) == pytest.approx(
        wide.predict(rows, raw_score=True), abs=1e-9
    )


def test_why_a_score_is_high_is_said_without_loading_libraries_of_learning(tmp_path: Path) -> None:
    """They would stay in a server for good, from its first morning on."""
    save_model(model(), path := tmp_path / "model")
    code = (
        "import sys, pathlib, numpy; from warroom.signals.model.file import load_model; "
        f"load_model(pathlib.Path({str(path)!r})).compute_contributions(numpy.zeros((1, 3), numpy.float32)); "
        "assert 'lightgbm' in sys.modules; print({'sklearn', 'pandas', 'scipy.stats'} & {*sys.modules})"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_probabilities_mean_what_they_say() -> None:
    rows, labels = data()
    chance = model().predict_probabilities(rows[3_000:])
    assert chance.mean() == pytest.approx(labels[3_000:].mean(), abs=0.01)
    likely = chance > 0.5
    assert labels[3_000:][likely].mean() == pytest.approx(chance[likely].mean(), abs=0.1)


def test_contributions_add_up_to_the_log_odds_exactly() -> None:
    rows, _ = data()
    found = model().compute_contributions(rows[:50])
    assert found.shape == (50, 4)
    chance = model().predict_probabilities(rows[:50])
    assert found.sum(axis=1) == pytest.approx(np.log(chance / (1 - chance)), abs=1e-6)


def test_a_model_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    rows, _ = data()
    version = save_model(model(), tmp_path / "m")
    back = load_model(tmp_path / "m")
    assert back == model()
    assert back.version == version == model().version
    assert back.predict_probabilities(rows).tobytes() == model().predict_probabilities(rows).tobytes()
    assert back.training.until == "2026-11-01"


def test_a_changed_file_another_version_and_no_model_are_each_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "m"
    save_model(model(), path)
    text = path.read_text()
    for changed, word in (
        (text.replace("leaf_value=", "leaf_value=9", 1), "was changed"),
        (text.replace("warroom model 1", "warroom model 2"), "format 2"),
        ("col1,col2", "is not a model"),
        ("", "is not a model"),
    ):
        path.write_text(changed)
        with pytest.raises(ModelError, match=word):
            load_model(path)
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(tmp_path / "absent")


def test_a_model_refuses_features_that_it_was_not_trained_on() -> None:
    model().check_features(NAMES)
    with pytest.raises(ModelError, match="other features"):
        model().check_features(("a", "b", "d"))
    with pytest.raises(ModelError, match="another order"):
        model().check_features(("b", "a", "c"))


def test_the_same_rows_and_seed_give_the_same_model() -> None:
    rows, labels = data()
    again = fit_model(rows, labels, NAMES, PARTS, training=model().training)
    assert again.version == model().version


def test_cases_nobody_reported_are_no_negatives() -> None:
    rows, truth = data()
    reported = truth & (np.random.default_rng(4).random(len(truth)) < 0.5)
    unsure = truth & ~reported
    naive = fit_model(rows, reported, NAMES, PARTS).predict_probabilities(rows[3_000:])
    careful = fit_model(rows, reported, NAMES, PARTS, unlabelled=unsure).predict_probabilities(rows[3_000:])
    corrected = fit_model(rows, reported, NAMES, PARTS, share=True)
    true = truth[3_000:]
    assert naive[true].mean() < careful[true].mean()
    assert corrected.labelled_share < 0.7
    assert corrected.predict_probabilities(rows[3_000:])[true].mean() > 1.2 * naive[true].mean()


def test_too_little_to_learn_from_is_said_in_a_sentence() -> None:
    rows, labels = data()
    with pytest.raises(ModelError, match="0 labelled"):
        fit_model(rows, np.zeros_like(labels), NAMES, PARTS)
    with pytest.raises(ModelError, match="0 other"):
        fit_model(rows, np.ones_like(labels), NAMES, PARTS)


def test_the_file_is_small_and_says_what_it_is(tmp_path: Path) -> None:
    save_model(replace(model(), training=Training(metrics={"auprc": 0.9})), tmp_path / "m")
    head = json.loads((tmp_path / "m").read_text().splitlines()[1])
    assert head["features"] == list(NAMES)
    assert head["training"]["metrics"] == {"auprc": 0.9}
    assert (tmp_path / "m").stat().st_size < 1_500_000
