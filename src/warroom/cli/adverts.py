"""`warroom signals run adverts`: pages whose adverts look like lures, from the lake or from a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom import clock
from warroom.cli.answer import answer, note, say
from warroom.cli.noted import has_ledger, note_troubles, noted_look
from warroom.home import Home, open_home
from warroom.reasons.reason import Language, render

if TYPE_CHECKING:
    from warroom.signals.signal import Signal
    from warroom.subjects.subject import Subject
    from warroom.unread import Unread

SHOWN = 20
HELP = {
    "th": "มีคำของผู้ที่อาจกำลังเดือดร้อน: โทร 1300 (24 ชั่วโมง ไม่เสียค่าใช้จ่าย) แล้วส่งต่อให้คัดกรองก่อนสิ่งอื่นใด",
    "en": "Words of somebody in distress: call 1300 (day and night, free), and refer to screening before anything else",
}
"""The ministry's help line for people; officers hand on, and nothing waits for a score."""


def run_adverts(
    file: Path | None, moment: datetime | None, budget: int, language: Language, json: bool
) -> None:
    """Look, keep what was found where it came from the lake, and say it."""
    from warroom.signals.mules.run import checked

    checked(budget)
    found, added = _of_file(file, moment, budget) if file else _of_lake(moment, budget)
    if json:
        answer(_body(found, added))
        return
    _show(found, language)
    if found and not file:
        note(
            f"{len(found):,} signals as of {found[0].as_of:%Y-%m-%d %H:%M:%S} UTC by {found[0].model_version}; {added:,} new."
        )


def _of_lake(moment: datetime | None, budget: int) -> tuple[Sequence["Signal"], int]:
    from warroom.lake.lake import Lake
    from warroom.signals import store
    from warroom.signals.adverts.run import newest, run

    home = open_home()
    lake = Lake.open(home)
    found = run(home, lake, moment or newest(lake), budget, _taken_down(home))
    note_troubles(home, "adverts")
    added = store.write(lake, found).accepted if found else 0
    detail = {"kind": "adverts", "signals": len(found), "added": added}
    noted_look(home, "adverts", len(found), detail)
    return found, added


def _taken_down(home: Home) -> "Mapping[Subject, datetime]":
    """Pages that officers had taken down; none where a home is a lake alone."""
    from warroom.actions.queries import pages_taken_down
    from warroom.ledger.ledger import Ledger

    if not has_ledger(home):
        return {}
    with Ledger.open(home) as ledger:
        return pages_taken_down(ledger)


def _of_file(file: Path, moment: datetime | None, budget: int) -> tuple[Sequence["Signal"], int]:
    from warroom.signals.adverts.clusters.lures import lures_of
    from warroom.signals.adverts.files import adverts_of
    from warroom.signals.adverts.run import signals

    now = moment or clock.now()
    lures = lures_of(adverts_of(file, now))
    found = signals(lures, now, budget)
    _note_unread(lures.unread)
    return found, 0


def _note_unread(unread: "Unread") -> None:
    if unread.count:
        note(f"{unread.count:,} of the {unread.what} could not be read and were left out: {unread}")


def _body(found: Sequence["Signal"], added: int) -> dict[str, Any]:
    first = found[0] if found else None
    return {
        "kind": "adverts",
        "as_of": first.as_of.isoformat() if first else None,
        "model_version": first.model_version if first else None,
        "added": added,
        "signals": [_one(each) for each in found],
    }


def _one(signal: "Signal") -> dict[str, Any]:
    return {
        "record_id": signal.record_id,
        "rank": signal.rank,
        "subject": str(signal.subject),
        "probability": round(signal.probability, 6),
        "distress": _distress(signal),
        "reasons": [reason.as_json() for reason in signal.reasons],
        "innocent_evidence": [reason.as_json() for reason in signal.innocent],
        "evidence": list(signal.evidence),
    }


def _distress(signal: "Signal") -> bool:
    return any(reason.code == "advert_distress" for reason in signal.reasons)


def _show(found: Sequence["Signal"], language: Language) -> None:
    if not found:
        say("No page stands out.")
        return
    for each in found[:SHOWN]:
        say(f"{each.rank:>4}. {each.subject}  {each.probability:.0%}")
        if _distress(each):
            say(f"      ! {HELP[language]}")
        for sign, reasons in (("why", each.reasons), ("but", each.innocent)):
            for reason in reasons:
                say(f"      {sign}: {render(reason, language)} [{', '.join(reason.evidence[:3])}]")
    if len(found) > SHOWN:
        say(f"... and {len(found) - SHOWN:,} more, on the board and with --json.")
