"""The bundle's index as a PDF, in Thai and English."""

from importlib import resources
from typing import Any

from warroom.evidence.bundle import expert
from warroom.evidence.bundle.gather import Gathered
from warroom.evidence.bundle.log import Count
from warroom.papers import render as paper_render


def render(facts: dict[str, Any], found: Gathered, files: dict[str, dict[str, Any]], count: Count) -> bytes:
    """The index over the parts written so far; dated by the bundle's own moment, so the same state gives the same
    bytes.
    """
    # The last part but the manifest: it lists every file that is written, and is listed itself only there.
    template = resources.files(__package__).joinpath("index.typ").read_text(encoding="utf-8")
    shown = {
        "facts": facts,
        "fingerprint": expert.fingerprint(bytes.fromhex(facts["key"])),
        "items": found.documents["evidence.json"]["items"],
        "officers": found.documents["evidence.json"]["officers"],
        "orders": [_order(order) for order in found.documents["orders.json"]],
        "snapshots": sorted(found.texts),
        "files": [{"name": name, **files[name]} for name in sorted(files)],
        "rows": count.rows,
    }
    return paper_render.render(template, shown, facts["made_at"])


def _order(order: dict[str, Any]) -> dict[str, Any]:
    said = [f"{answer['status']} {answer['time'][:16].replace('T', ' ')}" for answer in order["answers"]]
    return {
        "order_id": order["order_id"],
        "kind": order["kind"],
        "partner": order["bank"],
        "sent_at": order["sent_at"],
        "answers": said,
    }
