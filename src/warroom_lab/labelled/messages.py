"""Figures on labelled messages of anybody: nothing is learned from the file, and every limit is fixed."""

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from warroom.errors import SignalError
from warroom.signals.messages.model import CLASSES
from warroom.signals.messages.reading import LIMIT, MessageReading, read_message
from warroom_lab.labelled.message_figures import compute_auprc, compute_recall_at, count_false_alarms


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message, its language as its maker says, and what it is: scam, advert, otp or ok."""

    text: str
    label: str
    lang: str


def read_labelled(path: Path) -> list[LabelledMessage]:
    """Messages of JSON lines with text and label, and lang where there; raises SignalError in one sentence."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise SignalError(f"{path} cannot be read as text in UTF-8: {problem}") from None
    messages = [_parse_message(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not messages:
        raise SignalError(f"{path} holds no message; write one JSON object a line, with text and label.")
    return messages


def _parse_message(path: Path, number: int, line: str) -> LabelledMessage:
    try:
        entry = json.loads(line)
        text, label, lang = entry["text"], entry["label"], entry.get("lang", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SignalError(f"{path}, line {number}: write a JSON object with text and label.") from None
    if label not in CLASSES or not isinstance(text, str):
        raise SignalError(
            f"{path}, line {number}: the label is one of {', '.join(CLASSES)}, the text a string."
        )
    return LabelledMessage(text, label, str(lang))


def measure_messages(messages: Sequence[LabelledMessage]) -> dict[str, Any]:
    """AUPRC and recall at 1 % false alarms of scams against all others; ordinary messages flagged at the fixed limit, and
    what their share is at most in 95 of 100 such files; classes told rightly; the same by language.
    """
    read_message("")
    began = time.process_time()
    readings = [read_message(message.text) for message in messages]
    took = time.process_time() - began
    by: dict[str, list[int]] = defaultdict(list)
    for at, message in enumerate(messages):
        by[message.lang].append(at)
    return {
        **_compute_figures(messages, readings, range(len(messages))),
        "messages_per_s": len(messages) / max(took, 1e-9),
        "by": {lang: _compute_figures(messages, readings, rows) for lang, rows in sorted(by.items())},
    }


def _compute_figures(
    messages: Sequence[LabelledMessage], readings: Sequence[MessageReading], rows: Sequence[int]
) -> dict[str, Any]:
    chance = np.array([readings[at].probability or 0.0 for at in rows])
    scam = np.array([messages[at].label == "scam" for at in rows])
    ordinary = np.array([messages[at].label == "ok" for at in rows])
    false = count_false_alarms(chance[ordinary])
    right = [readings[at].kind == messages[at].label for at in rows]
    return {
        "messages": len(rows),
        "scams": int(scam.sum()),
        "auprc": compute_auprc(scam, chance) if scam.any() else None,
        "recall_at_1_percent": compute_recall_at(scam, chance) if scam.any() and not scam.all() else None,
        "recall": float((chance[scam] >= LIMIT).mean()) if scam.any() else None,
        "ordinary": false["honest"],
        "ordinary_flagged": false["share"] if false["honest"] else None,
        "upper_bound": false["upper_bound"] if false["honest"] else None,
        "classes_right": float(np.mean(right)),
    }
