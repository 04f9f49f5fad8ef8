"""The case page: what it shows, and what its forms do."""

import json
import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from httpx import Client

from tests.cases.scenes import PASSWORD
from tests.web.conftest import FIELD, Night, Visitor, served
from warroom import clock
from warroom.access.bringers import note_bringer
from warroom.cases.following import refresh_case
from warroom.cases.intake import sync_cases
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.law import decisions
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.money.index.opening import open_index
from warroom.reasons.preselection import BLOCKING
from warroom.room.lookup.views import FactColumn
from warroom.runtime import upkeep
from warroom.web.kit.formats import Say
from warroom.web.lookup.words import LookupWords

TICKS = re.compile(r'name="proposal" value="(\d+)"')


def ticks(visitor: Visitor) -> list[str]:
    return TICKS.findall(visitor.get("/cases/C-1").text)


def approve(visitor: Visitor, **more: object) -> object:
    return visitor.post("/cases/C-1", "/cases/C-1/approve", proposal=ticks(visitor), **more)


def test_it_says_where_the_money_is_and_what_may_be_held(anna: Visitor) -> None:
    page = anna.page("/cases/C-1")
    for figure in ("1,570,000", "912,400", "588,600", "69,000"):
        assert figure in page
    assert "Hold 4 amounts, 912,400 baht" in page
    assert "Emergency Decree on Technology Crime" in page


def test_reasons_and_signs_of_innocence_stand_side_by_side_and_nothing_is_said_aloud(anna: Visitor) -> None:
    page = anna.page("/cases/C-1")
    assert page.count("What speaks for the holder") >= 5
    assert "Not found" in page


def test_the_table_says_the_same_as_the_river(anna: Visitor) -> None:
    page = anna.page("/cases/C-1")
    table = page[page.index("The same as a table") :]
    for account in ("0001447101", "0007902023", "0001118854", "0011661277", "0002220766"):
        assert account in table
    assert 'role="img" aria-label="Money over time, a lane a row.' in page


def test_approving_makes_one_hold_an_account_with_its_order(anna: Visitor, night: Night) -> None:
    answer = approve(anna)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "the hold is in effect when the bank answers" in answer.text  # type: ignore[attr-defined]
    assert night.sql("SELECT count(*), sum(amount) FROM holds")[0] == (4, 91_240_000)
    assert night.sql("SELECT count(*) FROM orders")[0][0] == 4
    assert "0007902023" in anna.page("/orders")


