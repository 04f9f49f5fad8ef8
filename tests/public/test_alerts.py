"""What goes round just now is said as long as it is published, and that nothing does is said too."""

from datetime import timedelta

from httpx import Client

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom import clock
from warroom.public.published import publish_page


def test_most_days_there_is_no_alert_and_that_is_said(outside: Client) -> None:
    page = outside.get("/alerts?l=th")
    assert page.status_code == 200
    assert "ตอนนี้ไม่มีประกาศเตือน" in read(page.text)


def test_an_alert_is_shown_in_the_readers_language_and_ends_by_itself(scene: Scene, outside: Client) -> None:
    now = clock.now()
    texts = {"en": "Parcels <b>", "th": "พัสดุ"}
    alerts = [
        {"title": texts, "text": texts, "since": now.isoformat(), "until": (now + left).isoformat()}
        for left in (timedelta(days=2), timedelta(seconds=-1))
    ]
    with scene.ledger.session() as session:
        publish_page(session, "alerts", {"alerts": alerts}, now)
    page = outside.get("/alerts?l=en").text
    assert page.count("<h2>Parcels &lt;b&gt;</h2>") == 1
    assert "พัสดุ" in read(outside.get("/alerts?l=th").text)
