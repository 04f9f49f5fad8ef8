"""Copies of one script: found however reworded, with numbers that stay; pages tied by what they share, and not by hubs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from benchmarks.copies import pairwise
from benchmarks.rewording import reworded

from tests.signals.made_adverts import LURE
from warroom.home import open_home
from warroom.reasons.reason import render
from warroom.signals.adverts.advert import Advert
from warroom.signals.adverts.clusters import growing
from warroom.signals.adverts.clusters.contacts import extract_contacts
from warroom.signals.adverts.clusters.lures import HUB, build_lures, update_lures
from warroom.signals.adverts.clusters.scripts import Scripts
from warroom.signals.adverts.run import rank_pages
from warroom.subjects.subject import Subject

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SCRIPTS = (
    "รับสมัครแอดมินตอบแชทลูกค้าต่างชาติ ทำงานในห้องแอร์ มีที่พักและอาหารครบทุกมื้อ รายได้ดีกว่าที่อื่น สนใจทักมาคุยกันก่อนได้เลยครับ",
    "Our seaside hotel looks for a receptionist who likes meeting people, knows two languages and can work shifts through the season",
    "工厂招聘普工，两班倒，包吃住，每月十五号发工资，满一年有年终奖，长期招人，身体健康能吃苦耐劳者均可报名，欢迎老乡介绍",
    "Công ty cần tuyển nhân viên kho vận làm việc tại khu công nghiệp, thu nhập ổn định, có xe đưa đón và cơm trưa cho người ở xa",
    "អ្នកបើកបរដឹកជញ្ជូនត្រូវមានប័ណ្ណបើកបរ និងស្គាល់ផ្លូវក្នុងរាជធានី ធ្វើការប្រាំមួយថ្ងៃក្នុងមួយសប្តាហ៍ ប្រាក់ខែតាមបទពិសោធន៍",
)


def advert(at: int, text: str = "", page: str = "", contact: str = "", link: str = "") -> Advert:
    given = ((contact,) if contact else (), (link,) if link else ())
    return Advert(
        f"A{at}",
        "platforms",
        NOW,
        NOW,
        "PL1",
        page or f"PG{at}",
        "PO1",
        text or f"advert {at}",
        *given,
        "",
        "",
        None,
    )


@pytest.mark.parametrize("how", ["light", "medium", "heavy"])
def test_rewordings_of_a_script_are_one_cluster_and_scripts_stay_apart(how: str) -> None:
    rng = np.random.default_rng(4)
    truth = np.repeat(np.arange(len(SCRIPTS)), 8)
    scripts = Scripts.open()
    scripts.add_texts([reworded(SCRIPTS[at], how, rng) for at in truth])
    precision, recall = pairwise(scripts.list_cluster_roots(), truth)
    assert precision == 1
    assert recall >= 0.9


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_heavy_rewording_keeps_most_letters_also_where_no_space_parts_words(script: str) -> None:
    rng = np.random.default_rng(6)
    least = min(len(reworded(script, "heavy", rng)) for _ in range(200))
    assert least > len(script) / 2  # a copy of which nothing is left is no copy


def test_numbers_stay_when_more_come_and_when_they_are_read_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    scripts = Scripts.open(tmp_path / "kept")
    scripts.add_texts([*SCRIPTS, *(reworded(text, "light", rng) for text in SCRIPTS)])
    scripts.save()
    before = scripts.list_cluster_roots()
    assert before[len(SCRIPTS) :].tolist() == before[: len(SCRIPTS)].tolist()
    again = Scripts.open(tmp_path / "kept")
    new = again.add_texts([reworded(text, "medium", rng) for text in SCRIPTS])
    assert again.list_cluster_roots()[: len(before)].tolist() == before.tolist()
    assert again.list_cluster_roots()[new].tolist() == list(range(len(SCRIPTS)))


def test_a_text_that_copies_two_scripts_changes_neithers_number_and_tells_both(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    seen = [advert(at, SCRIPTS[at // 2], f"P{at}") for at in range(4)]
    before = update_lures(home, seen).script_of
    both = advert(9, f"{SCRIPTS[0]} {SCRIPTS[1]}")
    lures = update_lures(home, [*seen, both])
    assert {key: lures.script_of[key] for key in before} == before
    assert sorted(lures.scripts_of(both)) == sorted(set(before.values()))
    for page in ("P0", "P2"):
        down = {Subject("page", page): NOW}
        assert (
            both.key
            in update_lures(
                home, [*seen, replace(both, received_at=NOW, time=NOW)], down
            ).copies_of_taken_down
        )


def joined(scripts: Scripts, *, seed: int, others: int = 0) -> Scripts:
    """A day's texts join: copies of scripts, and others that copy nothing."""
    rng = np.random.default_rng(seed)
    alone = ["".join(map(chr, rng.integers(ord("a"), ord("z") + 1, 60))) for _ in range(others)]
    scripts.add_texts([*alone, *(reworded(text, "medium", rng) for text in SCRIPTS)])
    return scripts


