"""How often the public check is too careful: `python -m benchmarks.public_check [--write]`.

Honest texts of the open collections (WARROOM_SHARED), each answered as the public page answers it, by a model that saw neither the
text nor a near-duplicate of it (five folds, as the shipped model's own card). Counted is every answer in the filled shape: scam
or suspicious. `--write` puts the figures where the page reads them.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Figure, at_most, start_run
from benchmarks.outside import outside
from warroom.public.outside.answers import answer_text
from warroom.signals.messages.model import MessageModel
from warroom.signals.model.calibrate import fit_platt
from warroom_lab.labelled import message_learning as learn
from warroom_lab.labelled.bounds import compute_upper_bound
from warroom_lab.labelled.message_corpus import ENGLISH, POSTS, THAI, read_all

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
TARGET = Path(__file__).parents[1] / "src" / "warroom" / "public" / "outside" / "false_alarms.json"


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(
        __doc__, arguments, options=lambda parser: parser.add_argument("--write", action="store_true")
    )
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
        found = {"honest": sum(one["honest"] for one in groups), "groups": groups, "origin": ORIGIN}
        TARGET.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    title = "Public check: how often honest texts are called suspicious or a scam"
    return run.finish(title, [_figure(one) for one in groups])


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
