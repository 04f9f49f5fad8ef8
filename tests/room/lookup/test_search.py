"""One search over everything: what one's own cases know is shown, of the rest a hit or none."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.room.lookup.conftest import LookingUp
from tests.speed import allow_seconds
from warroom.cases.decisions import cases
from warroom.cases.queries import case_page
from warroom.errors import NotAllowed
from warroom.room.lookup import lately, outside, search
from warroom.room.lookup.views import LookupResult, SearchScope
from warroom.subjects.subject import Subject


def find(scene: LookingUp, said: str, who: str = "anna") -> LookupResult:
    return search.search_all(scene.ledger, scene.lake, scene.people[who], said, now=scene.now)


def test_words_of_ones_own_case_are_shown_with_where_they_stand(scene: LookingUp) -> None:
    scene.open_case()
    found = find(scene, "โอนเงิน")
    (hit,) = found.texts
    assert (hit.column, hit.at, hit.case) == ("text", "โอนเงิน", "C-1")
    assert hit.before.endswith("บอกให้")
    assert (hit.fact.origin.source, hit.fact.origin.record_id) == ("police", "TIP1")
    assert hit.fact.origin.delivery
    assert found.elsewhere == ()


def test_before_an_officer_says_why_a_search_tells_that_there_is_a_hit_and_no_more(scene: LookingUp) -> None:
    for said in ("โอนเงิน", "222-3334445", "+66 81 234 5678", "081-2345678", "batch-7"):
        found = find(scene, said)
        assert (found.texts, found.subjects, found.notes) == ((), (), ()), said
        assert found.elsewhere, said


def test_what_no_own_case_knows_stays_a_hit(scene: LookingUp) -> None:
    scene.open_case()
    found = find(scene, "ชายแดน")
    assert found.texts == ()
    assert found.elsewhere == ("tips",)
    assert find(scene, "0899999999").elsewhere == ("sims", "tips")
    assert find(scene, "never said").is_empty


def test_an_account_is_found_in_any_spelling_and_at_its_own_bank(scene: LookingUp) -> None:
    scene.open_case()
    for said in ("2223334445", "222-333-4445", "222 3334445", "\u200b2223334445", "\u202e2223334445"):
        found = find(scene, said)
        assert [row.number for row in found.cases] == ["C-1"], said
        assert [one.subject for one in found.subjects] == [Subject("account", "B02:2223334445")], said
        assert found.subjects[0].columns == ("accounts.account",)
        assert found.elsewhere == ("accounts",), "the same number at another bank is no part of the case"


def test_a_telephone_in_a_tip_about_ones_case_is_shown_as_it_stands_there(scene: LookingUp) -> None:
    scene.open_case()
    found = find(scene, "081-234-5678")
    (hit,) = found.texts
    assert (hit.fact.origin.record_id, hit.at) == ("TIP1", "+66 81 234 5678"), "written otherwise than asked"
    assert found.elsewhere == ("sims",), "no record of the case names the card itself"


def test_reasons_that_officers_wrote_are_found_in_ones_own_cases(scene: LookingUp) -> None:
    from warroom.cases.decisions.hold_release import release_hold
    from warroom.cases.decisions.holds import approve_holds

    page = scene.page()
    held = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "key", now=scene.now
    )
    release_hold(scene.ledger, scene.anna, held[0].id, "ผู้ถือบัญชีขายของสุจริต", now=scene.now)
    (note,) = find(scene, "ขายของ").notes
    assert (note.kind, note.at, note.case) == ("release", "ขายของ", "C-1")
    other = find(scene, "ขายของ", "inge")
    assert other.notes == ()
    assert other.elsewhere == ("notes",)
    (number,) = find(scene, held[0].reference.lower()).numbers
    assert (number.kind, number.address) == ("hold", f"/cases/C-1#hold-{held[0].id}")


def test_a_sealed_case_and_its_words_are_not_there_for_others(scene: LookingUp) -> None:
    boon, inge = scene.boon, scene.people["inge"]
    scene.write(
        "reports",
        {"record_id": "R1", "time": scene.now, "first_contact": "คำลับเฉพาะ", "loss": 1},
        source="hotline",
    )
    assert find(scene, "คำลับ").elsewhere == ("reports",)
    with scene.ledger.open_session() as session:
        from warroom.ledger.schema import OfficerRow

        session.get_one(OfficerRow, inge.id).agency = "Elsewhere"
    cases.seal_case(scene.ledger, boon, "C-1", ["Police"], "a leak is feared", now=scene.now)
    found = find(scene, "คำลับ", "inge")
    assert found.is_empty
    assert find(scene, "T1", "inge").cases == ()


def test_numbers_in_words_are_masked_for_who_does_not_need_them(scene: LookingUp) -> None:
    scene.open_case("dara")
    (hit,) = find(scene, "โอนเงิน", "dara").texts
    assert "3334445" not in hit.after
    assert "••••4445" in hit.after
    assert find(scene, "2223334445", "dara").subjects[0].shown == "••••4445"


def test_the_log_keeps_what_was_shown_and_never_the_words(scene: LookingUp) -> None:
    scene.open_case()
    find(scene, "โอนเงินเข้า")
    leaf = bytes(scene.sql("SELECT leaf FROM audit WHERE verb = 'case.searched'")[-1][0]).decode()
    assert "tips:police:TIP1" in leaf
    assert "โอน" not in leaf


def test_an_administrator_searches_nothing(scene: LookingUp) -> None:
    with pytest.raises(NotAllowed):
        search.search_all(scene.ledger, scene.lake, scene.officer("root1", "admin"), "T1")


def test_what_cannot_be_looked_for_is_told_in_a_moment(scene: LookingUp) -> None:
    find(scene, "warm")
    for said in ("x" * 10_000, "ก" * 10_000, "่้๊", "\x00"):
        begun = time.process_time()
        found = find(scene, said)
        assert time.process_time() - begun < allow_seconds(0.05)
        assert found.problem is not None


def test_the_end_of_a_number_finds_it_in_ones_own_cases_alone(scene: LookingUp) -> None:
    assert find(scene, "4445").subjects == ()
    assert find(scene, "4445").outside == 0, "the end of a number fits too many to say anything of others"
    scene.open_case()
    for said in ("4445", "3334445", "333-4445", "0004445", "222 333 4445", "0002223334445"):
        found = find(scene, said)
        assert Subject("account", "B02:2223334445") in [one.subject for one in found.subjects], said
        assert [row.number for row in found.cases] == ["C-1"], said
    assert find(scene, "445").short == 1
    assert find(scene, "4446").is_empty


def test_who_sees_four_digits_of_a_number_cannot_ask_for_a_fifth(scene: LookingUp) -> None:
    scene.open_case("dara")
    assert [one.shown for one in find(scene, "4445", "dara").subjects] == ["••••4445"]
    assert find(scene, "34445", "dara").subjects == ()


def test_any_four_digits_of_a_number_find_it_in_ones_own_cases_alone(scene: LookingUp) -> None:
    account = Subject("account", "B02:2223334445")
    runs = ("2223", "3334", "23 33", "22-233", "๓๓๓๔", "233344")
    for said in runs:
        found = find(scene, said)
        assert (found.subjects, found.outside) == ((), 0), said
    scene.open_case()
    for said in runs:
        found = find(scene, said)
        hits = {one.subject: one for one in found.subjects}
        assert account in hits, said
        assert not hits[account].is_near
    assert Subject("phone", "+66812345678") in [one.subject for one in find(scene, "1234").subjects]
    assert find(scene, "3335").is_empty


def test_one_wrong_digit_is_forgiven_in_ones_own_cases_after_what_is_right(scene: LookingUp) -> None:
    slips = ("233944", "223344", "2333344", "233434", "2223934445", "812335678")
    for said in slips:
        assert find(scene, said).subjects == (), said
    scene.open_case()
    for said in slips:
        assert [one.is_near for one in find(scene, said).subjects] == [True], said
    assert find(scene, "23394").subjects == (), "five digits fit too much"
    assert find(scene, "239944").subjects == (), "two are wrong"
    scene.transfers({"T2": 50_000_00}, payee="2223934445")
    scene.report("R2", ["T2"])
    scene.sync()
    scene.open_case(number="C-2")
    hits = find(scene, "2223934445").subjects
    assert [(one.subject.number, one.is_near) for one in hits] == [
        ("2223934445", False),
        ("2223334445", True),
    ]


def test_digits_and_slips_tell_nothing_of_a_case_that_is_not_open_to_one(scene: LookingUp) -> None:
    """Every run of the number and every slip of it gets the same answer as digits that nobody has."""
    number = "2223334445"
    runs = {number[at : at + size] for size in (4, 5, 6) for at in range(len(number) - size + 1)}
    runs |= {f"{number[:at]}9{number[at + 1 :]}" for at in range(len(number))}
    for said in sorted(runs):
        none = find(scene, "9" * len(said), "inge")
        assert replace(find(scene, said, "inge"), newest="") == replace(none, newest=""), said
    scene.open_case()
    cases.seal_case(scene.ledger, scene.boon, "C-1", ["Police"], "a leak is feared", now=scene.now)
    with scene.ledger.open_session() as session:
        from warroom.ledger.schema import OfficerRow

        session.get_one(OfficerRow, scene.people["anna"].id).agency = "Elsewhere"
    for said in ("2223", "4445", "2223934445"):
        assert find(scene, said).subjects == (), "a purpose stated before the seal opens nothing any more"


def test_masked_digits_cannot_be_guessed_one_after_the_other(scene: LookingUp) -> None:
    """For who sees four digits at the end no other run of an account, a telephone or a text is ever a hit."""
    scene.open_case("dara")
    for number in ("2223334445", "0812345678"):
        runs = {number[at : at + size] for size in range(4, 10) for at in range(len(number) - size + 1)}
        for said in sorted(runs - {"4445", "5678"}):
            found = find(scene, said, "dara")
            assert (found.subjects, found.texts, found.notes, found.numbers) == ((), (), (), ()), said
    for hit in find(scene, "4445", "dara").texts:
        assert "222" not in hit.before + hit.at + hit.after
    assert find(scene, "บัญชี 3334", "dara").texts == ()


def test_papers_and_reports_of_ones_own_cases_are_found_by_digits(scene: LookingUp) -> None:
    scene.transfers({"TX-88-41907": 50_000_00}, payee="2223334446")
    scene.report("REP-2026-5512", ["TX-88-41907"])
    scene.sync()
    assert find(scene, "5512").numbers == ()
    scene.open_case(number="C-2")
    assert [(one.kind, one.number) for one in find(scene, "5512").numbers] == [("reports", "REP-2026-5512")]
    assert [(one.kind, one.number) for one in find(scene, "8841").numbers] == [("transfers", "TX-88-41907")]


def test_a_search_tells_what_it_looked_at(scene: LookingUp) -> None:
    assert find(scene, "9999").scope == SearchScope(numbers="run")
    scene.open_case()
    scope = find(scene, "9999").scope
    assert scope == SearchScope(cases=1, trails=1, phone_records=scope.phone_records, numbers="run")
    assert scope.phone_records > 0
    scene.open_case("dara")
    assert find(scene, "9999", "dara").scope.numbers == "end"
    assert find(scene, "99999", "dara").scope.numbers == ""
    assert find(scene, "ชายแดน").scope.outside


def test_ones_own_words_are_ones_own_in_whichever_case(scene: LookingUp) -> None:
    from warroom.cases.decisions.hold_release import release_hold
    from warroom.cases.decisions.holds import approve_holds

    page = scene.page()
    held = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "key", now=scene.now
    )
    release_hold(scene.ledger, scene.anna, held[0].id, "ผู้ถือบัญชีขายของสุจริต", now=scene.now)
    scene.now += timedelta(days=60)  # when no purpose holds any more
    (note,) = find(scene, "ขายของ").notes
    assert note.mine
    assert find(scene, "ขายของ").outside == 0


def test_hits_elsewhere_are_counted_up_to_five_and_not_without_end(scene: LookingUp) -> None:
    rows = [{"record_id": f"N{number}", "time": scene.now, "text": "คำซ้ำ ๆ กัน"} for number in range(9)]
    scene.write("tips", *rows)
    assert find(scene, "คำซ้ำ").outside == 5
    for number in range(outside.AN_HOUR):
        last = find(scene, f"guess{number}")
    assert last.weary
    assert find(scene, "ชายแดน").outside == 0
    assert find(scene, "คำซ้ำ").outside == 5, "what was answered is answered again"
    scene.now += timedelta(hours=1)
    assert find(scene, "ชายแดน").outside == 1


def test_a_case_that_is_not_there_is_answered_with_the_newest_one_may_know_of(scene: LookingUp) -> None:
    assert find(scene, "C-999").newest == "C-1"
    cases.seal_case(scene.ledger, scene.boon, "C-1", ["Police"], "a leak is feared", now=scene.now)
    with scene.ledger.open_session() as session:
        from warroom.ledger.schema import OfficerRow

        session.get_one(OfficerRow, scene.people["inge"].id).agency = "Elsewhere"
    assert find(scene, "C-1", "inge").newest == "", "as for a case that never was"


def test_odd_words_do_no_harm(scene: LookingUp) -> None:
    for said in ("", " ", "\x00", "%", "_", "'", "\u202e", "ก", "x" * 5000, "\ue000\ue001"):
        assert isinstance(find(scene, said), LookupResult)


def test_a_telephone_is_found_by_its_last_digits_as_accounts_are(scene: LookingUp) -> None:
    assert find(scene, "5678").subjects == (), "of no case that one has said why one opens"
    scene.open_case()
    for said in ("5678", "234 5678", "345678"):
        (hit,) = find(scene, said).subjects
        assert (hit.subject.kind, hit.case, hit.columns) == ("phone", "C-1", ("tips.text",)), said
    assert find(scene, "9999").subjects == (), "a telephone of no case of one's own"


def test_a_device_leads_to_the_chart_of_the_case_that_knows_it(scene: LookingUp) -> None:
    at = scene.now - timedelta(hours=3)
    tie = {
        "record_id": "TIE1",
        "time": at,
        "from_kind": "account",
        "from_id": "2223334445",
        "relation": "uses_device",
        "to_kind": "device",
        "to_id": "IMEI-356938035643809",
    }
    scene.write("ties", tie)
    assert find(scene, "IMEI-356938035643809").numbers == ()
    scene.open_case()
    (hit,) = find(scene, "IMEI-356938035643809").numbers
    assert (hit.kind, hit.address.partition("?")[0]) == ("device", "/cases/C-1/chart")
    assert "chosen=device%3AIMEI-356938035643809" in hit.address


def test_lately_are_the_cases_that_one_opened_oneself_the_last_first(scene: LookingUp) -> None:
    scene.transfers({"T2": 50_000_00}, payee="2223334446")
    scene.report("R2", ["T2"])
    scene.sync()
    anna, inge = scene.people["anna"], scene.people["inge"]
    assert lately.list_recent_cases(scene.ledger, anna) == ()
    for number in ("C-1", "C-2", "C-1"):
        scene.open_case("anna", number)
        case_page.case_page(scene.ledger, anna, number)
    assert [row.number for row in lately.list_recent_cases(scene.ledger, anna)] == ["C-1", "C-2"]
    assert lately.list_recent_cases(scene.ledger, inge) == (), "another's are not told"
    boon = scene.officer("boon2", "supervisor")
    scene.sql("UPDATE officers SET agency = 'Elsewhere' WHERE username = 'anna'")
    cases.seal_case(scene.ledger, boon, "C-1", ["Police"], "a leak is feared", now=scene.now)
    assert [row.number for row in lately.list_recent_cases(scene.ledger, anna)] == ["C-2"]
