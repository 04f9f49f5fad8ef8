"""The kind of signal `adverts`: pages whose adverts look like lures into scam compounds."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom.reasons.reason import Language
from warroom.signals.kind import SignalKind, SignalScope

if TYPE_CHECKING:
    from warroom.signals.signal import Signal
    from warroom.unread import UnreadTexts

DISTRESS = "advert_distress"
"""The reason that somebody in the advert may need help now."""
HELP: Mapping[Language, str] = {
    "th": "มีคำของผู้ที่อาจกำลังเดือดร้อน: โทร 1300 (24 ชั่วโมง ไม่เสียค่าใช้จ่าย) แล้วส่งต่อให้คัดกรองก่อนสิ่งอื่นใด",
    "en": "Words of somebody in distress: call 1300 (day and night, free), and refer to screening before anything else",
}
"""The ministry's help line; officers refer the person at once, whatever the score."""


def has_distress(signal: "Signal") -> bool:
    """Whether an advert contains words of somebody who may be held captive."""
    return any(reason.code == DISTRESS for reason in signal.reasons)


def _find_advert_signals(look: SignalScope) -> "list[Signal]":
    from warroom.signals.adverts.run import find_newest_time, run
    from warroom.signals.bounds import check_budget

    check_budget(look.budget)
    return run(
        look.home, look.lake, look.as_of or find_newest_time(look.lake), look.budget, look.taken_down()
    )


def _read_file(file: Path, as_of: datetime, budget: int) -> "tuple[list[Signal], UnreadTexts]":
    from warroom.signals.adverts.clusters.lures import build_lures
    from warroom.signals.adverts.files import read_adverts
    from warroom.signals.adverts.run import rank_pages
    from warroom.signals.bounds import check_budget

    check_budget(budget)
    lures = build_lures(read_adverts(file, as_of))
    return rank_pages(lures, as_of, budget), lures.unread


def _describe_signal(signal: "Signal") -> dict[str, Any]:
    return {
        "record_id": signal.record_id,
        "rank": signal.rank,
        "subject": str(signal.subject),
        "probability": round(signal.probability, 6),
        "distress": has_distress(signal),
        "reasons": [reason.as_json() for reason in signal.reasons],
        "innocent_evidence": [reason.as_json() for reason in signal.innocent],
        "evidence": list(signal.evidence),
    }


def _warn_of_distress(signal: "Signal") -> Mapping[Language, str]:
    return HELP if has_distress(signal) else {}


ADVERTS = SignalKind(
    name="adverts",
    subject="page",
    source="SIGNALS-ADVERTS",
    run=_find_advert_signals,
    day_step="days_adverts",
    day_table="adverts",
    techniques=("T1660",),
    own_pages=True,
    read_file=_read_file,
    describe=_describe_signal,
    warn=_warn_of_distress,
    nothing_found="No page stands out.",
)
