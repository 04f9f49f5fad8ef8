"""The chart's page, its data and its files, without a browser."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from gettext import NullTranslations
from html import unescape
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from tests.exchange.pdf import close, words
from tests.web import trails
from tests.web.conftest import Night, Visitor
from tests.web.test_languages import LATIN_ALLOWED, visible
from warroom import clock
from warroom.exchange.standards import chart_csv
from warroom.room.chart import queries as service
from warroom.room.chart.views import ChartLook
from warroom.room.worklist.order_list import read_log
from warroom.web.chart.labels import find_box
from warroom.web.chart.picture import ChartPicture, build_picture
from warroom.web.kit.formats import Say

Enter = Callable[..., Visitor]
FIRST = "account:B01/0001447101"
SPACE = "{http://graphml.graphdrawing.org/xmlns}"


def rows(page: str, section: str) -> list[str]:
    part = page[page.index(f'id="{section}"') :]
    return re.findall(r"<tr(?: data-node[^>]*)?><td.*?</tr>", part[: part.index("</section>")], re.DOTALL)


def test_the_case_leads_to_its_chart_and_the_tables_say_what_the_drawing_does(anna: Visitor) -> None:
    assert '"/cases/C-1/chart"' in anna.page("/cases/C-1")
    page = anna.page("/cases/C-1/chart")
    assert len(rows(page, "nodes")) == page.count('class="dot ') == 7
    assert len(rows(page, "ties")) == page.count('<path class="tie ')
    assert "1,570,000" in page
    assert "bank:T1" in page


def picture(page: str) -> str:
    return page[page.index("data-chart-picture") : page.index("</svg>", page.index("data-chart-picture"))]


def lit(page: str) -> set[str]:
    """The dots that a choice lights."""
    return set(
        re.findall(r'<a class="dot [^"]* on[^"]*"[^>]* data-dot="account:[^/]+/([^"]+)"', picture(page))
    )


def test_choosing_an_account_lights_its_routes_from_the_victim_to_where_the_money_left(anna: Visitor) -> None:
    page = anna.page("/cases/C-1/chart?chosen=account:B11/0011661277")
    assert lit(page) == {"0003300112", "0001447101", "0011661277", "0009000001"}
    side = page[page.index("data-chart-side") :]
    assert "210,000" in side
    assert "Decide on the hold, 112,000" in side
    assert side.index("Speaks for the holder") < side.index("Why it is on the trail")


def test_finding_chooses_what_was_found_and_says_where_nothing_was(anna: Visitor) -> None:
    page = anna.page("/cases/C-1/chart?find=118854")
    assert "0001118854" in lit(page)
    assert 'id="chosen"' in page
    assert "Nothing on this chart is called “no such”." in unescape(
        anna.page("/cases/C-1/chart?find=no+such")
    )


def test_one_transfer_is_singular(anna: Visitor) -> None:
    page = anna.page("/cases/C-1/chart?chosen=account:B01/0001447101")
    assert "came in 1 transfer;" in page
    assert "1 transfers" not in page


def test_the_area_of_a_circle_and_the_width_of_a_line_are_baht(anna: Visitor) -> None:
    page = picture(anna.page("/cases/C-1/chart"))
    widths = {
        (start, end): float(width)
        for width, start, end in re.findall(
            r'stroke-width="([\d.]+)" data-start="account:([^"]+)" data-end="account:([^"]+)"', page
        )
    }
    first, second = widths["B03/0003300112", "B01/0001447101"], widths["B01/0001447101", "B07/0007902023"]
    assert first / second == pytest.approx(1_570_000 / 642_000, rel=0.02)


def test_a_span_shows_what_happened_in_it(anna: Visitor, night: Night) -> None:
    start = night.now.timestamp() - 41 * 60
    page = anna.page(f"/cases/C-1/chart?until={int(start + 5 * 60)}")
    assert len(rows(page, "ties")) == 2
    assert "478,000" not in page


def test_a_way_is_found_without_scripts(anna: Visitor) -> None:
    page = anna.page("/cases/C-1/chart?start=account:B03/0003300112&end=account:B09/0009000001&by=money")
    way = unescape(page[page.index('id="way"') :])
    way = way[way.index("<ol") :]
    assert way.index("0001447101") < way.index("0007902023") < way.index("0009000001")


def test_a_note_is_pinned_and_taken_off_on_the_page(anna: Visitor) -> None:
    place = f"/cases/C-1/chart?about={FIRST}"
    assert anna.post(place, "/cases/C-1/chart/notes", text="Opened for one day.").status_code == 200
    page = anna.page("/cases/C-1/chart")
    assert "Opened for one day." in page
    anna.post("/cases/C-1/chart", "/cases/C-1/chart/notes/1/off")
    assert "Opened for one day." not in anna.page("/cases/C-1/chart")


def test_what_is_not_on_the_chart_answers_a_sentence_in_ones_language(anna: Visitor) -> None:
    assert anna.get("/cases/C-1/chart?open=account:X/1").status_code == 404
    anna.client.cookies.set("warroom_language", "th")
    assert "ไม่อยู่บนแผนผังแล้ว" in anna.get("/cases/C-1/chart?open=account:X/1").text
    assert anna.get("/cases/C-1/chart?since=soon").status_code == 409


def test_graphml_opens_in_other_programs_and_says_that_it_is_an_exercise(anna: Visitor) -> None:
    answer = anna.get("/cases/C-1/chart/file/graphml")
    assert 'filename="chart-C-1.graphml"' in answer.headers["content-disposition"]
    graph = etree.fromstring(answer.content)[-1]
    assert graph.tag == f"{SPACE}graph"
    nodes = {one.get("id") for one in graph.iter(f"{SPACE}node")}
    edges = list(graph.iter(f"{SPACE}edge"))
    assert FIRST in nodes
    assert all({one.get("source"), one.get("target")} <= nodes for one in edges)
    assert "EXERCISE" in answer.text


FTM = {
    "BankAccount": {"name", "accountNumber", "bankName", "currency", "notes", "summary"},
    "Payment": {"payerAccount", "beneficiaryAccount", "amount", "currency", "startDate", "endDate", "recordId",
                "summary", "description"},
}  # fmt: skip
"""Of FollowTheMoney's model the properties that these schemata have, as far as a chart fills them."""


