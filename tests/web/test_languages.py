"""Two languages as equals: every sentence in both, and never a mixture."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.extract import extract_from_dir

import warroom
from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve
from warroom.cases import alerts
from warroom.public import appeals
from warroom.sentences.catalogue import list_tables, list_words
from warroom.web.kit import flash

SOURCE = Path(warroom.__file__).parent
CATALOG = SOURCE / "locale" / "{}" / "LC_MESSAGES" / "warroom.po"
METHODS = [
    ("warroom/web/**.py", "python"),
    ("warroom/web/templates/**.*", "jinja2"),
    # The laboratory writes what came of an exercise; its page is one of the room's.
    ("warroom_lab/demo/**.py", "python"),
]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
HOLES = re.compile(r"%\(\w+\)s|\{\w+\}")
# What stays as it is in Thai: the program's name, codes, units of computing, what people typed in English.
LATIN_ALLOWED = re.compile(
    r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b|warroom|English|QR|OTP|PDF|RSS|CAP|Enter|Asia/Bangkok|[A-Z]-\d+|[BRT]\d+|WR\w+"
    r"|Tab|Esc|Anna|Boon|anna|boon|hotline|bank-one|\b[jkx]\b|[a-z]+@[a-z.]+"
)


def catalog(code: str) -> dict[str, list[str]]:
    """Every sentence of a catalog with its translations, one a plural form."""
    read = pofile.read_po(io.BytesIO(Path(str(CATALOG).format(code)).read_bytes()))
    found = {}
    for message in read:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            assert not message.fuzzy, key
            found[key] = [message.string] if isinstance(message.string, str) else list(message.string)
    return found


def said_in_code() -> set[str]:
    options = {"**.py": {"encoding": "utf-8"}}
    found = extract_from_dir(str(SOURCE.parent), METHODS, options, KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_no_sentence_of_the_pages_lacks_its_thai() -> None:
    known, said = catalog("th"), said_in_code()
    assert said - set(known) == set()
    assert [key for key in said if not all(known[key])] == []
    assert set(known) - said == set(), "sentences that no page says any more"


def test_the_english_catalog_holds_only_what_english_says_otherwise() -> None:
    known = catalog("en")
    assert set(known) <= said_in_code(), "sentences that no page says any more"
    assert [key for key, said in known.items() if not all(said) or said == [key]] == []


@pytest.mark.parametrize("code", ["th", "en"])
def test_a_translation_fills_in_what_the_sentence_fills_in(code: str) -> None:
    for key, translations in catalog(code).items():
        for translation in translations:
            assert set(HOLES.findall(translation)) <= set(HOLES.findall(key)) | {"%(num)s"}, key
            lost = set(HOLES.findall(key)) - set(HOLES.findall(translation))
            assert lost <= {"%(num)s"}, key


def test_thai_is_thai() -> None:
    for key, (translation, *_) in catalog("th").items():
        plain = LATIN_ALLOWED.sub("", HOLES.sub("", translation))
        assert not re.search(r"[A-Za-z]{3}", plain), f"{key}: {translation}"
        assert re.search(r"[\u0e00-\u0e7f]", translation), key


def visible(page: str) -> str:
    """What a reader sees or hears: text and labels, without what is for the machine or is marked as quoted in English,
    as the names of sources are.
    """
    body = re.sub(r'<span lang="en">.*?</span>', " ", page[page.index("<body") :])
    labels = " ".join(re.findall(r'(?:aria-label|placeholder|data-of|title)="([^"]*)"', body))
    return unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"<pre.*?</pre>", " ", body, flags=re.DOTALL)) + " " + labels
    )


def test_thai_pages_hold_no_english_leftovers(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    pages = [
        anna.page(path, "th")
        for path in ("/", "/work", "/cases", "/wall", "/cases/C-1", "/law", "/orders", "/officers")
    ]
    approve(anna)
    code = night.hold_now(1).reference
    appeals.submit_appeal(night.ledger, code, "สมศรี", "ขายของ")
    pages += [anna.page(path, "th") for path in ("/", "/cases/C-1", "/orders", f"/appeal/{code}")]
    auditor = enter("dara")
    pages += [auditor.page("/audit", "th"), anna.get("/nothing").text, anna.get("/cases/C-99").text]
    known = {name.title() for name in night.people} | set(night.people)
    for page in pages:
        text = LATIN_ALLOWED.sub(" ", visible(page))
        text = re.sub("|".join(sorted(known, key=len, reverse=True)), " ", text)
        text = re.sub(r"\b(?:case|hold|order|officer|appeal|rule|alert|deliveries|log|lake):?\S*", " ", text)
        text = re.sub(r"\b[0-9a-f]{16}…|[0-9a-f]{64}|Police", " ", text)
        assert re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]{2,})*", text) == []


def test_english_pages_hold_no_thai_but_the_switch(anna: Visitor) -> None:
    for path in ("/", "/cases/C-1", "/law", "/orders"):
        text = visible(anna.page(path, "en")).replace("ไทย", "")
        assert re.findall(r"[\u0e00-\u0e7f]+", text) == []


def words_of_codes() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every code of the catalogue's tables with its words; what is written alike in both, as an address is, has no Thai."""
    for table in list_tables():
        for code, words in list_words(table).items():
            if words["en"] != words["th"]:
                yield f"{table}, {code}", words
            else:
                assert table in ("pages.example", "assets.unit", "partners.mark"), f"{table}, {code}"


