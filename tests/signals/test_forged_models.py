"""A model file that somebody forged, its sum right, is refused with a sentence before anything walks it."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from warroom.errors import ModelError
from warroom.signals.messages import model as messages
from warroom.signals.model.file import load_model
from warroom.signals.mules.models import load_shipped_model

MULES = Path(messages.__file__).parents[1] / "models" / "mules.model"
MESSAGES = MULES.with_name("messages.model")


def forged(tmp_path: Path, change: Callable[[str], str]) -> Path:
    """The shipped model changed and with a sum that fits."""
    head, _, body = MULES.read_text(encoding="utf-8").partition("\n")
    body = change(body)
    assert body != MULES.read_text(encoding="utf-8").partition("\n")[2]
    path = tmp_path / "forged.model"
    word = head.rpartition(" ")[0]
    path.write_text(f"{word} sha256:{sha256(body.encode()).hexdigest()}\n{body}", encoding="utf-8")
    return path


def in_tree(key: str, place: int, value: str, tree: int = 3) -> Callable[[str], str]:
    """Put a value at one place of one line of one tree."""

    def change(body: str) -> str:
        parts = body.split(f"Tree={tree}\n")
        found = re.search(rf"^{key}=(.*)$", parts[1], re.M)
        assert found
        values = found[1].split()
        values[place] = value
        line = f"{key}={' '.join(values)}"
        return f"{parts[0]}Tree={tree}\n{parts[1][: found.start()]}{line}{parts[1][found.end() :]}"

    return change


def in_head(**said: object) -> Callable[[str], str]:
    def change(body: str) -> str:
        head, _, text = body.partition("\n")
        found = json.loads(head)
        found["calibration"].update(said)
        return json.dumps(found) + "\n" + text

    return change


FORGED = {
    "a node that is its own child": in_tree("left_child", 5, "5"),
    "a node that leads back": in_tree("right_child", 9, "0"),
    "the root's own child": in_tree("left_child", 0, "0"),
    "a child outside": in_tree("left_child", 2, "2000000000"),
    "a child of another tree": in_tree("left_child", 2, "40"),
    "a leaf outside": in_tree("right_child", 29, "-1000000"),
    "a leaf of the next tree": in_tree("right_child", 29, "-33"),
    "a leaf that two nodes share": in_tree("right_child", 29, "-1"),
    "a feature outside": in_tree("split_feature", 0, "100000"),
    "a feature below nought": in_tree("split_feature", 0, "-5"),
    "a threshold that is no number": in_tree("threshold", 4, "nan"),
    "a leaf that is no number": in_tree("leaf_value", 7, "nan"),
    "a leaf too few": lambda body: re.sub(r"^leaf_value=\S+ ", "leaf_value=", body, count=1, flags=re.M),
    "a node too many": lambda body: re.sub(r"^split_feature=", "split_feature=1 ", body, count=1, flags=re.M),
    "a split by sorts": in_tree("decision_type", 0, "1"),
    "more features than named": lambda body: body.replace("max_feature_idx=32", "max_feature_idx=99"),
    "no trees": lambda body: body.split("\nTree=0")[0] + "\nend of trees\n",
    "words for numbers": in_tree("left_child", 1, "x"),
    "an endless slope": in_head(slope=float("inf")),
    "a slope of words": in_head(slope="steep"),
    "a share of nothing": in_head(labelled_share=0),
    "a calibration of more": in_head(other=1.0),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_model_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=r"is not whole \("):
        load_model(forged(tmp_path, FORGED[name]))


def test_what_ships_is_whole() -> None:
    assert load_shipped_model() is not None
    messages.load_message_model(MESSAGES)


def forged_messages(tmp_path: Path, head: dict[str, object] | None, numbers: bytes | None) -> Path:
    body = MESSAGES.read_bytes().partition(b"\n")[2]
    line, _, packed = body.partition(b"\n")
    line = json.dumps({**json.loads(line), **head}).encode() if head else line
    packed = packed if numbers is None else numbers
    body = line + b"\n" + packed
    path = tmp_path / "messages.model"
    path.write_bytes(f"warroom messages 1 sha256:{sha256(body).hexdigest()}\n".encode() + body)
    return path


@pytest.mark.parametrize(
    ("head", "numbers"),
    [
        ({"scale": float("nan")}, None),
        ({"slope": float("inf")}, None),
        ({"slope": None}, None),
        ({"scale": "much"}, None),
        (None, b""),
        (None, b"no pack at all"),
        (None, zstandard.compress(b"\x00" * 100)),
        (None, zstandard.compress(b"\x00" * 300_000_000)),
        (None, zstandard.compress(b"\xff" * 1_311_000)),
    ],
)
def test_a_forged_model_of_messages_is_refused(
    tmp_path: Path, head: dict[str, object] | None, numbers: bytes | None
) -> None:
    with pytest.raises(ModelError, match="is not whole"):
        messages.load_message_model(forged_messages(tmp_path, head, numbers))