def test_the_chart_is_taken_along_as_follow_the_money(anna: Visitor) -> None:
    answer = anna.get("/cases/C-1/chart/file/ftm")
    assert 'filename="chart-C-1.ftm.json"' in answer.headers["content-disposition"]
    entities = [json.loads(line) for line in answer.text.splitlines()]
    names = {one["id"] for one in entities}
    assert len(names) == len(entities)
    payments = [one["properties"] for one in entities if one["schema"] == "Payment"]
    assert {end for one in payments for end in (*one["payerAccount"], *one["beneficiaryAccount"])} <= names
    assert ["1570000.00"] in [one["amount"] for one in payments]
    assert all(
        "EXERCISE" in "".join(one["properties"]["summary"]) for one in entities if one["schema"] == "Payment"
    )
    for one in entities:
        assert set(one["properties"]) <= FTM[one["schema"]], one["schema"]


def test_the_published_model_of_follow_the_money_takes_every_entity(anna: Visitor) -> None:
    published = pytest.importorskip("followthemoney", reason="needs the package followthemoney").model
    for line in anna.get("/cases/C-1/chart/file/ftm").text.splitlines():
        made = published.get_proxy(json.loads(line), cleaned=False)
        made.schema.validate(made.to_dict())


def test_tables_as_csv_hold_the_records_and_no_formula(anna: Visitor, night: Night) -> None:
    ties = list(
        csv.DictReader(io.StringIO(anna.get("/cases/C-1/chart/file/ties-csv").content.decode("utf-8-sig")))
    )
    assert ties[0]["amount"] == "1570000.00"
    assert ties[0]["records"] == "transfers:bank:T1"
    assert "EXERCISE" in ties[0]["exercise"]
    assert chart_csv._format_cell("=1+1") == "'=1+1"


def test_the_paper_for_the_court_has_legend_sources_and_the_mark_of_an_exercise(anna: Visitor) -> None:
    said = words(anna.get("/cases/C-1/chart/file/pdf").content)
    for sentence in (
        "Link chart of case C-1",
        "EXERCISE",
        "bank:T1",
        "1,570,000",
        "A circle is an account",
        "Anna",
    ):
        assert close(sentence) in said, sentence


