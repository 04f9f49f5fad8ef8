"""The card of a model: what it was made from, what it is worth, whom it errs against; for people and for programs."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from warroom import files
from warroom.signals.mules.scoring import NAMES
from warroom_lab.mules.learn import FLAGGED, Learned
from warroom_lab.mules.parity import BY

LIMITS = (
    "A signal is a reason to look, never one to hold: a hold needs a report's trail and an officer.",
    "It speaks of one account in its last seven days and of none of its holder's other accounts.",
    "Share circles, ticket sellers and foremen collect from many and pay on within the hour; read what speaks for them.",
    "Probabilities were calibrated on the data named above; elsewhere train again.",
)


WORTH = ("figure", "value", "in nine of ten draws of the accounts", "what its probabilities promised")
SUFFIXES = (".md", ".json")
"""A card's files end so, and a model's never: the card would be written over it."""


def write_card(path: Path, learned: Learned, data: str, labels: str) -> tuple[Path, Path]:
    """Write the card beside a model's file as .md and .json; `data` and `labels` say what was learned from."""
    body = card_as_json(learned, data, labels)
    told, plain = map(path.with_suffix, SUFFIXES)
    files.write_atomically(plain, (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode())
    files.write_atomically(told, ("\n".join(_render_lines(body)) + "\n").encode())
    return told, plain


def card_as_json(learned: Learned, data: str, labels: str) -> dict[str, Any]:
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
        "density": learned.density,
        "mules_of_accounts": round(learned.base, 6),
        "auprc": round(learned.worth.auprc, 4),
        "brier": round(learned.brier, 5),
        "precision_at_budget": {str(k): round(v, 4) for k, v in learned.worth.precision.items()},
        "interval_90": {str(k): [round(bound, 4) for bound in v] for k, v in learned.worth.interval.items()},
        "promised": {str(k): round(v, 4) for k, v in learned.worth.expected.items()},
        "parity": [
            {
                "by": parity_row.by,
                "group": parity_row.group,
                "honest": parity_row.honest,
                "flagged": parity_row.flagged,
                "false_positive_rate": round(parity_row.rate, 6),
            }
            for parity_row in learned.parity
        ],
        **({"in_use": _active_model_as_json(learned)} if learned.before else {}),
        "limits": list(LIMITS),
    }


def _active_model_as_json(learned: Learned) -> dict[str, Any]:
    """What the model that was in use is worth on the same days."""
    before = learned.before
    assert before is not None
    return {
        "model": before.version,
        "auprc": round(before.auprc, 4),
        "precision_at_budget": {str(k): round(v, 4) for k, v in before.precision.items()},
        "better": learned.worse,
    }


def _render_lines(body: dict[str, Any]) -> Iterator[str]:
    yield f"# Model card: {body['model']}"
    yield ""
    yield f"Gives {body['subject']} a probability of being worked for somebody else."
    yield ""
    yield from _render_table(("what", ""), _list_facts(body))
    yield ""
    yield "## Worth, on days that it never saw"
    yield ""
    yield _format_density(body)
    yield ""
    rows = [("AUPRC", f"{body['auprc']:.3f}", "", ""), ("Brier score", f"{body['brier']:.5f}", "", "")]
    rows += [(f"precision at {k} a day", *_format_precision(body, k)) for k in body["precision_at_budget"]]
    if used := body.get("in_use"):
        beside = [used["auprc"], None, *used["precision_at_budget"].values()]
        cells = [("" if cell is None else f"{cell:.3f}") for cell in beside]
        head = (*WORTH[:1], "this model", *WORTH[2:], f"{used['model']}, in use when it was made")
        yield from _render_table(head, [(*row, cell) for row, cell in zip(rows, cells, strict=True)])
    else:
        yield from _render_table(WORTH, rows)
    yield ""
    yield "## Whom it errs against"
    yield ""
    yield f"Honest account-days flagged at a probability of {FLAGGED} and more. None of these attributes is a feature."
    yield ""
    yield from _render_table(("by", "group", "honest", "flagged", "share"), _list_parity_rows(body))
    yield ""
    yield "## Limits"
    yield ""
    yield from (f"- {limit}" for limit in body["limits"])


def _format_density(body: dict[str, Any]) -> str:
    """At what density of crime the figures below stand."""
    each = body["density"]
    share = f"{body['mules_of_accounts']:.3%} of the accounts looked at are mules"
    if each == 1:
        return f"As the records have it: {share}, as far as labels say."
    return f"Every ordinary account counts as {each:g}, since crime is so many times denser in the data than in life: {share}."


def _format_precision(body: dict[str, Any], budget: str) -> tuple[str, str, str]:
    low, high = body["interval_90"][budget]
    precision, promised = (body[name][budget] for name in ("precision_at_budget", "promised"))
    return f"{precision:.3f}", f"{low:.3f} to {high:.3f}", f"{promised:.3f}"


def _list_facts(body: dict[str, Any]) -> list[tuple[str, str]]:
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


def _list_parity_rows(body: dict[str, Any]) -> list[tuple[str, ...]]:
    order = {by: place for place, by in enumerate(BY)}
    rows = sorted(body["parity"], key=lambda parity: order[parity["by"]])
    return [
        (
            row["by"],
            row["group"],
            f"{row['honest']:,}",
            f"{row['flagged']:,}",
            f"{row['false_positive_rate']:.3%}",
        )
        for row in rows
    ]


def _render_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