def test_what_is_kept_in_files_day_by_day_is_what_would_be_known_without_them(tmp_path: Path) -> None:
    alone = Scripts.open()
    for day in range(20):
        joined(alone, seed=day, others=50)
        joined(Scripts.open(tmp_path), seed=day, others=50).save()
    kept = Scripts.open(tmp_path)
    for name in (
        "values",
        "starts",
        "parents",
        "beside",
        "keys",
        "texts",
        "known",
        "shown",
        "founded",
        "entries",
    ):
        assert np.array_equal(getattr(kept, name), getattr(alone, name)), name
    assert len([*tmp_path.glob("keys-*")]) <= 2


@pytest.mark.parametrize("killed_at", range(10))
def test_a_run_that_is_killed_while_it_keeps_leaves_what_was_kept_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    joined(Scripts.open(tmp_path), seed=1).save()
    steps = iter(range(10))

    def or_killed(step: Callable[..., object]) -> Callable[..., object]:
        def taken(*given: object) -> object:
            if next(steps) == killed_at:
                raise KeyboardInterrupt
            return step(*given)

        return taken

    with monkeypatch.context() as patched:
        for name in ("append_array", "write_array", "save_manifest", "delete_old_tables"):
            patched.setattr(growing, name, or_killed(getattr(growing, name)))
        with pytest.raises(KeyboardInterrupt):
            joined(joined(Scripts.open(tmp_path), seed=2), seed=3).save()
    again = Scripts.open(tmp_path)
    known = [1] if len(again) == len(SCRIPTS) else [1, 2, 3]
    joined(again, seed=4).save()
    alone = Scripts.open()
    for seed in (*known, 4):
        joined(alone, seed=seed)
    kept = Scripts.open(tmp_path)
    assert np.array_equal(kept.list_cluster_roots(), alone.list_cluster_roots())
    assert np.array_equal(kept.values, alone.values)
    assert np.array_equal(kept.texts, alone.texts)


@pytest.mark.parametrize("text", ["", " ", "🔥🔥", "ก", "12", "\ud800", "A" * 1_000_000])
def test_texts_without_words_join_nothing(text: str) -> None:
    scripts = Scripts.open()
    scripts.add_texts([text, *SCRIPTS])
    assert scripts.list_cluster_roots().tolist() == list(range(len(SCRIPTS) + 1))


