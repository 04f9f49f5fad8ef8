"""What goes round just now is said as long as it is published, and that nothing does is said too."""

from datetime import timedelta
from typing import Any

from httpx import Client

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom import clock
from warroom.public.published import publish_page


def said(title: str) -> dict[str, Any]:
    return {"title": title, "do": ["Do."], "looks": ["Looks."], "genuine": "Real.", "short": "Short."}


def alert(number: int, left: timedelta) -> dict[str, Any]:
    """An alert as the room publishes it."""
    now = clock.get_now()
    return {
        "id": number,
        "threat": "parcel",
        "audience": "everyone",
        "wording": {"en": said("Parcels <b>"), "th": said("พัสดุ")},
        "since": now.isoformat(),
        "until": (now + left).isoformat(),
        "rise": None,
        "places": None,
        "messages": [["0" * 12 + "-1-1", "Alert", now.isoformat(), 10]],
    }


def test_most_days_there_is_no_alert_and_that_is_said(outside: Client) -> None:
    page = outside.get("/alerts?l=th")
    assert page.status_code == 200
    assert "ตอนนี้ไม่มีประกาศเตือน" in read(page.text)


def test_an_alert_is_shown_in_the_readers_language_and_ends_by_itself(scene: Scene, outside: Client) -> None:
    alerts = [alert(1, timedelta(days=2)), alert(2, timedelta(seconds=-1))]
    with scene.ledger.open_session() as session:
        publish_page(session, "alerts", {"alerts": alerts, "ended": []}, clock.get_now())
    page = outside.get("/alerts?l=en").text
    assert page.count(">Parcels &lt;b&gt;</a></h2>") == 1
    assert "พัสดุ" in read(outside.get("/alerts?l=th").text)
    assert outside.get("/alerts/2").status_code == 404
    assert "Figures are not shown" in outside.get("/alerts/1?l=en").text