def test_every_file_taken_is_in_the_log(anna: Visitor, night: Night) -> None:
    for form in ("graphml", "nodes-csv", "pdf", "svg", "png"):
        assert anna.get(f"/cases/C-1/chart/file/{form}").status_code == 200
    rows = read_log(night.ledger, night.officer("dara", "auditor"))
    taken = [row.detail["form"] for row in rows if row.verb == "chart.exported"]
    assert taken[::-1] == ["graphml", "nodes-csv", "pdf", "svg", "png"]


def test_hundreds_of_accounts_are_folded_in_the_drawing_and_paged_in_the_tables(
    night: Night, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        night, "golden", lambda lake, index, ids, *, as_of: trails.wide(as_of, ids), raising=True
    )
    night.transfer("T900")
    night.report("R900", ["T900"])
    night.sync()
    page = anna.page("/cases/C-2/chart")
    assert "the 10 largest of" in page
    assert "More than 60" not in page
    brought = re.search(r"Grow: next 10, ([\d,]+) baht", page)
    assert brought
    assert brought[1] != "0"
    everything = anna.page("/cases/C-2/chart?shown=1000")
    assert "More than 60 nodes: the smaller ones are bundled" in everything
    assert everything.count('class="dot ') < 61
    assert re.search(r">\d+ accounts</text>", everything)
    bundle = re.search(r"unfold=(bundle[^\"&]+)", everything)
    assert bundle
    unfolded = anna.page(f"/cases/C-2/chart?shown=1000&unfold={bundle[1]}")
    assert unfolded.count('class="dot ') > everything.count('class="dot ')
    assert anna.page("/cases/C-2/chart?shown=1000&each=1").count('class="dot ') > 300
    assert len(rows(page, "nodes")) == 50
    assert "1 to 50 of" in page
    second = anna.page("/cases/C-2/chart?nodes=50")
    assert not set(rows(page, "nodes")) & set(rows(second, "nodes"))


SAY = Say("en", NullTranslations(), ZoneInfo("Asia/Bangkok"), False, clock.get_now())


def overlaps(picture: ChartPicture) -> list[tuple[str, str]]:
    """The names of labels that lie on each other."""
    labels = [dot.label for dot in picture.dots] + [hull.label for hull in picture.hulls]
    labels += [line.label for line in picture.lines if line.label]
    boxes = [(label.name, find_box(label, label.side)) for label in labels if label.is_shown]
    return [
        (name, other)
        for (name, box), (other, with_it) in combinations(boxes, 2)
        if box[0] < with_it[2] and with_it[0] < box[2] and box[1] < with_it[3] and with_it[1] < box[3]
    ]


