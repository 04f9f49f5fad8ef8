"""Adverts for tests: three pages of one organiser on two platforms, one with words of distress, and an honest shop."""

from datetime import UTC, datetime

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.signals import store
from warroom.signals.adverts.advert import list_adverts
from warroom.signals.adverts.clusters.lures import update_lures
from warroom.signals.adverts.run import rank_pages
from warroom.signals.signal import Signal

LOOKED = datetime(2026, 3, 2, 12, tzinfo=UTC)
LURE = "รับแอดมินตอบแชท ที่{place} รายได้ {pay} บาท ไม่ต้องมีประสบการณ์ มีที่พักฟรี ออกค่าเดินทางให้ ไม่ต้องใช้พาสปอร์ต ทักไลน์เท่านั้น LINE: boss99"
DISTRESS = "ช่วยด้วย ถูกขังอยู่ในตึกที่ปอยเปต โดนยึดโทรศัพท์ ทำงานแอดมินตอบแชท รายได้ 45,000 บาท ไม่ต้องใช้พาสปอร์ต มีที่พักฟรี"


def rows() -> list[dict[str, object]]:
    """Rows of the table of adverts."""
    return [
        _row(1, "PL1", "PG-1", LURE.format(place="ปอยเปต", pay="45,000")),
        _row(2, "PL1", "PG-2", LURE.format(place="แม่สอด", pay="55,000")),
        _row(3, "PL2", "PG-3", LURE.format(place="สีหนุวิลล์", pay="39,000")),
        _row(4, "PL2", "PG-4", DISTRESS),
        _row(
            5,
            "PL2",
            "PG-5",
            "ร้านกาแฟในแม่สอดรับพนักงาน เงินเดือน 12,000 บาท มีประกันสังคม สมัครด้วยตนเองที่ร้าน โทร 055-123-456",
        ),
    ]


def _row(at: int, platform: str, page: str, said: str) -> dict[str, object]:
    moment = datetime(2026, 3, 2, 3, tzinfo=UTC)
    return {
        "record_id": f"A-{at}", "time": moment, "platform": platform, "page": page, "poster": "PO", "text": said,
        "contacts": [], "links": [], "place": None, "image_hash": None, "removed_at": None,
    }  # fmt: skip


def looked_at(home: Home, lake: Lake) -> list[Signal]:
    """Put the adverts into the lake and keep what a run finds in them."""
    lake.write_rows("adverts", rows(), source="platforms")
    found = rank_pages(update_lures(home, list_adverts(lake)), LOOKED, 100)
    store.write_signals(lake, found)
    return found
