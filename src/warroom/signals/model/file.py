"""A model as one text file: a line with its SHA-256, a line of JSON that says what it is, then LightGBM's own text."""

import json
import math
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from warroom.errors import ModelError
from warroom.files import write_atomically
from warroom.signals.model.model import Training, TreeModel
from warroom.signals.model.whole import check_trees

# Version of the file; raised when an older program could not read a newer file.
FORMAT = 1
_HEAD = "warroom model"


def save_model(model: TreeModel, path: Path) -> str:
    """Write the file whole or not at all; the answer is its version."""
    write_atomically(path, f"{_HEAD} {FORMAT} sha256:{_hash_body(model.body)}\n{model.body}".encode())
    return model.version


def load_model(path: str | os.PathLike[str]) -> TreeModel:
    """Read a model. ModelError, in one sentence: no such file, no model, another version's, or changed since it was written."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ModelError(
            f"The model {path} cannot be read ({_explain_problem(problem)}); name another file."
        ) from None
    return parse_model(text, str(path))


def parse_model(text: str, name: str) -> TreeModel:
    """The model in the text of a file called `name`; errors as `load_model`."""
    first, _, body = text.partition("\n")
    words = first.split(" ")
    if not first.startswith(_HEAD + " ") or len(words) != 4:
        raise ModelError(f"{name} is not a model of this program; train one with 'warroom signals train'.")
    if words[2] != str(FORMAT):
        raise ModelError(
            f"The model {name} has format {words[2]} and this version reads {FORMAT}; train it again."
        )
    # Against accidents, not forgery: a forger of the file can also write its checksum.
    if words[3] != f"sha256:{_hash_body(body)}":
        raise ModelError(f"The model {name} was changed after it was written; get it again from its source.")
    try:
        return _parse_body(body)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as problem:
        raise ModelError(
            f"The model {name} is not whole ({_why_not_whole(problem)}); train it again."
        ) from None


def _parse_body(body: str) -> TreeModel:
    head, _, text = body.partition("\n")
    said = json.loads(head)
    names, calibration = tuple(map(str, said["features"])), _parse_calibration(said["calibration"])
    check_trees(text, len(names))
    return TreeModel(names=names, text=text, training=Training(**said["training"]), **calibration)


def _parse_calibration(said: Mapping[str, Any]) -> dict[str, float]:
    numbers = {name: float(value) for name, value in said.items()}
    if not all(map(math.isfinite, numbers.values())):
        raise ValueError("its calibration is no number")
    if not 0.0 < numbers["labelled_share"] <= 1.0 or numbers["density"] <= 0.0:
        raise ValueError("its calibration is no share")
    return numbers


def _hash_body(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _why_not_whole(problem: Exception) -> str:
    said = str(problem)
    return (
        said
        if type(problem) is ValueError and said.startswith(("a ", "its ", "it ", "tree "))
        else _explain_problem(problem)
    )


def _explain_problem(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or type(problem).__name__
