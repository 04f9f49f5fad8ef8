"""The card of the model of messages: what it was made from, what it is worth, whom it errs against, and what it is not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from warroom import files
from warroom.signals.messages.language import SCRIPT_NAMES, find_main_script
from warroom.signals.messages.model import CLASSES
from warroom.signals.messages.normal import normalise_message
from warroom.signals.messages.reading import LIMIT
from warroom.signals.messages.reading import LIMITS as LANGUAGE_LIMITS
from warroom_lab.labelled import message_figures as figures
from warroom_lab.labelled.message_corpus import ENGLISH, MADE, POSTS, THAI
from warroom_lab.labelled.message_figures import Flags, Numbers, count_false_alarms
from warroom_lab.labelled.message_learning import MessageFeatures

ORIGINS = (
    "Thai text messages of 2022: ssivakorn/Thai-SMS-spam-filter (MIT, (c) 2023 Suphannee Sivakorn)",
    "ordinary Thai posts: PyThaiNLP/wisesight-sentiment (CC0)",
    "English text messages of 2012: UCI SMS Spam Collection v.1 (CC BY 4.0, Almeida and Hidalgo)",
    "messages in eight languages written for this program, on which nothing is measured",
    "Thai, English, Vietnamese and Indonesian messages made from patterns written for this program: scams of 2023 to 2026, honest texts of their words",
)
LIMITS = (
    "Word lists were written and settings chosen while the same collections were looked at, by other draws of folds: a little is flattered.",
    "It reads words. Whether a firm, a number or a site is real it does not know; a polite scam in new words passes.",
    "Labels of the Thai collection are its makers': gambling is a scam there, and some real offers of shops are too.",
    "Made messages are by one hand: what they show is that a pattern left out is found, and not how gangs will write.",
    "Outside Thai and English the collections teach nothing: Vietnamese and Indonesian are called a scam from higher limits, the others rest on word lists that nobody has checked against real messages.",
    "Probabilities are calibrated where a third of the messages are scams, as among those that people handed in.",
    "A reading is a reason to look and never an action: no number is blocked and nobody is held because of it.",
)
_LANGUAGES = {THAI: "th", POSTS: "th", ENGLISH: "en"}
LENGTHS = ((0, 40), (40, 100), (100, 200), (200, 100_000))


def build_card(
    seen: MessageFeatures, chance: Numbers, later: dict[str, Any], say: Callable[[str], None]
) -> dict[str, Any]:
    """The figures of texts left out, as JSON values. `chance`: calibrated; `later`: those of a model of earlier files alone."""
    thai, scam = seen.is_from_source(THAI), seen.labels == 0
    english = seen.is_from_source(ENGLISH)
    limit = _list_text_limits(seen)
    say("intervals")
    return {
        "subject": "text messages and chat posts",
        "classes": list(CLASSES),
        "origins": list(ORIGINS),
        "texts": {
            source: int(seen.is_from_source(source).sum())
            for source in dict.fromkeys(i.source for i in seen.items)
        },
        "split": "five folds by groups of near-duplicates (five-letter runs, Jaccard 0.6)",
        "limits_by_language": {
            code: LANGUAGE_LIMITS.get(code, LIMIT) for code in dict.fromkeys(_LANGUAGES.values())
        },
        "thai": _measure_group(scam[thai], chance[thai], seen.group[thai], limit[thai]),
        "later": later,
        "english": _measure_group(scam[english], chance[english], seen.group[english], limit[english]),
        "made": dict(_iter_made(seen, chance, limit)),
        "false_alarms": dict(_iter_false_alarms(seen, chance, limit)),
        "reliability": list(figures.iter_reliability_bands(scam[thai], chance[thai])),
        "reliability_english": list(figures.iter_reliability_bands(scam[english], chance[english])),
        "parity": list(iter_parity(seen, chance)),
        "limits": list(LIMITS),
    }


def _list_text_limits(seen: MessageFeatures) -> Numbers:
    """For each text the probability from which on one of its language is called a scam."""
    languages = [
        item.period.split("-")[0] if item.source == MADE else _LANGUAGES.get(item.source, "")
        for item in seen.items
    ]
    return np.array([LANGUAGE_LIMITS.get(code, LIMIT) for code in languages])


def _measure_group(scam: Flags, chance: Numbers, group: Any, limit: Numbers) -> dict[str, Any]:
    measures = {"auprc": figures.compute_auprc, "recall_at_1_percent": figures.compute_recall_at}
    named = chance >= limit
    return {
        "texts": len(scam),
        "scams": int(scam.sum()),
        **{name: measure(scam, chance) for name, measure in measures.items()},
        "interval_95": {
            name: figures.bootstrap_interval(measure, scam, chance, group)
            for name, measure in measures.items()
        },
        "precision": float(scam[named].mean()) if named.any() else None,
        "recall": float(named[scam].mean()),
        "brier": float(np.mean((chance - scam) ** 2)),
    }


def _iter_made(
    seen: MessageFeatures, chance: Numbers, limit: Numbers
) -> Iterator[tuple[str, dict[str, float | int]]]:
    """By language the made scams and honest texts, each by a model that saw no text of its pattern."""
    made = seen.is_from_source(MADE)
    languages = np.array([item.period.split("-")[0] for item in seen.items])
    for code, name in (("th", "Thai"), ("en", "English")):
        rows = made & (languages == code)
        scam = rows & (seen.labels == 0)
        yield (
            name,
            {
                "scams": int(scam.sum()),
                "named": int((chance[scam] >= limit[scam]).sum()),
                **count_false_alarms(chance[rows & ~scam], limit[rows & ~scam]),
            },
        )


def _iter_false_alarms(
    seen: MessageFeatures, chance: Numbers, limit: Numbers
) -> Iterator[tuple[str, dict[str, float | int]]]:
    """False alarms by what honest texts are."""
    thai = seen.is_from_source(THAI)
    groups = {
        f"Thai messages: {kind}": thai & (seen.labels == CLASSES.index(label))
        for label, kind in (("ok", "ordinary"), ("otp", "one-time codes"), ("advert", "advertising"))
    } | {
        "Thai posts, all ordinary": seen.is_from_source(POSTS),
        "English messages: ordinary": seen.is_from_source(ENGLISH) & (seen.labels == CLASSES.index("ok")),
    }
    for name, rows in groups.items():
        yield name, count_false_alarms(chance[rows], limit[rows])


def iter_parity(seen: MessageFeatures, chance: Numbers) -> Iterator[dict[str, Any]]:
    """Errors by script, length and style of texts left out. None of these is a feature, and none is of a person."""
    from warroom_lab.labelled.message_corpus import WRITTEN

    untold = (WRITTEN, MADE)
    limit = _list_text_limits(seen)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, item in enumerate(seen.items):
        if item.source not in untold:
            for by, group in _iter_groups(item.text):
                groups.setdefault((by, group), []).append(at)
    for (by, group), rows in sorted(groups.items()):
        scam, named = seen.labels[rows] == 0, chance[rows] >= limit[rows]
        ordinary = seen.labels[rows] == CLASSES.index("ok")
        yield {
            "by": by,
            "group": group,
            "scams": int(scam.sum()),
            "missed": int((scam & ~named).sum()),
            **count_false_alarms(chance[rows][ordinary], limit[rows][ordinary]),
        }


def _iter_groups(text: str) -> Iterator[tuple[str, str]]:
    read = normalise_message(text).text
    yield "script", SCRIPT_NAMES[find_main_script(read)]
    low, high = next(each for each in LENGTHS if each[0] <= len(text) < each[1])
    yield "length", f"{low:03d} to {high - 1:03d} letters" if high < 100_000 else f"{low} letters and more"
    yield "style", "with pictures" if any(ord(letter) >= 0x1F300 for letter in text) else "without pictures"
    yield "style", "polite endings" if any(end in text for end in ("ค่ะ", "ครับ", "คะ")) else "no polite ending"
    yield "style", "with a link" if "http" in read or ".com" in read or "/" in read else "without a link"


def write_card(path: Path, version: str, told: dict[str, Any]) -> None:
    """The card beside the model's file, as .md for people and .json for programs."""
    whole = {"model": f"messages-{version}", **told}
    files.write_atomically(
        path.with_suffix(".json"), (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
    )
    files.write_atomically(path.with_suffix(".md"), ("\n".join(render_card(whole)) + "\n").encode())


def render_card(card: dict[str, Any]) -> Iterator[str]:
    """The card as Markdown."""
    yield f"# Model card: {card['model']}"
    yield ""
    yield f"Tells of {card['subject']} whether they are a scam, advertising, a one-time code or ordinary."
    yield ""
    yield "## Made from"
    yield ""
    yield from (f"- {origin}" for origin in card["origins"])
    yield ""
    yield f"Texts: {', '.join(f'{count:,} {source}' for source, count in card['texts'].items())}. Split: {card['split']}."
    yield ""
    yield "## Worth, on texts left out"
    yield ""
    yield "| figure | Thai messages | 95 of 100 draws of groups | later Thai messages | English messages |"
    yield "|---|---|---|---|---|"
    for name, word in (
        ("auprc", "AUPRC, scam against all others"),
        ("recall_at_1_percent", "recall at 1 % false alarms"),
    ):
        low, high = card["thai"]["interval_95"][name]
        cells = (card["thai"][name], card["later"][name], card["english"][name])
        yield f"| {word} | {cells[0]:.3f} | {low:.3f} to {high:.3f} | {cells[1]:.3f} | {cells[2]:.3f} |"
    counts = [
        f"{card[text_set]['scams']:,} of {card[text_set]['texts']:,}"
        for text_set in ("thai", "later", "english")
    ]
    yield f"| scams among texts | {counts[0]} | | {counts[1]} | {counts[2]} |"
    yield ""
    yield f"Later Thai messages: {card['later']['note']}"
    yield ""
    yield "## Made messages of patterns left out"
    yield ""
    yield "| language | scams | named | honest | flagged |"
    yield "|---|---|---|---|---|"
    for name, row in card["made"].items():
        yield f"| {name} | {row['scams']} | {row['named']} | {row['honest']} | {row['flagged']} |"
    yield ""
    limits = card["limits_by_language"]
    yield f"## False alarms at {limits['th']} in Thai and {limits['en']} in English"
    yield ""
    yield "| honest texts | how many | flagged | share | at most, in 95 of 100 |"
    yield "|---|---|---|---|---|"
    for name, row in card["false_alarms"].items():
        yield f"| {name} | {row['honest']:,} | {row['flagged']} | {row['share']:.2%} | {row['upper_bound']:.2%} |"
    yield ""
    yield "## What was promised and what came of it"
    yield ""
    yield "| messages | probability | how many | promised | were scams |"
    yield "|---|---|---|---|---|"
    for language, name in (("Thai", "reliability"), ("English", "reliability_english")):
        for row in card[name]:
            yield (
                f"| {language} | {row['from']:.0%} to {row['to']:.0%} | {row['count']:,} | {row['promised']:.1%}"
                f" | {row['scams']:.1%} |"
            )
    yield ""
    if note := card.get("reliability_english_note"):
        yield from (note, "")
    yield "## Whom it errs against"
    yield ""
    yield "No feature is of a nationality, an ethnicity or a person. The region of a receiver stands in no open collection."
    yield ""
    yield "| by | group | scams | missed | ordinary | flagged | at most, in 95 of 100 |"
    yield "|---|---|---|---|---|---|---|"
    for row in card["parity"]:
        yield (
            f"| {row['by']} | {row['group']} | {row['scams']:,} | {row['missed']:,} | {row['honest']:,} | {row['flagged']:,}"
            f" | {row['upper_bound']:.2%} |"
        )
    yield ""
    yield "## Limits"
    yield ""
    yield from (f"- {limit}" for limit in card["limits"])
