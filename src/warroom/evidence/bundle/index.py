"""The bundle's index as a PDF, in Thai and English."""

from importlib import resources
from typing import Any

from warroom.evidence.bundle import expert
from warroom.evidence.bundle.gather import BundleContents
from warroom.evidence.bundle.log import LogRowCount
from warroom.papers import render as paper_render


def render(
    facts: dict[str, Any], gathered: BundleContents, files: dict[str, dict[str, Any]], count: LogRowCount
) -> bytes:
    """The index over the parts written so far; dated by the bundle's own moment, so the same state gives the same
    bytes.
    """
    # Written last but for the manifest: it lists every file before it; only the manifest lists the index
    # itself.
    template = resources.files(__package__).joinpath("index.typ").read_text(encoding="utf-8")
    shown = {
        "facts": facts,
        "fingerprint": expert.fingerprint(bytes.fromhex(facts["key"])),
        "items": gathered.documents["evidence.json"]["items"],
        "officers": gathered.documents["evidence.json"]["officers"],
        "orders": [_build_order_row(order) for order in gathered.documents["orders.json"]],
        "snapshots": sorted(gathered.texts),
        "files": [{"name": name, **files[name]} for name in sorted(files)],
        "rows": count.rows,
    }
    return paper_render.render(template, shown, facts["made_at"])


def _build_order_row(order: dict[str, Any]) -> dict[str, Any]:
    answer_lines = [
        f"{answer['status']} {answer['time'][:16].replace('T', ' ')}" for answer in order["answers"]
    ]
    return {
        "order_id": order["order_id"],
        "kind": order["kind"],
        "partner": order["bank"],
        "sent_at": order["sent_at"],
        "answers": answer_lines,
    }