def test_a_home_keeps_its_clusters_and_an_advert_that_comes_twice_is_one(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    seen = [advert(at, text) for at, text in enumerate(SCRIPTS)]
    first = update_lures(home, seen)
    more = [*seen, advert(9, SCRIPTS[1] + "!!")]
    second = update_lures(home, more)
    assert {key: second.script_of[key] for key in first.script_of} == first.script_of
    assert second.script_of[more[-1].key] == second.script_of[seen[1].key]
    assert [one.number for one in second.clusters.values()] == [second.script_of[seen[1].key]]


def test_pages_that_share_a_contact_are_one_organiser_in_whatever_spelling() -> None:
    seen = [
        advert(1, "โทร 081-234-5678", page="A"),
        advert(2, page="B", contact="+66 81 234 5678"),
        advert(3, "telegram: @Boss_77", page="B"),
        advert(4, "https://t.me/boss_77", page="C"),
        advert(5, page="D", link="https://good-jobs.example/apply"),
    ]
    (one,) = build_lures(seen).organisers
    assert {page.id for page in one.pages} == {"A", "B", "C"}
    assert set(one.contacts) == {"phone:66812345678", "telegram:boss_77"}


def test_organisers_whose_pages_copy_one_script_have_numbers_of_their_own_that_stay() -> None:
    seen = [
        advert(at, SCRIPTS[0] + f" tele @boss_{at // 2}", page=f"P{at}") for at in range(6)
    ]  # three organisers copy one script
    lures = build_lures(seen)
    assert len(lures.clusters) == 1
    numbers = {one.pages[0].id: one.number for one in lures.organisers}
    assert len(set(numbers.values())) == 3
    more = build_lures([*seen, advert(9, SCRIPTS[1] + " tele @boss_1", page="P9")])
    assert {one.pages[0].id: one.number for one in more.organisers} == numbers


def test_what_everybody_shares_ties_nobody() -> None:
    seen = [
        advert(at, page=f"P{at}", contact="1300", link="https://www.facebook.com/x") for at in range(HUB + 1)
    ]
    seen += [advert(100 + at, page=f"P{at}", contact="+66812345678") for at in range(HUB + 1)]
    assert build_lures(seen).organisers == ()


def test_one_script_alone_is_no_organiser() -> None:
    lures = build_lures([advert(1, SCRIPTS[0], page="A"), advert(2, SCRIPTS[0] + " 🔥", page="B")])
    assert len(lures.clusters) == 1
    assert lures.organisers == ()


def test_contacts_of_every_kind_are_read_out_of_a_text() -> None:
    text = "LINE ID: good_job88 tele @hr_boss 0x52908400098527886E0F7030069857D2E4169EE7 hr@firm.example https://firm.example/jobs 02-123-4567"
    kinds = {value.partition(":")[0] for value in extract_contacts(advert(1, text))}
    assert kinds == {"line", "telegram", "wallet", "email", "domain", "phone"}


@pytest.mark.parametrize(
    "text",
    [
        "Online sales and office work", "ทำงานขายออนไลน์ sales รายได้ดี", "production line operator", "Line manager wanted",
        "airline crew", "deadline friday", "on-line e-commerce", "สายการผลิตไลน์ผลิต",
    ],
)  # fmt: skip
def test_words_that_end_in_line_are_no_contact(text: str) -> None:
    assert extract_contacts(advert(1, text)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "LINE: work_za55", "line id work_za55", "LINE ID: Work_za55", "แอดไลน์ work_za55", "ไอดีไลน์ work_za55", "ไลน์ไอดี: work_za55",
        "Add line work_za55", "Line @work_za55",
    ],
)  # fmt: skip
def test_a_line_account_is_read_however_it_is_introduced(text: str) -> None:
    assert extract_contacts(advert(1, text)) == {"line:work_za55"}


WEAK = "Help wanted for our shop in Sihanoukville, good people to work with, free lunch and a room by the sea. Telegram only"


def on(day: int, at: int, text: str, page: str, removed: int = 0) -> Advert:
    posted = NOW.replace(day=day)
    gone = NOW.replace(day=removed) if removed else None
    return replace(advert(at, text, page), time=posted, received_at=posted, removed_at=gone)


def test_a_page_with_the_text_of_one_that_was_taken_down_says_so_and_ranks_higher() -> None:
    seen = [
        on(1, 1, WEAK, "DOWN", removed=3),
        on(5, 2, WEAK + "!!", "NEW"),
        on(5, 3, SCRIPTS[1], "HOTEL"),
    ]
    (before,) = rank_pages(build_lures(seen), NOW, 10)
    (after,) = rank_pages(build_lures(seen, {Subject("page", "DOWN"): NOW.replace(day=3)}), NOW, 10)
    assert render(after.reasons[0], "en") == (
        "Same text as a page that was taken down on 2026-11-03 at officers’ request (adverts: 1)"
    )
    assert after.probability > before.probability
    assert after.subject == before.subject == Subject("page", "NEW")


