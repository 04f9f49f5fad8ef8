"""The card of a model: what it was made from, what it is worth, whom it errs against; for people and for programs."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from warroom import files
from warroom.signals.mules.learn import FLAGGED, Learned
from warroom.signals.mules.parity import BY
from warroom.signals.mules.scoring import NAMES

LIMITS = (
    "A signal is a reason to look, never one to hold: a hold needs a report's trail and an officer.",
    "It speaks of one account in its last seven days and of none of its holder's other accounts.",
    "Share circles, ticket sellers and foremen collect from many and pay on within the hour; read what speaks for them.",
    "Probabilities were calibrated on the data named above; elsewhere train again.",
)


SUFFIXES = (".md", ".json")
"""A card's files end so, and a model's never: the card would be written over it."""


def write(path: Path, learned: Learned, data: str, labels: str) -> tuple[Path, Path]:
    """Write the card beside a model's file as .md and .json; `data` and `labels` say what was learned from."""
    body = as_json(learned, data, labels)
    told, plain = map(path.with_suffix, SUFFIXES)
    files.write(plain, (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode())
    files.write(told, ("\n".join(_lines(body)) + "\n").encode())
    return told, plain


def as_json(learned: Learned, data: str, labels: str) -> dict[str, Any]:
    """The card as JSON values; the same model gives the same card."""
    training = learned.model.training
    return {
        "model": f"mules-{learned.model.version}",
        "subject": "accounts that received money in the last seven days",
        "data": data,
        "labels": labels,
        "from": training.since,
        "until": training.until,
        "rows": training.rows,
        "mules": training.positives,
        "days": dict(zip(("trained", "calibrated", "measured"), learned.days, strict=True)),
        "features": list(NAMES),
        "labelled_share": round(learned.model.labelled_share, 4),
        "auprc": round(learned.auprc, 4),
        "brier": round(learned.brier, 5),
        "precision_at_budget": {str(k): round(v, 4) for k, v in learned.precision.items()},
        "parity": [
            {
                "by": one.by,
                "group": one.group,
                "honest": one.honest,
                "flagged": one.flagged,
                "false_positive_rate": round(one.rate, 6),
            }
            for one in learned.parity
        ],
        **({"in_use": _in_use(learned)} if learned.before else {}),
        "limits": list(LIMITS),
    }


def _in_use(learned: Learned) -> dict[str, Any]:
    """What the model that was in use is worth on the same days."""
    before = learned.before
    assert before is not None
    return {
        "model": before.version,
        "auprc": round(before.auprc, 4),
        "precision_at_budget": {str(k): round(v, 4) for k, v in before.precision.items()},
        "better": learned.worse,
    }


def _lines(body: dict[str, Any]) -> Iterator[str]:
    yield f"# Model card: {body['model']}"
    yield ""
    yield f"Gives {body['subject']} a probability of being worked for somebody else."
    yield ""
    yield from _table(("what", ""), _facts(body))
    yield ""
    yield "## Worth, on days that it never saw"
    yield ""
    rows = [("AUPRC", f"{body['auprc']:.3f}"), ("Brier score", f"{body['brier']:.4f}")]
    rows += [(f"precision at {k} a day", f"{v:.3f}") for k, v in body["precision_at_budget"].items()]
    if used := body.get("in_use"):
        beside = [used["auprc"], None, *used["precision_at_budget"].values()]
        told = [("" if one is None else f"{one:.3f}") for one in beside]
        head = ("figure", "this model", f"{used['model']}, in use when it was made")
        yield from _table(head, [(*row, one) for row, one in zip(rows, told, strict=True)])
    else:
        yield from _table(("figure", "value"), rows)
    yield ""
    yield "## Whom it errs against"
    yield ""
    yield f"Honest account-days flagged at a probability of {FLAGGED} and more. None of these attributes is a feature."
    yield ""
    yield from _table(("by", "group", "honest", "flagged", "share"), _groups(body))
    yield ""
    yield "## Limits"
    yield ""
    yield from (f"- {limit}" for limit in body["limits"])


def _facts(body: dict[str, Any]) -> list[tuple[str, str]]:
    days = body["days"]
    return [
        ("data", body["data"]),
        ("labels", body["labels"]),
        ("days", f"{body['from']} to {body['until']}"),
        (
            "split by time",
            f"{days['trained']} days trained, {days['calibrated']} calibrated, {days['measured']} measured",
        ),
        ("rows", f"{body['rows']:,} account-days, {body['mules']:,} of mules"),
        ("labelled share of true mules", f"{body['labelled_share']:.2f}"),
        ("features", ", ".join(body["features"])),
    ]


def _groups(body: dict[str, Any]) -> list[tuple[str, ...]]:
    order = {by: place for place, by in enumerate(BY)}
    rows = sorted(body["parity"], key=lambda one: order[one["by"]])
    return [
        (
            one["by"],
            one["group"],
            f"{one['honest']:,}",
            f"{one['flagged']:,}",
            f"{one['false_positive_rate']:.3%}",
        )
        for one in rows
    ]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