def test_sending_the_same_form_twice_is_one_action(anna: Visitor, night: Night) -> None:
    fields = anna.fields("/cases/C-1", "/cases/C-1/approve") | {"proposal": ticks(anna)}
    first, second = (anna.client.post("/cases/C-1/approve", data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 4


def test_only_what_is_ticked_is_approved(anna: Visitor, night: Night) -> None:
    anna.post("/cases/C-1", "/cases/C-1/approve", proposal=ticks(anna)[:1])
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 1


def test_approving_nothing_says_so_on_the_case_itself(anna: Visitor) -> None:
    answer = anna.post("/cases/C-1", "/cases/C-1/approve")
    assert answer.status_code == 409
    assert "tick at least one" in answer.text
    assert 'hx-get="/cases/C-1/now' in answer.text


def test_a_trail_that_changed_since_must_be_looked_at_again(anna: Visitor, night: Night) -> None:
    answer = anna.post("/cases/C-1", "/cases/C-1/approve", proposal=ticks(anna), snapshot="0" * 64)
    assert answer.status_code == 409
    assert "The trail has changed since" in answer.text
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 0


def test_declining_needs_a_reason(anna: Visitor, night: Night) -> None:
    way = {"to": "/cases/C-1/decline", "proposal": ticks(anna)}
    refused = anna.post("/cases/C-1", "/cases/C-1/approve", **way)
    assert "write one" in refused.text
    taken = anna.post("/cases/C-1", "/cases/C-1/approve", reason="The shop sent the goods", **way)
    assert "The shop sent the goods" in taken.text
    assert night.sql("SELECT count(*) FROM proposals WHERE state = 'declined'")[0][0] == 4


def test_a_hold_is_released_with_a_reason(anna: Visitor, night: Night) -> None:
    approve(anna)
    answer = anna.post("/cases/C-1", "/holds/1/release", reason="The holder showed an invoice")
    assert "The holder showed an invoice" in answer.text
    assert night.hold_now(1).state == "released"


def test_an_extension_needs_two_officers(anna: Visitor, enter: Callable[..., Visitor], night: Night) -> None:
    approve(anna)
    night.sql("UPDATE holds SET state = 'in_effect', held = amount WHERE id = 1")
    before = night.hold_now(1).until
    asked = anna.post("/cases/C-1", "/holds/1/extend", complaint="123/2569", complained_at=None)
    assert asked.status_code == 200
    assert night.hold_now(1).until == before
    boon = enter("boon")
    assert "Approve the extension as second officer" in boon.page("/cases/C-1")
    boon.post("/cases/C-1", "/holds/1/extend", complaint="123/2569")
    assert night.hold_now(1).until > before + timedelta(days=3)


def test_someone_whose_roles_do_not_decide_sees_no_button_and_is_refused(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    auditor = enter("dara")
    assert "Why do you open case C-1?" in auditor.page("/cases/C-1")
    auditor.post("/cases/C-1", "/cases/C-1/purpose", purpose="audit", text="The yearly look")
    page = auditor.page("/cases/C-1")
    assert "Your roles do not decide on holds" in page
    assert "data-approve" not in page
    token = auditor.fields("/cases/C-1", "/sign-out")["csrf"]
    form = {"csrf": token, "key": "k", "snapshot": "s", "proposal": ["1"]}
    assert auditor.client.post("/cases/C-1/approve", data=form).status_code == 403


def test_an_appeal_is_answered_by_someone_who_did_not_approve(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    from warroom.public import appeals

    approve(anna)
    code = night.hold_now(1).reference
    appeals.submit_appeal(night.ledger, code, "Somsri, 081", "I sold a phone")
    assert "Your roles do not answer appeals" in anna.page("/cases/C-1")
    chai = enter("chai")
    answered = chai.post("/cases/C-1", "/appeals/1/answer", uphold="no", reason="The sale is real")
    assert "The sale is real" in answered.text
    assert night.hold_now(1).state == "released"


def test_hostile_text_from_outside_is_shown_as_text(anna: Visitor, night: Night) -> None:
    from warroom.public import appeals

    approve(anna)
    code = night.hold_now(1).reference
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    appeals.submit_appeal(night.ledger, code, hostile, hostile + " {{ 7 * 7 }} %(x)s")
    for language in ("en", "th"):
        page = anna.page("/cases/C-1", language)
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "{{ 7 * 7 }}" in page


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("false police call", '<bdi lang="">false police call</bdi>'),
        ("คอลเซ็นเตอร์_อ้าง-ตำรวจ", '<bdi lang="">คอลเซ็นเตอร์_อ้าง-ตำรวจ</bdi>'),
        ("<b>investment</b> {{ 7 }}", '<bdi lang="">&lt;b&gt;investment&lt;/b&gt; {{ 7 }}</bdi>'),
        ("x" * 500, f'<bdi lang="">{"x" * 79}…</bdi>'),
        ("police", "Sham police"),
    ],
)
def test_a_case_shows_its_sources_own_kind_of_fraud_on_every_page(
    visitor: Visitor, night: Night, said: str, shown: str
) -> None:
    night.transfer("T1")
    night.report("R1", ["T1"], scam_type=said)
    night.sync()
    visitor.sign_in("anna")
    for address in ("/", "/cases", "/cases/C-1"):
        page = visitor.page(address)
        assert shown in page, address
        assert "Kind not known yet" not in page
    told = visitor.client.post("/api/v1/sign-in", json={"username": "anna", "password": PASSWORD}).json()
    headers = {"authorization": f"Bearer {told['token']}"}
    rows = visitor.client.get("/api/v1/cases", headers=headers).json()["rows"]
    assert rows[0]["scam_type"] == said


def test_a_record_says_its_kind_of_fraud_as_a_case_does(anna: Visitor) -> None:
    say = Say("en", NullTranslations(), ZoneInfo("Asia/Bangkok"), False, clock.get_now())
    told = LookupWords(say).format_value("reports", FactColumn("scam_type", "false police call"))
    assert told == '<bdi lang="">false police call</bdi>'


def test_three_hundred_letters_without_a_space_are_shown_whole(anna: Visitor) -> None:
    long = "ก" * 300
    page = anna.post(
        "/cases/C-1", "/cases/C-1/approve", to="/cases/C-1/decline", proposal=ticks(anna), reason=long
    )
    assert long in page.text


def test_an_unknown_case_is_a_sentence_and_a_way_on(anna: Visitor) -> None:
    answer = anna.get("/cases/C-999")
    assert answer.status_code == 404
    assert "There is no case C-999; open the board again." in answer.text
    assert 'href="/"' in answer.text


def test_odd_numbers_in_addresses_and_forms_are_met_with_a_page(anna: Visitor) -> None:
    assert anna.get("/cases/%00%ff").status_code == 404
    assert anna.get("/cases?offset=99999999999999999999").status_code in (200, 404)
    assert anna.get("/cases?offset=x").status_code == 404
    assert anna.get("/audit?before=1").status_code == 403
    form = anna.fields("/cases/C-1", "/cases/C-1/approve")
    for value in ("x", "1" * 40, "-1", "๑"):
        answer = anna.client.post("/cases/C-1/approve", data=form | {"proposal": [value]})
        assert answer.status_code in (404, 409), value


def test_in_earnest_no_hold_is_approved_before_a_lawyer_has_confirmed_the_rule(
    live_home: Home, database: str
) -> None:
    with Ledger.open(live_home) as ledger:
        night = Night(live_home, ledger, Lake.open(live_home))
        night.staff()
        night.case()
        with (
            served(live_home, ledger) as address,
            Client(base_url=address, follow_redirects=True, timeout=60) as client,
        ):
            client.cookies.set("warroom_language", "en")
            anna = Visitor(client)
            anna.sign_in("anna")
            page = anna.page("/cases/C-1")
            assert "EXERCISE" not in page
            assert "no lawyer has confirmed this rule" in page
            assert "has not been confirmed by a lawyer" in approve(anna).text  # type: ignore[attr-defined]
            decisions.confirm_law(ledger, night.people["lek"], "hold-on-report")
            assert "the hold is in effect when the bank answers" in approve(anna).text  # type: ignore[attr-defined]


def test_declining_without_a_reason_says_so_beside_the_field_and_keeps_the_ticks(anna: Visitor) -> None:
    first, *_ = ticks(anna)
    page = anna.post("/cases/C-1", "/cases/C-1/approve", to="/cases/C-1/decline", proposal=[first]).text
    assert "Nothing was changed" not in page
    assert page.index('name="reason"') < page.index("needs a reason") < page.index("data-decline-ticked")
    assert re.findall(r'name="proposal" value="(\d+)"[^>]* checked', page) == [first]


def test_after_a_sign_in_that_ended_nothing_is_ticked_by_itself(anna: Visitor, night: Night) -> None:
    fields = anna.fields("/cases/C-1", "/cases/C-1/approve") | {"proposal": ticks(anna)[:1]}
    night.sql("UPDATE sessions SET expires_at = :then", then=clock.get_now() - timedelta(minutes=1))
    case = {"referer": str(anna.client.base_url.join("/cases/C-1"))}
    refused = anna.client.post("/cases/C-1/approve", data=fields, headers=case)
    assert refused.status_code == 401
    hidden = dict(FIELD.findall(refused.text))
    page = anna.client.post(
        "/sign-in", data=hidden | {"username": "anna", "password": PASSWORD}, headers=case
    ).text
    assert "check the ticks" in page
    assert not re.findall(r'name="proposal" value="(\d+)"[^>]* checked', page)
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 0


def test_declining_nothing_says_so_and_keeps_every_hold_open(anna: Visitor, night: Night) -> None:
    answer = anna.post("/cases/C-1", "/cases/C-1/approve", to="/cases/C-1/decline", reason="A known shop")
    assert answer.status_code == 409
    assert "tick at least one" in answer.text
    assert night.sql("SELECT count(*) FROM proposals WHERE state = 'declined'")[0][0] == 0


@pytest.mark.parametrize("code", sorted(BLOCKING))
def test_a_hold_that_a_doubt_speaks_against_is_ticked_by_hand_alone(
    anna: Visitor, night: Night, code: str
) -> None:
    first, *others = ticks(anna)
    params: dict[str, Any] = {"bank": "B02", "other_bank": "004", "account": "0222222222"}
    params |= {
        "one": "B02",
        "other": "B01",
        "hour": "14:00-15:00",
        "amount": 100,
        "unit": "THB",
        "percent": 60,
    }
    for_holder = {"outweighs", "payer_bank_alone", "rests_on_payer_bank_alone"}
    column = "innocent_evidence" if code in for_holder else "reasons"
    night.sql(
        f"UPDATE proposals SET {column} = CAST(:doubt AS jsonb) WHERE id = :id",
        doubt=json.dumps([{"code": code, "params": params, "evidence": []}]),
        id=int(first),
    )
    page = anna.page("/cases/C-1")
    assert sorted(re.findall(r'name="proposal" value="(\d+)"[^>]* checked', page)) == sorted(others)
    assert f"Hold {len(others)} amounts" in page
    assert "1 unticked: " in page


def test_records_that_ended_long_ago_are_told_in_red_while_money_is_undecided(
    anna: Visitor, night: Night
) -> None:
    for later, told in ((timedelta(0), "[12] h"), (timedelta(minutes=95), r"3 h 3\d min")):
        moment = clock.get_now() + later
        with night.home.turn_clock(lambda moment=moment: moment):
            page = anna.page("/cases/C-1")
        assert re.search(rf"records end [^<]*{told}[^<]* ago", page)
    assert "no newer record has come" in page
    assert "ข้อมูลถึง" in anna.page("/cases/C-1", "th")


def test_where_the_records_ended_long_ago_every_page_says_so_and_none_an_exit(
    visitor: Visitor, night: Night
) -> None:
    night.transfer("T1", time=night.now - timedelta(days=441, minutes=5))
    night.report("R1", ["T1"])
    sync_cases(night.ledger, night.lake, open_index(night.home, night.lake), now=night.now)
    visitor.sign_in("anna")
    for address in ("/", "/cases", "/cases/C-1"):
        page = visitor.page(address)
        assert "records end" in page, address
        assert "441 d" in page, address
        assert not re.search(r"class=\"words\">by ", page), address
        assert "ข้อมูลถึง" in visitor.page(address, "th")
    row, proposal = night.page().row, night.page().proposals[0]
    assert (row.exit_at, row.next_kind, math.isinf(proposal.minutes_to_exit)) == (None, "", True)
    assert (row.leaves, row.decide_by, proposal.decide_by) == (0, None, None)


def test_when_records_come_again_exits_are_estimated_again(night: Night) -> None:
    night.transfer("T1", time=night.now - timedelta(days=9))
    night.report("R1", ["T1"])
    index = open_index(night.home, night.lake)
    sync_cases(night.ledger, night.lake, index, now=night.now)
    later = night.now + timedelta(minutes=10)
    assert upkeep.refresh_due_trails(night.ledger, night.lake, index, later) == 0
    assert night.page().row.records_end is not None
    night.transfer("T2", payer="3003", payee="4004")
    index = open_index(night.home, night.lake)
    upkeep.refresh_due_trails(night.ledger, night.lake, index, later)
    row, page = night.page().row, night.page()
    assert row.records_end is None
    seen = datetime.fromisoformat(page.trail["as_of"])
    assert row.exit_at == seen + timedelta(minutes=page.proposals[0].minutes_to_exit)


def test_the_page_and_the_board_tell_one_time_also_after_a_second_look(night: Night) -> None:
    night.transfer("T1", time=night.now - timedelta(minutes=20))
    night.report("R1", ["T1"])
    index = open_index(night.home, night.lake)
    sync_cases(night.ledger, night.lake, index, now=night.now)
    first = night.page().row.exit_at
    refresh_case(night.ledger, night.lake, index, "C-1", now=night.now + timedelta(hours=5))
    page = night.page()
    seen = datetime.fromisoformat(page.trail["as_of"])
    assert page.row.exit_at > first
    assert abs(page.row.exit_at - seen - timedelta(minutes=page.proposals[0].minutes_to_exit)) < timedelta(
        seconds=1
    )


def test_who_brought_a_file_of_the_trail_reads_so_and_has_no_button_to_approve(
    night: Night, enter: Callable[..., Visitor]
) -> None:
    trail = night.case().trail
    assert trail is not None
    with open_decision(night.ledger, night.anna) as this:
        note_bringer(this, trail["deliveries"][0])
        this.log_entry("file.taken-in", "file:1", {"delivery": trail["deliveries"][0]})
    anna = enter("anna")
    mine = anna.page("/cases/C-1")
    assert f"You brought a file that this trail rests on ({trail['deliveries'][0]})" in mine
    assert "คุณเป็นผู้นำเข้าไฟล์ที่เส้นทางเงินนี้อาศัย" in anna.page("/cases/C-1", "th")
    assert "data-approve" not in mine
    assert "data-approve" in enter("boon").page("/cases/C-1")