def test_what_a_poster_took_away_makes_no_text_known() -> None:
    seen = [on(1, 1, WEAK, "GONE", removed=3), on(5, 2, WEAK, "NEW")]
    assert not build_lures(seen).copies_of_taken_down


def test_a_page_that_stands_again_is_told_and_counted_with_its_organiser() -> None:
    seen = [
        on(1, 1, SCRIPTS[0] + " tele @boss_77", "DOWN", removed=3),
        on(5, 2, SCRIPTS[1], "DOWN"),
        on(2, 3, SCRIPTS[2] + " tele @boss_77", "OTHER"),
    ]
    lures = build_lures(seen, {Subject("page", "DOWN"): NOW.replace(day=3)})
    (one,) = rank_pages(lures, NOW, 10)
    assert [reason.code for reason in one.reasons][:1] == ["advert_stands_again"]
    assert one.reasons[0].evidence == ("A2",)
    assert lures.list_regrown_pages(lures.organisers[0]) == (Subject("page", "DOWN"),)


def test_what_a_page_shows_since_it_stands_again_makes_no_text_known() -> None:
    seen = [
        on(1, 1, SCRIPTS[0], "DOWN", removed=3),
        on(5, 2, SCRIPTS[1], "DOWN"),
        on(6, 3, SCRIPTS[1], "HOTEL"),
    ]
    assert not build_lures(seen, {Subject("page", "DOWN"): NOW.replace(day=3)}).copies_of_taken_down


HONEST = "ร้านกาแฟรับพนักงานประจำ เงินเดือน 12,000 บาท มีประกันสังคม มีสัญญาจ้าง สมัครด้วยตนเองที่ร้าน"


def test_an_honest_shop_whose_number_a_gang_writes_under_its_lures_stays_off_the_list() -> None:
    """What its own adverts say weighs more than what others do with its number, and it is told that others do."""
    gang = [advert(at, LURE.format(place="ปอยเปต", pay="45,000") + " " * at, f"PG{at}") for at in range(30)]
    shop = [advert(100 + at, f"{HONEST} LINE: boss99 สาขา {at}", "SHOP") for at in range(3)]
    listed = {one.subject.id for one in rank_pages(build_lures([*gang, *shop]), NOW, 100)}
    assert listed == {f"PG{at}" for at in range(30)}


def test_a_page_that_says_little_is_judged_with_its_organisers_others() -> None:
    """And says so; alone it would be nobody's work."""
    little = advert(1, WEAK + " LINE: boss99", "QUIET")
    loud = [advert(2 + at, LURE.format(place="แม่สอด", pay="55,000"), f"LOUD{at}") for at in range(2)]
    alone = {one.subject.id: one for one in rank_pages(build_lures([little]), NOW, 10)}
    among = {one.subject.id: one for one in rank_pages(build_lures([little, *loud]), NOW, 10)}
    assert among["QUIET"].probability > (alone["QUIET"].probability if alone else 0.5)
    assert "Other pages of its organiser show adverts like lures (adverts: 2)" in [
        render(reason, "en") for reason in among["QUIET"].reasons
    ]


def test_one_blatant_advert_beside_harmless_ones_is_still_found() -> None:
    blatant = advert(1, LURE.format(place="ปอยเปต", pay="90,000") + " ยึดพาสปอร์ต ข้ามช่องทางธรรมชาติ", "MIXED")
    harmless = [advert(2 + at, f"{HONEST} สาขา {at}", "MIXED") for at in range(12)]
    assert [one.subject.id for one in rank_pages(build_lures([blatant, *harmless]), NOW, 10)] == ["MIXED"]
