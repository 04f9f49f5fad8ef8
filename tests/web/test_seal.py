"""Who may see a case: sealed on its own page, and not there for anybody else."""

from collections.abc import Callable

from tests.web.conftest import Night, Visitor

Enter = Callable[..., Visitor]
SEAL = "/cases/C-1/seal"


def room(night: Night) -> None:
    night.case()
    night.officer("com", "commander")
    night.officer("tess", agency="Other")


def test_a_sealed_case_is_there_for_ones_own_agency_and_not_for_another(night: Night, enter: Enter) -> None:
    room(night)
    com, tess, anna = enter("com"), enter("tess"), enter("anna")
    com.post("/cases/C-1", "/cases/C-1/purpose", purpose="investigation", text="to seal it")
    assert f'href="{SEAL}"' in com.page("/cases/C-1")
    assert f'href="{SEAL}"' not in anna.page("/cases/C-1")
    said = com.post(SEAL, SEAL, does="seal", reason="Officers are named in it").text
    assert "The case is sealed" in said
    assert "Sealed to Police" in anna.page("/cases/C-1")
    assert tess.get("/cases/C-1").status_code == 404
    opened = com.post(SEAL, SEAL, does="open", reason="The officers are cleared").text
    assert "open to every agency again" in opened
    assert tess.get("/cases/C-1").status_code == 200


def test_sealing_without_a_reason_says_so_and_keeps_the_ticks(night: Night, enter: Enter) -> None:
    room(night)
    night.officer("first", "admin")
    com = enter("com")
    answer = com.post(SEAL, SEAL, does="seal", reason="")
    assert answer.status_code == 409
    assert "Sealing a case needs a reason" in answer.text
    assert "needs a reason" not in com.page(SEAL)


def test_whoever_opens_part_of_a_case_is_asked_why_and_led_on_to_it(night: Night, enter: Enter) -> None:
    room(night)
    night.officer("inge", "investigator")
    inge = enter("inge")
    asked = inge.get("/cases/C-1/timeline")
    assert asked.status_code == 409
    assert "Why do you open case C-1?" in asked.text
    led = inge.post("/cases/C-1/timeline", "/cases/C-1/purpose", purpose="investigation", text="to follow it")
    assert led.url.path == "/cases/C-1/timeline"
    assert "Time line of C-1" in led.text


def test_the_way_on_never_leads_elsewhere(night: Night, enter: Enter) -> None:
    room(night)
    night.officer("inge", "investigator")
    inge = enter("inge")
    led = inge.post(
        "/cases/C-1",
        "/cases/C-1/purpose",
        purpose="investigation",
        text="to follow it",
        back="//evil.example/",
    )
    assert led.url.host == "127.0.0.1"
