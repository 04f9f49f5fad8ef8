"""Campaigns: what rises is said by two officers, goes out at its hour, ends by itself, and is shown as CAP, RSS and a page."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import Client
from lxml import etree

from tests.cases.scenes import Scene
from tests.public.campaigning import PARCEL, SAID, THURSDAY, approved, released, struck, weeks
from tests.public.test_report import read
from warroom import clock, settings
from warroom.errors import NotAllowed, NotPossible
from warroom.public.campaigns import decisions, publication, queries, renewals
from warroom.public.campaigns.decisions import CampaignDraft
from warroom.public.campaigns.publication import PAGE
from warroom.public.campaigns.schema import Campaign
from warroom.public.schema import PublishedPage

XSD = settings.get_folder("WARROOM_SHARED") / "data/standards/CAP-v1.2.xsd"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def written(scene: Scene, draft: CampaignDraft = PARCEL, key: str = "k") -> int:
    return decisions.save_draft(scene.ledger, scene.anna, draft, key, now=THURSDAY)


def code_of(problem: pytest.ExceptionInfo[NotPossible]) -> str:
    return problem.value.code


def body(scene: Scene) -> dict[str, list[dict[str, object]]]:
    with scene.ledger.open_session() as session:
        return session.get_one(PublishedPage, PAGE).body


def caps(scene: Scene) -> list[etree._Element]:
    rows = scene.sql("SELECT text FROM campaign_messages ORDER BY campaign_id, number")
    return [etree.fromstring(text.encode()) for (text,) in rows]


def test_what_is_outside_its_band_stands_first_and_what_swings_as_usual_does_not_rise(scene: Scene) -> None:
    weeks(scene)
    first, second = queries.list_rises(scene.ledger, scene.lake, scene.anna, "cases", now=THURSDAY).rows
    assert (first.threat, first.count, first.rising) == ("parcel", 60, True)
    assert first.high is not None
    assert first.high < 40
    assert (second.threat, second.rising) == ("purchase", False)


def test_inside_its_band_nothing_is_announced(scene: Scene) -> None:
    weeks(scene, last=23)
    number = written(scene)
    with pytest.raises(NotPossible) as refused:
        decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, "q", now=THURSDAY)
    assert code_of(refused) == "campaigns.inside-band"


def test_one_officer_alone_lets_nothing_out(scene: Scene) -> None:
    weeks(scene)
    number = decisions.save_draft(scene.ledger, scene.boon, PARCEL, "k", now=THURSDAY)
    seen = decisions.request_approval(scene.ledger, scene.lake, scene.boon, number, "q", now=THURSDAY)
    with pytest.raises(NotPossible) as refused:
        decisions.approve_campaign(
            scene.ledger, scene.lake, scene.boon, number, seen.digest, "a", now=THURSDAY
        )
    assert code_of(refused) == "campaigns.same-officer"
    with pytest.raises(NotAllowed):
        decisions.approve_campaign(
            scene.ledger, scene.lake, scene.anna, number, seen.digest, "b", now=THURSDAY
        )


def test_what_changed_since_it_was_read_is_not_approved(scene: Scene) -> None:
    weeks(scene)
    number = written(scene)
    seen = decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, "q", now=THURSDAY)
    again = replace(PARCEL, audience="everyone")
    decisions.save_draft(scene.ledger, scene.anna, again, "k2", number, now=THURSDAY)
    decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, "q2", now=THURSDAY)
    with pytest.raises(NotPossible) as refused:
        decisions.approve_campaign(
            scene.ledger, scene.lake, scene.boon, number, seen.digest, "a", now=THURSDAY
        )
    assert code_of(refused) == "campaigns.changed"


def test_it_goes_out_at_its_hour_and_ends_by_itself(scene: Scene) -> None:
    weeks(scene)
    hour = THURSDAY + timedelta(hours=3)
    approved(scene, replace(PARCEL, release_at=hour))
    struck(scene, THURSDAY)
    assert scene.sql("SELECT state FROM campaigns") == [("scheduled",)]
    struck(scene, hour)
    [alert] = body(scene)["alerts"]
    assert alert["since"] == hour.isoformat()
    assert alert["rise"]["count"] == 60  # type: ignore[index]
    struck(scene, hour + timedelta(days=7))
    assert body(scene)["alerts"] == []
    assert [one["title"]["en"] for one in body(scene)["ended"]] == [SAID["en"]["title"]]  # type: ignore[index]


def test_a_second_click_changes_nothing_and_every_step_stands_in_the_log(scene: Scene) -> None:
    weeks(scene)
    number = released(scene)
    renewals.renew_campaign(
        scene.ledger, scene.lake, scene.anna, number, "r", now=THURSDAY + timedelta(days=1)
    )
    renewals.renew_campaign(
        scene.ledger, scene.lake, scene.anna, number, "r", now=THURSDAY + timedelta(days=2)
    )
    decisions.end_campaign(
        scene.ledger, scene.boon, number, "It was a test.", "e", now=THURSDAY + timedelta(days=3)
    )
    assert [message.kind for message in queries.load_campaign(scene.ledger, scene.anna, number).messages] == [
        "Alert",
        "Update",
        "Cancel",
    ]
    verbs = [
        verb for (verb,) in scene.sql("SELECT verb FROM audit WHERE verb LIKE 'campaign.%' ORDER BY sequence")
    ]
    assert verbs == [
        "campaign.written",
        "campaign.looked",
        "campaign.asked",
        "campaign.approved",
        "campaign.renewed",
        "campaign.ended",
        "campaign.read",
    ]


def test_each_message_says_what_it_follows_and_one_block_stands_for_each_language(scene: Scene) -> None:
    weeks(scene)
    number = released(scene)
    renewals.renew_campaign(
        scene.ledger, scene.lake, scene.anna, number, "r", now=THURSDAY + timedelta(days=1)
    )
    decisions.end_campaign(scene.ledger, scene.boon, number, "Over.", "e", now=THURSDAY + timedelta(days=3))
    alert, update, cancel = caps(scene)
    assert [one.findtext(f"{CAP}msgType") for one in (alert, update, cancel)] == ["Alert", "Update", "Cancel"]
    assert [one.text for one in alert.iter(f"{CAP}language")] == ["th", "en"]
    assert [one.text for one in alert.iter(f"{CAP}areaDesc")] == ["ทั้งประเทศ", "The whole country"]
    assert alert.findtext(f"{CAP}references") is None
    named = [
        ",".join(one.findtext(f"{CAP}{name}") or "" for name in ("sender", "identifier", "sent"))
        for one in (alert, update)
    ]
    assert cancel.findtext(f"{CAP}references") == " ".join(named)
    assert alert.findtext(f"{CAP}status") == "Exercise" if scene.home.exercise else "Actual"


@pytest.mark.skipif(not XSD.exists(), reason=f"needs the schema of CAP 1.2 at {XSD}")
def test_every_message_is_valid_by_the_standards_own_schema(scene: Scene) -> None:
    weeks(scene)
    full = {**SAID, "my": SAID["en"] | {"title": "သတိပေးချက် <&>"}}
    number = released(scene, replace(PARCEL, wording=full))
    renewals.renew_campaign(
        scene.ledger, scene.lake, scene.anna, number, "r", now=THURSDAY + timedelta(days=1)
    )
    decisions.end_campaign(scene.ledger, scene.boon, number, "Over.", "e", now=THURSDAY + timedelta(days=3))
    schema = etree.XMLSchema(etree.parse(XSD))
    for message in caps(scene):
        assert schema.validate(message), schema.error_log


@pytest.mark.parametrize(
    ("part", "said", "code"),
    [
        ("title", "", "campaigns.wording-missing"),
        ("title", "x" * 91, "campaigns.wording-long"),
        ("short", "Look at https://check.example", "campaigns.wording-names"),
        ("short", "Call 081-234-5678", "campaigns.wording-names"),
        ("genuine", "โอนเข้า ๑๒๓๔๕๖๗๘๙๐", "campaigns.wording-names"),
        ("do", ["a", "b", "c", "d"], "campaigns.wording-many"),
        ("looks", ["thpost.icu"], "campaigns.wording-names"),
        ("looks", ["Write to @parcel_help"], "campaigns.wording-names"),
    ],
)
def test_wording_that_is_too_long_or_names_somebody_is_refused(
    scene: Scene, part: str, said: object, code: str
) -> None:
    with pytest.raises(NotPossible) as refused:
        written(scene, replace(PARCEL, wording=SAID | {"en": SAID["en"] | {part: said}}))
    assert code_of(refused) == code


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"threat": "weather"}, "campaigns.threat-unfit"),
        ({"audience": "women"}, "campaigns.threat-unfit"),
        ({"channels": []}, "campaigns.threat-unfit"),
        ({"channels": ["page", "fax"]}, "campaigns.threat-unfit"),
        ({"held_share": 0.9}, "campaigns.hold-unfit"),
        ({"held_share": -1.0}, "campaigns.hold-unfit"),
        ({"hold_days": 3}, "campaigns.hold-unfit"),
        ({"measure": "likes"}, "campaigns.hold-unfit"),
        ({"release_at": THURSDAY + timedelta(days=99)}, "campaigns.times-unfit"),
    ],
)
def test_what_no_form_offers_is_refused(scene: Scene, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(NotPossible) as refused:
        written(scene, replace(PARCEL, **wrong))  # type: ignore[arg-type]
    assert code_of(refused) == code


def test_signs_that_no_page_can_carry_are_left_out(scene: Scene) -> None:
    odd = SAID["en"] | {"title": "Parcels\x00 \u202eask\ufffe for <script>tax</script>"}
    weeks(scene)
    released(scene, replace(PARCEL, wording=SAID | {"en": odd}))
    [alert] = caps(scene)
    assert [one.text for one in alert.iter(f"{CAP}headline")][1] == "Parcels ask for <script>tax</script>"


def test_without_thai_or_english_nobody_is_asked(scene: Scene) -> None:
    weeks(scene)
    number = written(scene, replace(PARCEL, wording={"th": SAID["th"]}))
    with pytest.raises(NotPossible) as refused:
        decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, "q", now=THURSDAY)
    assert code_of(refused) == "campaigns.wording-missing"


def test_small_groups_are_announced_without_their_figures(scene: Scene, outside: Client) -> None:
    weeks(scene, last=25, usual=2)
    released(scene)
    [alert] = body(scene)["alerts"]
    assert alert["rise"] is None


def test_a_citizen_reads_page_rss_and_cap(
    scene: Scene, outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "get_now", lambda: THURSDAY + timedelta(hours=1))
    weeks(scene)
    number = released(scene)
    for language in ("th", "en"):
        title = SAID[language]["title"]
        listed = read(outside.get(f"/alerts?l={language}").text)
        assert title in listed
        page = read(outside.get(f"/alerts/{number}?l={language}").text)
        assert SAID[language]["short"] in page
        assert "60" in page
        assert title in read(outside.get(f"/?l={language}").text)
        feed = outside.get(f"/alerts/rss.xml?l={language}")
        assert feed.headers["content-type"].startswith("application/rss+xml")
        root = etree.fromstring(feed.content)
        assert root.findtext("channel/item/title") == title
    enclosure = root.find("channel/item/enclosure")
    assert enclosure is not None
    message = outside.get(
        enclosure.get("url", "").partition("/alerts")[1] + enclosure.get("url", "").partition("/alerts")[2]
    )
    assert message.headers["content-type"].startswith("application/cap+xml")
    assert len(message.content) == int(enclosure.get("length", "0"))
    assert message.text == scene.sql("SELECT text FROM campaign_messages")[0][0]
    assert outside.get("/alerts/99").status_code == 404
    assert outside.get("/alerts/cap/numbers.xml").status_code == 404


def test_no_cache_hands_one_readers_rss_to_another(outside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARROOM_PUBLIC_ADDRESS", raising=False)
    here = outside.base_url.netloc.decode()
    for ours in ("", "https://citizens.example"):
        monkeypatch.setenv("WARROOM_PUBLIC_ADDRESS", ours)
        answer = outside.get("/alerts/rss.xml")
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert {"accept-language", "cookie"} <= set(answer.headers["vary"].lower().split(", "))
        assert here not in answer.text, "its links lead nowhere that an asker said"


def test_an_alert_that_was_taken_back_says_so(
    scene: Scene, outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "get_now", lambda: THURSDAY + timedelta(hours=1))
    weeks(scene)
    number = released(scene)
    decisions.end_campaign(
        scene.ledger, scene.boon, number, "Wrong firm.", "e", now=THURSDAY + timedelta(hours=1)
    )
    page = outside.get(f"/alerts/{number}?l=en").text
    assert "This alert has ended" in page
    assert "We took it back" in page
    assert "Wrong firm" not in page
    [(cancel, text)] = scene.sql("SELECT identifier, text FROM campaign_messages WHERE kind = 'Cancel'")
    assert f"/alerts/cap/{cancel}.xml" in page
    [item] = etree.fromstring(outside.get("/alerts/rss.xml?l=en").content).findall("channel/item")
    assert item.findtext("title") == f"This alert has ended · {SAID['en']['title']}"
    assert item.findtext("description") == "We took it back."
    assert item.findtext("guid") == cancel
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("url", "").endswith(f"/alerts/cap/{cancel}.xml")
    assert enclosure.get("length") == str(len(text.encode()))
    # Once it would have ended by itself, nobody needs to be told.
    monkeypatch.setattr(clock, "get_now", lambda: THURSDAY + timedelta(days=7, seconds=1))
    assert etree.fromstring(outside.get("/alerts/rss.xml").content).findall("channel/item") == []


def test_who_writes_the_page_second_waits_and_brings_nothing_back(scene: Scene) -> None:
    weeks(scene)
    number = released(scene)

    def write_too() -> None:
        with scene.ledger.open_session() as session:
            publication.publish_alerts(session, scene.home, THURSDAY)

    with ThreadPoolExecutor(1) as beside:
        with scene.ledger.open_session() as session:
            row = session.get_one(Campaign, number)
            row.state, row.cause, row.ended_at = "ended", "cancelled", THURSDAY
            publication.publish_alerts(session, scene.home, THURSDAY)
            second = beside.submit(write_too)
            with pytest.raises(TimeoutError):
                second.result(timeout=1.0)
        second.result(timeout=30)
    assert body(scene)["alerts"] == []


def test_who_asked_for_the_release_of_anothers_draft_does_not_approve_it(scene: Scene) -> None:
    weeks(scene)
    number = written(scene)
    seen = decisions.request_approval(scene.ledger, scene.lake, scene.boon, number, "q", now=THURSDAY)
    with pytest.raises(NotPossible) as refused:
        decisions.approve_campaign(
            scene.ledger, scene.lake, scene.boon, number, seen.digest, "a", now=THURSDAY
        )
    assert code_of(refused) == "campaigns.same-asker"
    decisions.decline_campaign(scene.ledger, scene.boon, number, "Somebody else asks.", "d", now=THURSDAY)
    seen = decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, "r", now=THURSDAY)
    approved = decisions.approve_campaign(
        scene.ledger, scene.lake, scene.boon, number, seen.digest, "b", now=THURSDAY
    )
    assert approved.line.state == "scheduled"


def test_what_was_asked_for_days_ago_is_not_approved(scene: Scene) -> None:
    weeks(scene)
    number = written(scene)
    seen = decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, "q", now=THURSDAY)
    late = THURSDAY + timedelta(days=2, seconds=1)
    with pytest.raises(NotPossible) as refused:
        decisions.approve_campaign(scene.ledger, scene.lake, scene.boon, number, seen.digest, "a", now=late)
    assert code_of(refused) == "campaigns.asked-long-ago"


def test_after_an_outage_over_its_hour_it_does_not_go_out(scene: Scene) -> None:
    weeks(scene)
    number = approved(scene)
    struck(scene, THURSDAY + timedelta(hours=1, seconds=1))
    view = queries.load_campaign(scene.ledger, scene.anna, number)
    assert (view.line.state, view.messages, view.ended_by) == ("withdrawn", (), "")
    assert scene.sql("SELECT count(*) FROM outside_published WHERE name LIKE 'cap/%'") == [(0,)]
