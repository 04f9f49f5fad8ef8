"""How often the public check is too careful, and how often it misses: `python -m benchmarks.public_check [--write] [--missed FILE]`.

Honest texts of the open collections (WARROOM_SHARED), each answered as the public page answers it, by a model that saw neither the
text nor a near-duplicate of it (five folds, as the shipped model's own card). Counted is every answer in the filled shape: scam
or suspicious. `--write` puts the figures where the page reads them.

`--missed FILE` counts scams of a file of JSON lines (text, label, lang) by the shipped model instead: real messages of Thai and English
that taught nothing, which the repository does not hold. The English limits were raised once after their honest texts were counted. A scam is missed where the answer has another shape.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Figure, at_most, start_run
from benchmarks.outside import outside
from warroom.public.outside.answers import answer_text
from warroom.signals.bands import compute_wilson_interval
from warroom.signals.messages.model import MessageModel
from warroom.signals.messages.reading import load_shipped_model
from warroom.signals.model.calibrate import fit_platt
from warroom_lab.labelled import message_learning as learn
from warroom_lab.labelled.bounds import compute_upper_bound
from warroom_lab.labelled.message_corpus import ENGLISH, POSTS, THAI, read_all
from warroom_lab.labelled.messages import read_labelled

EACH = 1_000
"""Honest texts of each collection, drawn at random; of one that has fewer, all."""
SEED = 19
HONEST = ("ok", "otp")
"""Ordinary messages and codes."""
GROUPS = {
    "thai_messages": (THAI, HONEST),
    "thai_posts": (POSTS, HONEST),
    "english_messages": (ENGLISH, HONEST),
    "thai_adverts": (THAI, ("advert",)),
}
"""Advertising stands apart: what sells is the nearest to what cheats, and is flagged more often."""
ORIGIN = (
    "Thai text messages of 2022 (ssivakorn/Thai-SMS-spam-filter, MIT), Thai posts (PyThaiNLP/wisesight-sentiment, CC0), English text"
    " messages of 2012 (UCI SMS Spam Collection v.1, CC BY 4.0); by models that saw neither a text nor a near-duplicate of it"
)
YEARS = {"th": "2023", "en": "2021 to 2024"}
"""When the scams of `--missed` were sent, by language."""
MISSED_ORIGIN = (
    "scams of a public collection of Thai messages of 2023 and of SmishTank's English reports of 2021 to 2024, near-duplicates of texts that"
    " taught the model left out; neither collection taught the model or chose a limit"
)
TARGET = Path(__file__).parents[1] / "src" / "warroom" / "public" / "outside" / "false_alarms.json"


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, options=_add_options)
    if run.given.missed:
        return run.finish("Public check: scams not known", _count_missed(run.given.missed, run.given.write))
    seen = learn.build_features(read_all(outside("data/text")))
    fold = learn.assign_folds(seen)
    chosen = {what: _drawn(seen, *group) for what, group in GROUPS.items()}
    called = dict.fromkeys(GROUPS, 0)
    codes = sum(seen.items[row].label == "otp" for row in chosen["thai_messages"])
    print(f"\nOf the Thai messages {codes} of {len(chosen['thai_messages']):,} are one-time codes")
    for number, model in enumerate(_models(seen, fold)):
        for what, rows in chosen.items():
            left_out = (seen.items[row].text for row in rows[fold[rows] == number])
            called[what] += sum(answer_text(text, model).shape == "scam" for text in left_out)
    groups = [_told(what, len(rows), called[what]) for what, rows in chosen.items()]
    if run.given.write:
        kept = json.loads(TARGET.read_text(encoding="utf-8"))
        found = {"honest": sum(one["honest"] for one in groups), "groups": groups, "origin": ORIGIN}
        # Counted apart (`--missed`); the page shows it for the model that it was counted with.
        found |= {name: kept[name] for name in ("missed",) if name in kept}
        TARGET.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    title = "Public check: how often honest texts are called suspicious or a scam"
    return run.finish(title, [_figure(one) for one in groups])


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--missed", type=Path, help="a file of labelled messages, whose scams are counted")


def _count_missed(path: Path, write: bool) -> list[Figure]:
    """Scams of a file that the shipped model does not know, by language; `write`: where the page reads them."""
    answers: dict[str, list[bool]] = {language: [] for language in YEARS}
    for message in read_labelled(path):
        if message.label == "scam" and message.lang in answers:
            answers[message.lang].append(answer_text(message.text).shape != "scam")
    groups = [_describe_missed(language, missed) for language, missed in answers.items() if missed]
    if write:
        kept = json.loads(TARGET.read_text(encoding="utf-8"))
        kept["missed"] = {
            "model": f"messages-{load_shipped_model().version}",
            "groups": groups,
            "origin": MISSED_ORIGIN,
        }
        TARGET.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [
        at_most(f"{one['what']}, not known", one["missed"] / one["scams"], "share", 0.2, f"{one['missed']} of {one['scams']}, {one['low']} to {one['high']} % (95 %)")
        for one in groups
    ]  # fmt: skip


def _describe_missed(language: str, missed: Sequence[bool]) -> dict[str, Any]:
    low, high = compute_wilson_interval(sum(missed), len(missed))
    return {
        "what": language,
        "years": YEARS[language],
        "scams": len(missed),
        "missed": sum(missed),
        "low": round(100 * low),
        "high": round(100 * high),
    }


def _drawn(seen: learn.MessageFeatures, source: str, labels: tuple[str, ...]) -> learn.Labels:
    honest = [item.source == source and item.label in labels for item in seen.items]
    return np.random.default_rng(SEED).permutation(np.flatnonzero(honest))[:EACH]


def _models(seen: learn.MessageFeatures, fold: learn.Labels) -> list[MessageModel]:
    """For each fold the model that knows nothing of it, calibrated on the others."""
    fitted, by_class = [], np.zeros((len(fold), 4))
    for number in range(learn.FOLDS):
        rows = np.flatnonzero(fold == number)
        fitted.append(learn.fit_weights(seen, np.flatnonzero(fold != number)))
        by_class[rows] = learn.compute_log_odds(fitted[-1], seen, rows)
    margin, thai, scam = learn.compute_scam_margins(by_class), seen.is_from_source(THAI), seen.labels == 0
    learned = [thai & (fold != number) for number in range(learn.FOLDS)]
    return [
        learn.round_to_model(one, *fit_platt(margin[rows], scam[rows]), {})
        for one, rows in zip(fitted, learned, strict=True)
    ]


def _figure(one: dict[str, Any]) -> Figure:
    beside = f"{one['called']} of {one['honest']:,}; at most {one['upper_bound']:.2%} in 95 of 100"
    return at_most(one["what"].replace("_", " "), one["share"], "share", 0.01, beside)


def _told(what: str, honest: int, called: int) -> dict[str, Any]:
    return {
        "what": what,
        "honest": honest,
        "called": called,
        "share": called / honest,
        "upper_bound": compute_upper_bound(called, honest),
    }


if __name__ == "__main__":
    sys.exit(main())