@pytest.mark.parametrize("accounts", [20, 60, 300, 1000])
def test_no_two_labels_lie_on_each_other_and_none_is_cut(
    night: Night, monkeypatch: pytest.MonkeyPatch, accounts: int
) -> None:
    monkeypatch.setattr(night, "golden", lambda lake, index, ids, *, as_of: trails.cell(as_of, ids, accounts))
    night.case()
    view = service.read_chart(night.ledger, night.lake, night.anna, "C-1", ChartLook(most=1000))
    # Some names have 60 letters.
    nodes = tuple(
        replace(node, label="ก" * 60 if at % 9 == 0 else node.label) for at, node in enumerate(view.nodes)
    )
    view = replace(view, nodes=nodes)
    for each in (False, True):
        picture = build_picture(view, SAY, each)
        assert overlaps(picture) == []
        shown = [dot for dot in picture.dots if dot.label.is_shown]
        assert len(shown) >= min(15, len(picture.dots) // 2)
        assert next(dot for dot in picture.dots if dot.tone == "victim").label.is_shown
        for label in [dot.label for dot in shown]:
            left, top, right, low = find_box(label, label.side)
            assert picture.left <= left < right <= picture.left + picture.width
            assert picture.top <= top < low <= picture.top + picture.height
        assert len(picture.dots) > accounts if each else len(picture.dots) <= 60


def test_the_charts_of_two_cases_are_one_page(night: Night, anna: Visitor) -> None:
    night.transfer("T900")
    night.report("R900", ["T900"])
    night.sync()
    page = anna.get("/cases/C-1/chart/with?other=C-2").text
    assert "Link chart of C-1 + C-2" in page
    assert len(re.findall(r'class="dot [^"]*both', page)) == 7
    both = page[page.index('id="both"') : page.index('id="places"')]
    assert "C-1 642,000, C-2 642,000" in unescape(both) or "C-1 790,000, C-2 790,000" in unescape(both)
    assert "0009000001" not in both
    ends = page[page.index('id="places"') : page.index("</details>", page.index('id="places"'))]
    assert "money left here: C-1" in ends
    assert "honest shop: C-1" in ends


def test_choosing_on_a_joined_chart_shows_what_each_case_knows(night: Night, anna: Visitor) -> None:
    night.transfer("T900")
    night.report("R900", ["T900"])
    night.sync()
    page = anna.page("/cases/C-1/chart/with/C-2?chosen=account:B11/0011661277")
    side = page[page.index('id="chosen"') :]
    side = side[: side.index("</section>")]
    assert side.count("Speaks for the holder") == side.count("Why it is on the trail") == 2
    assert "Decide on the hold in C-1" in side
    assert "Decide on the hold in C-2" in side
    assert {"0003300112", "0001447101", "0011661277"} <= lit(page)


def test_thai_is_thai_and_english_english(anna: Visitor) -> None:
    anna.post(f"/cases/C-1/chart?about={FIRST}", "/cases/C-1/chart/notes", text="1234")
    thai = anna.page(f"/cases/C-1/chart?start={FIRST}&end={FIRST}", "th")
    text = re.sub(
        r"[0-9a-f]{64}|GraphML|FollowTheMoney|SVG|PNG|STIX|MISP|CASE|UCO",
        " ",
        LATIN_ALLOWED.sub(" ", visible(thai)),
    )
    assert re.findall(r"[A-Za-z]{3,}", text) == []
    english = visible(anna.page("/cases/C-1/chart", "en")).replace("ไทย", "").replace("การฝึกซ้อม", "")
    assert re.findall(r"[\u0e00-\u0e7f]+", english) == []


def test_programs_ask_the_same_over_the_interface(night: Night, anna: Visitor) -> None:
    signed = anna.client.post(
        "/api/v1/sign-in", json={"username": "anna", "password": "correct horse battery"}
    )
    headers = {"authorization": f"Bearer {signed.json()['token']}"}
    found = anna.client.get("/api/v1/cases/C-1/chart", headers=headers).json()
    assert found["ties"][0]["amount"] == "1570000.00"
    opened = anna.client.post("/api/v1/cases/C-1/chart/expand", headers=headers, json={"node": FIRST})
    assert opened.status_code == 200, opened.text
    way = anna.client.get(
        "/api/v1/cases/C-1/chart/path",
        headers=headers,
        params={"start": "account:B03/0003300112", "end": FIRST, "by": "money"},
    )
    assert way.json()["hops"][0]["amount"] == "1570000.00"
    body = {"node": FIRST, "text": "Seen before."}
    noted = anna.client.post(
        "/api/v1/cases/C-1/chart/notes", headers=headers | {"Idempotency-Key": "note-0001"}, json=body
    )
    assert noted.status_code == 201
    view = service.read_chart(night.ledger, night.lake, night.anna, "C-1", ChartLook())
    assert [note.text for note in view.notes] == ["Seen before."]
    assert json.loads(noted.text)["id"] == view.notes[0].id


def test_a_chart_and_a_time_line_of_dollars_say_dollars_and_never_baht(night: Night, enter: Enter) -> None:
    whole = night.golden
    night.golden = lambda *asked, **more: replace(whole(*asked, **more), currency="USD", holds=())  # type: ignore[method-assign]
    night.case()
    anna = enter("anna")
    page = anna.page("/cases/C-1/chart")
    assert "All amounts here are in USD, not in baht." in page
    assert "1,570,000 USD" in picture(page)
    table = anna.get("/cases/C-1/chart/file/ties-csv").content.decode("utf-8-sig")
    assert {tie["currency"] for tie in csv.DictReader(io.StringIO(table)) if tie["amount"]} == {"USD"}
    assert close("Still there, USD") in words(anna.get("/cases/C-1/chart/file/pdf").content)
    assert "50,000 USD" in anna.page("/cases/C-1/timeline")
    assert "จำนวนเงินทั้งหมดในหน้านี้เป็นสกุล USD" in anna.page("/cases/C-1/chart", "th")