def test_every_code_of_the_tables_is_said_in_thai_with_what_fills_it() -> None:
    for code, words in words_of_codes():
        plain = LATIN_ALLOWED.sub("", HOLES.sub("", words["th"]))
        assert not re.search(r"[A-Za-z]{3}", plain), f"{code}: {words['th']}"
        assert re.search(r"[\u0e00-\u0e7f]", words["th"]), code
        assert sorted(HOLES.findall(words["th"])) == sorted(HOLES.findall(words["en"])), code


def test_every_table_of_the_catalogue_is_looked_up_somewhere() -> None:
    sources = "\n".join(
        path.read_text("utf-8")
        for path in SOURCE.parent.rglob("*")
        if path.suffix in (".py", ".html") and "node_modules" not in path.parts
    )
    written = set(re.findall(r"""["']([a-z-]+(?:\.[a-z-]+)?)["']""", sources))
    # An answer's table is named by the kind of order that it answers, a notice's by its page.
    written |= {f"orders.answer-{kind}" for kind in list_words("orders.kind")}
    written |= {f"said.{place.strip('/')}" for place in flash.PLACES}
    for table in list_tables():
        assert written & {table, table.partition(".")[2]}, table


@pytest.mark.parametrize(
    ("place", "action", "back"),
    [
        ("/audit", "/audit/verify", "/audit"),
        ("/officers", "/officers", "/officers"),
        ("/cases/C-1", "/cases/C-1/approve", "/cases/C-1"),
        ("/sign-in?next=/orders", "/sign-in", "/sign-in?next=%2Forders"),
    ],
)
def test_a_switch_of_language_on_the_answer_to_a_form_leads_back_to_the_forms_page(
    anna: Visitor, enter: Callable[..., Visitor], night: Night, place: str, action: str, back: str
) -> None:
    night.officer("root1", "admin")
    person = {"/audit": "dara", "/officers": "root1", "/sign-in?next=/orders": ""}.get(place, "anna")
    answer = enter(person).post(place, action, username="nobody", password="wrong", name="")
    found = re.search(r'name="back" value="([^"]*)"', answer.text)
    assert found
    assert unescape(found[1]) == back


def test_an_alert_is_said_in_one_language_with_what_went_wrong(anna: Visitor, night: Night) -> None:
    why = "Order WR1 goes back to no transfer; a bank could not find it."
    facts = {"bank": "B07", "kind": "hold", "order": "WR1"}
    with night.ledger.open_session() as session:
        alerts.raise_alert(session, 1, None, "undelivered", {**facts, "error": why}, night.now)
        alerts.raise_alert(session, 1, None, "silence", {**facts, "minutes": 20}, night.now)
        conflict = {**facts, "status": "partly", "state": "released"}
        alerts.raise_alert(session, 1, None, "conflict", conflict, night.now)
    thai = visible(anna.page("/cases/C-1", "th"))
    assert "คำสั่งระงับไปยังธนาคาร B07" in thai
    assert "ไม่ได้อ้างถึงการโอนใด" in thai
    assert re.findall(r"[A-Za-z]{3,}", LATIN_ALLOWED.sub(" ", thai.split("B07", 1)[1].split("ข้อมูล")[0])) == []
    english = visible(anna.page("/cases/C-1", "en"))
    assert why in english
    assert "'held in part' while the hold is 'released'" in english
