"""Thai words stay whole at the end of a line, no sign is added to what people copy, and what somebody edits stays as it was."""

import time

from tests.speed import allow_seconds
from tests.web.conftest import Visitor
from warroom.web.kit.thai import keep_words_whole


def test_a_compound_stays_whole_in_what_is_read_and_nowhere_else() -> None:
    left_alone = (
        "<title>คำตอบ</title>",
        '<textarea name="x">ผู้เสียหาย</textarea>',
        "<select><option>คำสั่ง</option></select>",
        "<svg><text>ผู้เสียหาย</text></svg>",
        "<script>// คำตอบ</script>",
        '<p title="คำตอบ">ดี</p>',
    )
    for part in left_alone:
        assert keep_words_whole(part) == part
    assert keep_words_whole("<b>คำตอบของเจ้าหน้าที่</b>") == (
        "<b><t-t><t-w>คำตอบ</t-w>ของ<t-w>เจ้าหน้าที่</t-w></t-t></b>"
    )


def test_a_name_after_its_title_or_rank_stays_whole() -> None:
    for title in ("ร.ต.อ.หญิง ", "พล.ต.ต. ", "น.ส. ", "นาย ", "นาง", "นางสาว"):
        page = keep_words_whole(f"<p>{title}เวรดึก ตาสว่าง อยู่เวร</p>")
        assert "<t-w>ตาสว่าง</t-w> อยู่เวร" in page, title


def test_large_pages_take_a_moment() -> None:
    page = "<tr><td class='n'>เจ้าหน้าที่ 1,234</td><td>คำสั่งถึงธนาคาร</td></tr>" * 1_000
    begun = time.process_time()
    keep_words_whole(page)
    assert time.process_time() - begun < allow_seconds(0.1)


def test_pages_in_thai_have_whole_words_and_no_unseen_sign(anna: Visitor) -> None:
    anna.client.cookies.set("warroom_language", "th")
    for path in ("/account", "/", "/cases", "/search?q=4445"):
        page = anna.get(path).text
        assert "<t-w>" in page, path
        assert "\u2060" not in page, path
    anna.client.cookies.set("warroom_language", "en")
    assert "<t-w>" not in anna.get("/account").text
