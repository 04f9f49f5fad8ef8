"""Names that look like a bank's, an agency's or the hotline's, and the honest ones beside them."""

import json
from pathlib import Path

import pytest

from warroom import settings
from warroom.signals.addresses.addresses import iter_addresses
from warroom.signals.addresses.lexical import score_host
from warroom.signals.addresses.look_alike import LIMIT, find_look_alike
from warroom.signals.addresses.named import find_copied_link
from warroom.signals.domains.finding import examine_domain, may_be_blocked
from warroom.signals.messages.normal import normalise_message
from warroom_lab.labelled.bounds import compute_upper_bound


@pytest.mark.parametrize(
    ("name", "like", "how"),
    [
        ("kаsikornbank.com", "kasikornbank.com", "same-look"),
        ("xn--ksikornbank-yij.com", "kasikornbank.com", "same-look"),
        ("bangk0kbank.com", "bangkokbank.com", "same-look"),
        ("kasikornbank.top", "kasikornbank.com", "other-ending"),
        ("scb-login.top", "scb.co.th", "embedded"),
        ("www.scb.co.th.login.xyz", "scb.co.th", "dotted"),
        ("kasikorn.bank.com", "kasikornbank.com", "dotted"),
        ("aoc1441.com", "aoc.mdes.go.th", "other-ending"),
        ("1441-help.top", "aoc.mdes.go.th", "embedded"),
        ("krungthay.com", "krungthai.com", "near"),
        ("bangkokbnak.com", "bangkokbank.com", "near"),
        ("wwwkrungsri.com", "krungsri.com", "near"),
    ],
)
def test_a_copy_is_told_with_whom_it_looks_like(name: str, like: str, how: str) -> None:
    found = find_look_alike(name)
    assert found is not None
    assert (found.like, found.how) == (like, how)


@pytest.mark.parametrize(
    "name",
    ["scb.co.th", "easy.scb.co.th", "scg.co.th", "google.com", "true-love.com", "botanic.com", "shopee.ph",
     "cimb.com.my", "ลดราคา.com", "localhost", "a", "", "...", "xn--", "x" * 5000, "👍.com"],
)  # fmt: skip
def test_own_sites_honest_names_and_broken_ones_look_like_nobody(name: str) -> None:
    assert find_look_alike(name) is None


@pytest.mark.parametrize("name", ["weebly.com", "pages.dev", "bit.ly", "lin.ee", "github.io", "scb.co.th"])
def test_whoever_many_hang_on_is_never_what_may_be_blocked(name: str) -> None:
    assert not may_be_blocked(name)
    assert examine_domain(name, 1.0, {f"08{n:08d}" for n in range(500)}).may_block == ""


def test_below_a_shared_host_the_name_itself_may_be_blocked_and_it_is_said_that_others_share() -> None:
    found = examine_domain("krungthai-next.weebly.com")
    assert found.may_block == "krungthai-next.weebly.com"
    assert [one.code for one in found.against] == ["domain_shared_with_others"]


def test_a_rival_who_reports_an_honest_page_a_thousand_times_is_one_voice() -> None:
    honest = "somchai-furniture.com"
    once = examine_domain(honest, 1.0, ["0811111111"])
    thousand = examine_domain(honest, 1.0, ["0811111111"] * 1000)
    assert thousand.score == once.score < LIMIT
    assert examine_domain(honest, 1.0, ["0811111111", "0822222222", "0833333333"]).score >= LIMIT


def test_addresses_are_found_as_people_write_them() -> None:
    text = "ดู https://a.example.com/x?y=1, hxxp://bad[.]top/z และ scb-th.vip. ราคา 3.50 บาท me@mail.com v1.2.3 http://10.0.0.1/a"
    found = [(each.host, each.numeric) for each in iter_addresses(text)]
    assert found == [("10.0.0.1", True), ("a.example.com", False), ("bad.top", False), ("scb-th.vip", False)]
    assert [text[each.start : each.end] for each in iter_addresses(text)][1] == "https://a.example.com/x?y=1"


def test_more_signs_never_rank_a_name_lower() -> None:
    assert score_host("scb.co.th") == 0
    assert 0 < score_host("shop.top") < score_host("login-shop-168888.top") < 1


