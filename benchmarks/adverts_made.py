"""Labelled adverts put together out of `adverts.toml`, in six languages and three styles of writing."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from warroom_lab.labelled.adverts import LabelledAdvert

LANGUAGES = ("th", "en", "zh", "vi", "my", "km")
STYLES = ("plain", "lines", "disguised")
"""One sentence after the other; a line each with emoji; with signs that nobody sees and look-alike letters."""
COMMON = ("R3", "R5", "R9", "R10", "R11")
"""Flags that honest adverts show as well."""
_LIKE = str.maketrans("aceopx", "асеорх")
_JOINTS = {"zh": "，", "th": " ", "my": "၊ ", "km": " "}


def phrases() -> dict[str, dict[str, dict[str, list[list[str]]]]]:
    """By language and label the phrases, each with its flags before a bar."""
    return tomllib.loads(Path(__file__).with_name("adverts.toml").read_text("utf-8"))


def made(seed: int, each: int) -> list[LabelledAdvert]:
    """`each` lures and as many honest adverts of every language, different ones."""
    rng = np.random.default_rng(seed)
    found: dict[str, LabelledAdvert] = {}
    for language, labels in phrases().items():
        for label in ("lure", "honest"):
            kept = 0
            while kept < each:
                one = _one(rng, language, label, labels[label])
                if one.text not in found:
                    found[one.text] = one
                    kept += 1
    return list(found.values())


def _one(
    rng: np.random.Generator, language: str, label: str, grammar: dict[str, list[Any]]
) -> LabelledAdvert:
    parts = [str(rng.choice(choices)) for choices in grammar["say"]]
    extra = _extra(rng, label, grammar["more"])
    # The first two say what is sought and the last how to apply; what stands between comes in any order.
    middle = [*parts[2:-1], *extra]
    order = [*parts[:2], *(middle[at] for at in rng.permutation(len(middle))), parts[-1]]
    flags = frozenset(flag for part in order for flag in part.partition("|")[0].split() if flag)
    style = str(rng.choice(STYLES))
    return LabelledAdvert(
        language,
        _written(rng, [part.partition("|")[2] for part in order], language, style),
        label,
        flags,
        style,
    )


def _extra(rng: np.random.Generator, label: str, choices: list[str]) -> list[str]:
    """What else an advert says. A third are hard to tell: lures that say nothing which honest ones do not say too, and honest
    ones with as many perks as there are."""
    if rng.random() < 1 / 3:
        common = [each for each in choices if each.partition("|")[0] in COMMON]
        sober = [each for each in choices if each.startswith("|")]
        count = min(len(common), int(rng.integers(2, 5)))
        found = rng.choice(common, count, replace=False).tolist()
        return [*found, str(rng.choice(sober))] if label == "honest" else found
    return [str(each) for each in rng.choice(choices, int(rng.integers(1, 5)), replace=False)]


def _written(rng: np.random.Generator, parts: list[str], language: str, style: str) -> str:
    if style == "lines":
        return "\n".join(f"{rng.choice(list('🔥✅📌💰👉'))} {part}" for part in parts)
    text = _JOINTS.get(language, ", ").join(parts)
    if style == "disguised":
        return "".join(letter.translate(_LIKE) + ("\u200b" if rng.random() < 0.1 else "") for letter in text)
    return text
