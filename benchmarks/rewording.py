"""Texts reworded as posters reword them, to measure what still finds a copy.

Light: other numbers, contacts and emoji. Medium: a tenth of the words gone and a lead-in before. Heavy: a quarter of the words
gone, clauses in another order, look-alike letters and signs that nobody sees, and the light changes.
"""

import re
from collections.abc import Sequence

import numpy as np

DELETED = {"light": 0.0, "medium": 0.1, "heavy": 0.25}
LEADS = ("🔥🔥 ", "ด่วน! ", "HOT!! ", "急 ", "‼️ ", "ประกาศ ", "New: ", "Gấp: ", "✅ ")
EMOJI = "🔥💰✅📞👉⭐️❗️🎉"
_WORD = re.compile(
    r"[A-Za-zÀ-ɏḀ-ỹ']+|\d+|[\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]{1,4}|\s+|.", re.S
)
_LIKE = str.maketrans("aceopxyi", "асеорхуі")


def reworded(text: str, how: str, rng: np.random.Generator) -> str:
    """Another poster's version of a text."""
    words = [_changed(word, rng) for word in _WORD.findall(text)]
    kept = [word for word in words if word.isspace() or rng.random() >= DELETED[how]]
    if how == "light":
        return "".join(kept) + _emoji(rng)
    lead = str(rng.choice(LEADS)) if rng.random() < 0.7 else ""
    if how == "heavy":
        kept = _disguised(_shuffled(kept, rng), rng)
    return lead + "".join(kept) + _emoji(rng)


def _changed(word: str, rng: np.random.Generator) -> str:
    return "".join(str(rng.integers(0, 10)) for _ in word) if word.isdigit() else word


def _emoji(rng: np.random.Generator) -> str:
    return " " + "".join(rng.choice(list(EMOJI), int(rng.integers(0, 4))))


def _shuffled(words: list[str], rng: np.random.Generator) -> list[str]:
    """Clauses of about eight words in another order."""
    clauses: list[list[str]] = [[]]
    for word in words:
        clauses[-1].append(word)
        if sum(map(str.isalnum, (each[0] for each in clauses[-1]))) == 8:
            clauses.append([])
    return [word for at in rng.permutation(len(clauses)) for word in clauses[at]]


def _disguised(words: Sequence[str], rng: np.random.Generator) -> list[str]:
    made = []
    for word in words:
        if rng.random() < 0.15:
            word = word.translate(_LIKE)
        if len(word) > 1 and rng.random() < 0.15:
            at = int(rng.integers(1, len(word)))
            word = word[:at] + "\u200b" + word[at:]
        made.append(word)
    return made
