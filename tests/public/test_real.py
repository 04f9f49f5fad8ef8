"""Whether a page, a number or a name is an official one: by a signed list, yes or no."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from httpx import Client

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom import clock, keys
from warroom.errors import SettingError
from warroom.public import channels
from warroom.public.outside.channels import has_valid_signature, match_channel, read_channels
from warroom.web.public.languages import PUBLIC_LANGUAGES, load_sentences


def ask(outside: Client, text: str) -> str:
    return read(outside.post("/real?l=en", data={"q": text}).text)


@pytest.fixture
def listed(scene: Scene) -> None:
    """A list signed today, on which the deployment has its own site."""
    (scene.ledger.home.root / "channels.toml").write_text(
        '[[channels]]\nkind = "web"\nvalue = "check.go.th"\nth = "เรา"\nen = "Us"\n', encoding="utf-8"
    )
    channels.publish_channels(scene.ledger, clock.get_now())


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("text", ["1441", "1-4-4-1", "https://www.check.go.th/", "CHECK.go.th", "๑๔๔๑"])
def test_what_is_on_the_list_is_yes_letter_by_letter(outside: Client, text: str) -> None:
    page = ask(outside, text)
    assert '<section class="ans rep"><h1>Yes, this is on the official list</h1>' in page


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_what_we_never_do_stands_below_its_heading_in_every_language(outside: Client, language: str) -> None:
    page = read(outside.post(f"/real?l={language}", data={"q": "1441"}).text)
    say = load_sentences(language)
    _, parted, never = page.partition(f"<h2>{say('official.never')}</h2>")
    assert parted, "without it the list reads as orders"
    assert [never.count(say(f"official.never_{place}")) for place in (1, 2, 3, 4)] == [1] * 4
    looked = page.partition(f"<h2>{say('official.still')}</h2>")[2].partition("</ul>")[0]
    assert looked.count("<li>") == 1


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("chek.go.th", None),
        ("check-1441.go.th", "-1441"),
        ("cheсk.go.th", "с"),
        ("ch3ck.go.th", "3"),
    ],
)
def test_a_copy_is_no_and_the_part_that_differs_is_marked(
    outside: Client, text: str, marked: str | None
) -> None:
    page = ask(outside, text)
    assert '<section class="ans scam"><h1>Not on the official list</h1>' in page
    assert "The official one is" in page
    if marked:
        assert f"<mark>{marked}</mark>" in page


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "text", ["https://www.facebook.com/amlo.refund", "LINE @amlo-help", "ปปง. คืนเงิน ทาง TikTok"]
)
def test_amlo_has_no_channel_on_facebook_tiktok_or_line(outside: Client, text: str) -> None:
    assert "AMLO has no channel on Facebook, TikTok or LINE" in ask(outside, text)


@pytest.mark.usefixtures("listed")
def test_what_is_unlike_all_is_no_without_a_likeness(outside: Client) -> None:
    page = ask(outside, "some-shop.example")
    assert '<section class="ans none"><h1>Not on our list, which is short</h1>' in page
    assert "Not on the official list" not in page
    assert "The official one is" not in page
    assert "copy" not in page.partition("<main")[2].partition("</main>")[0]
    assert "do not answer" not in page
    assert "We can only say whether it is on the list." in page


@pytest.mark.usefixtures("listed")
def test_the_list_can_be_checked_by_anybody_with_the_rooms_key(scene: Scene, outside: Client) -> None:
    body = outside.get("/.well-known/official-channels.json").json()
    assert body["key"] == keys.format_public_key(scene.ledger.home)
    keys.load_verify_key(scene.ledger.home).verify(bytes.fromhex(body["signature"]), body["list"].encode())
    assert {one["value"] for one in json.loads(body["list"])["channels"]} >= {"1441", "check.go.th"}
    forged = body | {"list": body["list"].replace("1441", "1449")}
    assert not has_valid_signature(forged)
    assert not read_channels(forged, datetime.now(UTC)).fresh


def test_a_list_of_last_week_says_that_it_is_old(scene: Scene, outside: Client) -> None:
    assert "This list is old. Call 1441." in outside.get("/real?l=en").text, "there is none yet"
    channels.publish_channels(scene.ledger, clock.get_now() - timedelta(days=8))
    assert "This list is old. Call 1441." in outside.get("/real?l=en").text
    channels.publish_channels(scene.ledger, clock.get_now())
    time.sleep(1.1)  # a list is read again after a second
    page = outside.get("/real?l=en").text
    assert "This list is old" not in page
    assert "The caller says group 1 of your code first" in page


@pytest.mark.parametrize("away", [timedelta(days=-400), timedelta(days=400)])
def test_an_exercise_judges_its_list_by_the_clock_that_it_was_signed_by(
    scene: Scene, outside: Client, away: timedelta
) -> None:
    with scene.home.turn_clock(lambda: clock.get_real_now() + away):
        channels.publish_channels(scene.ledger, clock.get_now())
        assert "This list is old" not in outside.get("/real?l=en").text
    time.sleep(1.1)  # a list is read again after a second
    if away < timedelta(0):
        assert "This list is old. Call 1441." in outside.get("/real?l=en").text


def test_the_public_pages_ask_no_clock_but_ours() -> None:
    """A page that reads the machine's clock itself judges an exercise's papers by another day than they were made."""
    folders = [Path(str(files(package))) for package in ("warroom.public", "warroom.web.public")]
    asking = [
        path.name
        for folder in folders
        for path in folder.rglob("*.py")
        if re.search(r"datetime\.(now|today|utcnow)\(|date\.today\(", path.read_text(encoding="utf-8"))
    ]
    assert asking == []


def test_the_list_is_signed_once_a_day_and_at_once_where_it_changed(scene: Scene, outside: Client) -> None:
    def signed_at() -> str:
        body = outside.get("/.well-known/official-channels.json").json()
        return str(json.loads(body["list"])["signed_at"])

    now = clock.get_now()
    channels.publish_channels(scene.ledger, now)
    first = signed_at()
    channels.publish_channels(scene.ledger, now + timedelta(hours=2))
    assert signed_at() == first
    (scene.ledger.home.root / "channels.toml").write_text(
        '[[channels]]\nkind = "line"\nvalue = "@check"\nth = "ก"\nen = "a"\n', encoding="utf-8"
    )
    channels.publish_channels(scene.ledger, now + timedelta(hours=3))
    second = signed_at()
    channels.publish_channels(scene.ledger, now + timedelta(hours=28))
    assert first < second < signed_at()


def test_a_broken_file_of_channels_is_told_with_its_name(scene: Scene) -> None:
    (scene.ledger.home.root / "channels.toml").write_text("[[channels]]\nkind = 'fax'\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"channels\.toml is no list of channels"):
        channels.publish_channels(scene.ledger, clock.get_now())


def test_look_alike_letters_of_another_script_are_a_copy(scene: Scene, listed: None) -> None:
    body = channels.load_channels(scene.ledger.home)
    text = {
        "list": json.dumps(
            body | {"signed_at": clock.get_now().isoformat(), "valid_until": clock.get_now().isoformat()}
        )
    }
    ours = match_channel("сhеck.go.th", read_channels(text | {"key": "", "signature": ""}, clock.get_now()))
    assert (ours.verdict, ours.channel and ours.channel["value"]) == ("no", "check.go.th")


def test_what_we_keep_is_said(outside: Client) -> None:
    assert "What we keep" in outside.get("/kept?l=en").text


@pytest.mark.parametrize(("language", "ahead"), [("th", 543), ("en", 0), ("my", 0)])
def test_the_list_says_when_it_was_signed_in_the_readers_years(
    scene: Scene, outside: Client, language: str, ahead: int
) -> None:
    signed = clock.get_now().replace(hour=18, minute=30) - timedelta(days=1)
    channels.publish_channels(scene.ledger, signed)
    page = read(outside.get(f"/real?l={language}").text)
    here = signed + timedelta(hours=7)
    assert f"{here:%d/%m}/{here.year + ahead} 01:30" in page
