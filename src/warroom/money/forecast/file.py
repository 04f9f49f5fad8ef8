"""A model as a file that a person can read: a line with its SHA-256, then its numbers as JSON."""

import json
import math
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from warroom import files
from warroom.errors import ModelError
from warroom.money.forecast.effects import CELLS, EFFECTS
from warroom.money.forecast.model import EDGES, STRATA, ForecastModel

HEAD = "warroom forecast 1"


def save_model(model: ForecastModel, path: Path) -> str:
    """Write the file whole or not at all; the answer is its version."""
    body = json.dumps(model.to_json_values(), indent=1, ensure_ascii=False) + "\n"
    files.write_atomically(path, f"{HEAD} sha256:{sha256(body.encode()).hexdigest()}\n{body}".encode())
    return model.version


def load_model(path: Path) -> ForecastModel:
    """Read a model. ModelError, in one sentence: no such file, none of this program's, or changed since it was written."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or type(problem).__name__
        raise ModelError(f"The forecast {path} cannot be read ({why}); train it again.") from None
    first, _, body = text.partition("\n")
    if not first.startswith(HEAD + " "):
        raise ModelError(f"{path} is no forecast of this version; train one with 'warroom forecast train'.")
    if first != f"{HEAD} sha256:{sha256(body.encode()).hexdigest()}":
        raise ModelError(f"The forecast {path} was changed after it was written; train it again.")
    try:
        return _parse_model(json.loads(body))
    except (KeyError, TypeError, ValueError):
        raise ModelError(f"The forecast {path} is not whole; train it again.") from None


def _parse_model(content: dict[str, Any]) -> ForecastModel:
    model = ForecastModel(
        pace=np.array([content["pace"][name] for name in STRATA], np.float64),
        factors={
            name: np.array([content["factors"][name][kind] for kind in kinds], np.float64)
            for name, kinds in EFFECTS.items()
        },
        shared=float(content["shared"]),
        like=np.array(content["like"], np.int64),
        made=content["made"],
    )
    whole = model.pace.shape == (len(STRATA), len(EDGES)) and len(model.like) == CELLS
    numbers = [model.pace, *model.factors.values(), np.array([model.shared])]
    if (
        content["minutes"] != EDGES.tolist()
        or not whole
        or not all(np.isfinite(array).all() for array in numbers)
    ):
        raise ValueError
    if not 0 <= model.shared < 1 or math.isnan(model.shared):
        raise ValueError
    return model