def test_only_few_of_the_most_visited_sites_are_taken_for_copies() -> None:
    path = settings.get_folder("WARROOM_SHARED") / "data/text/misp/tranco10k.json"
    if not path.is_file():
        pytest.skip("needs the outside data folder WARROOM_SHARED")
    names = json.loads(Path(path).read_text(encoding="utf-8"))["list"]
    flagged = [name for name in names if find_look_alike(name)]
    assert compute_upper_bound(len(flagged), len(names)) < 0.001, flagged


@pytest.mark.parametrize(
    ("text", "host", "user"),
    [
        ("https://kbank.co.th@evil.top/", "evil.top", "kbank.co.th"),
        ("https://kasikornbank.com@evil.top/login", "evil.top", "kasikornbank.com"),
        ("https://kasikornbank.com:443@evil.top/login", "evil.top", "kasikornbank.com:443"),
        ("kasikornbank.com:x@evil.top/login", "evil.top", "kasikornbank.com:x"),
        ("kasikornbank.com@evil.top", "evil.top", "kasikornbank.com"),
        ("https://a@kbank.co.th@evil.top", "evil.top", "a@kbank.co.th"),
        ("https://kbank.co.th@203.0.113.7/x", "203.0.113.7", "kbank.co.th"),
        ("https://evil.top\\@kasikornbank.com/login", "evil.top", ""),
        ("https://medium.com/@kasikornbank.com/x", "medium.com", ""),
    ],
)
def test_what_stands_before_an_at_sign_is_never_the_host(text: str, host: str, user: str) -> None:
    assert [(one.host, one.user) for one in iter_addresses(text)] == [(host, user)]


@pytest.mark.parametrize("text", ["info@kbank.co.th", "mail first.last@example.com now", "a@b.com"])
def test_a_mailbox_is_no_address_of_a_page(text: str) -> None:
    assert list(iter_addresses(text)) == []


@pytest.mark.parametrize(
    "host", ["kаsikоrnbаnk.соm", "kasikornbank.соm", "www.kasikornbank.соm", "kаsikоrnbаnk.com"]
)
def test_an_ending_in_other_letters_is_another_name(host: str) -> None:
    found = find_look_alike(host)
    assert found
    assert (found.like, found.name) == ("kasikornbank.com", host)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("看 www。kasikornbank。com-login。top/x", ["www.kasikornbank.com-login.top"]),
        ("https://scb．co．th/login", ["scb.co.th"]),
        ("你好。谢谢。公司", []),
        ("我用whatsapp。telegram也行", []),
    ],
)
def test_full_stops_that_a_browser_takes_for_dots_part_a_name_and_no_sentence(
    text: str, hosts: list[str]
) -> None:
    assert [one.host for one in iter_addresses(text)] == hosts


@pytest.mark.parametrize(
    ("text", "is_copied"),
    [
        # A few letters and a country behind a hyphen, beside a brand's name.
        ("การไฟฟ้านครหลวง คืนเงินประกัน ติดต่อ qx-th.cc", True),
        ("สอบถามสินค้าได้ที่ qx-th.cc", False),
        ("ธนาคารไทยพาณิชย์ สาขาใหม่ ดูแผนที่ที่ blue-net.com", False),
        # A carrier whose name is an ordinary word, as a label of its own, in a text about a parcel.
        ("พัสดุของคุณส่งไม่สำเร็จ ติดต่อ www.flash.qvrgo.com", True),
        ("ไฟฉายรุ่นใหม่ ดูที่ www.flash.qvrgo.com", False),
        ("พัสดุของคุณกำลังจัดส่ง ติดตามที่ www.flashexpress.co.th", False),
        # A brand's label cut short, beside its name.
        ("J&T แจ้งพัสดุตกค้าง กดที่ jtexp.info", True),
        ("แอปออกกำลังกาย ดูที่ jtexp.info", False),
        # Three letters and a short lure under a cheap ending.
        ("แลกคะแนนก่อนหมดอายุ aisvip.cc", True),
        ("ตารางแข่งรถ aisvip.se", False),
        # A carrier's own short address.
        ("Kerry Express แจ้งพัสดุ ติดตาม keth.me/abc123", False),
    ],
)
def test_a_link_is_held_against_what_its_message_is_about(text: str, is_copied: bool) -> None:
    message = normalise_message(text)
    [link] = iter_addresses(message.text)
    assert bool(find_copied_link(link, message.text)) == is_copied
