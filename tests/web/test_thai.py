"""Thai words stay whole at the end of a line, and what somebody edits stays as it was."""

import time

from tests.web.conftest import Visitor
from warroom.web.kit.thai import JOINER, join_compounds


def test_a_compound_is_joined_in_what_is_read_and_nowhere_else() -> None:
    page = '<p title="คำตอบ">คำตอบของเจ้าหน้าที่</p><textarea name="x">ผู้เสียหาย</textarea><b>ผู้เสียหาย</b>'
    assert join_compounds(page) == (
        f'<p title="คำตอบ">คำ{JOINER}ตอบของเจ้า{JOINER}หน้า{JOINER}ที่</p>'
        f'<textarea name="x">ผู้เสียหาย</textarea><b>ผู้{JOINER}เสีย{JOINER}หาย</b>'
    )


def test_joining_a_large_page_takes_a_moment() -> None:
    page = "<tr><td class='n'>เจ้าหน้าที่ 1,234</td><td>คำสั่งถึงธนาคาร</td></tr>" * 1_000
    begun = time.process_time()
    join_compounds(page)
    assert time.process_time() - begun < 0.1


def test_pages_in_thai_are_joined(anna: Visitor) -> None:
    anna.client.cookies.set("warroom_language", "th")
    assert JOINER in anna.get("/account").text
    anna.client.cookies.set("warroom_language", "en")
    assert JOINER not in anna.get("/account").text
