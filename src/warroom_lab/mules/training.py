"""From a lake and a file of labels to a model and its card."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from warroom import clock, settings
from warroom.errors import ModelError, SignalError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.signals.model.file import save_model
from warroom.signals.model.model import TreeModel
from warroom.signals.mules.models import (
    FILE,
    build_aside_path,
    load_chosen_model,
    load_shipped_model,
    own_path,
    put_aside,
)
from warroom.signals.mules.scoring import name_model_version, predict_probabilities
from warroom_lab.mules import card, labels, reported
from warroom_lab.mules.learn import train_and_measure
from warroom_lab.mules.parity import build_account_groups
from warroom_lab.mules.samples import build_samples


def train_mules(
    home: Home,
    file: Path | None,
    until: datetime,
    out: Path | None,
    *,
    complete: bool,
    say: Callable[[str], None],
) -> tuple[Path, dict[str, Any]]:
    """Learn by `until` from the labels in a file, or without one from what this home's reports lead to; where the model was
    written, and its card.

    Into the home it goes as the model in use, unless that one is better on the same days: then it lies beside it. Raises SignalError for labels or records that nothing can be learned from, and for an `out` that no model can have.
    """
    path = _check_output_path(out) if out else None
    used = _find_active_model(home, say)
    lake = Lake.open(home)
    index = open_index(home, lake)
    limit = clock.to_micros(until)
    if file:
        known = labels.read_labels(file, index, until, complete=complete)
    else:
        known = reported.build_labels_from_reports(lake, index, limit)
    mules = int(known.mule.sum())
    cleared = len(known) - mules
    say(f"{mules:,} mules and {cleared:,} cleared accounts by {until:%Y-%m-%d}")
    rows = build_samples(index, known, limit, ripe=0 if file else reported.RIPE)
    groups = build_account_groups(lake, index, int(index.parts[-1].meta["accounts"]))
    learned = train_and_measure(
        rows,
        groups,
        complete=complete,
        threads=settings.count_threads(),
        say=say,
        wrong=0.0 if file else reported.WRONG,
        before=lambda matrix: (name_model_version(used), predict_probabilities(matrix, used)),
    )
    if path is None and learned.worse:
        path = build_aside_path(home, learned.model)
    elif path is None:
        put_aside(home)
        path = own_path(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    save_model(learned.model, path)
    data = f"the lake of {home.root.name}, commit {lake.head}"
    label_source = (
        f"{file.name}: {mules:,} mules, {cleared:,} cleared"
        if file
        else f"{mules:,} accounts that reports by {until:%Y-%m-%d} led to; no other account has a label"
    )
    card.write_card(path, learned, data, label_source)
    return path, card.card_as_json(learned, data, label_source)


def _find_active_model(home: Home, say: Callable[[str], None]) -> TreeModel | None:
    """The model to compare with; where the home's own cannot be read, which learning again mends, the one that ships."""
    try:
        return load_chosen_model(home)
    except ModelError as problem:
        say(problem.sentence)
        return load_shipped_model()


def _check_output_path(out: Path) -> Path:
    """Where a model may be written, its card beside it; said before learning, which takes long."""
    if out.is_dir():
        raise SignalError(f"--out {out} is a folder; name a file in it, such as {out / FILE}.")
    if out.suffix.lower() in card.SUFFIXES:
        raise SignalError(
            f"--out {out} ends in {out.suffix}, as the model's card will; name the model {out.with_suffix('.model')}."
        )
    return out
