"""Law, officers, the log, preferences, and the door for people whose money is held."""

from collections.abc import Callable

import pytest

from tests.web.conftest import Night, Visitor, without_word_marks
from tests.web.test_case import approve


def test_a_lawyer_confirms_a_rule_and_the_page_names_them(visitor: Visitor) -> None:
    visitor.sign_in("lek")
    assert "no lawyer" not in visitor.page("/law")
    page = visitor.post("/law", "/law/hold-on-report/confirm").text
    assert "by Lek" in page
    assert "The rule is confirmed under your name" in page


def test_nobody_else_is_offered_to_confirm(anna: Visitor) -> None:
    page = anna.page("/law")
    assert "no lawyer yet" in page
    assert "/confirm" not in page


def test_officers_are_for_administrators(anna: Visitor, enter: Callable[..., Visitor], night: Night) -> None:
    assert enter("boon").get("/officers").status_code == 403
    night.officer("root1", "admin")
    admin = enter("root1")
    refused = admin.post(
        "/officers", "/officers", username="new", name="New <b>One</b>", password="short", role=["officer"]
    )
    assert refused.status_code == 409
    assert "too short" in refused.text
    assert "New &lt;b&gt;One&lt;/b&gt;" in refused.text
    added = admin.post(
        "/officers",
        "/officers",
        username="new1",
        name="New",
        password="long enough indeed",
        role=["infrastructure"],
    )
    assert "new1" in added.text
    assert "The officer was added" in added.text
    ended = admin.post("/officers", "/officers/new1/end")
    assert "The access was ended" in ended.text


def test_an_officer_without_a_role_is_refused(enter: Callable[..., Visitor], night: Night) -> None:
    night.officer("root1", "admin")
    refused = enter("root1").post(
        "/officers", "/officers", username="new1", name="New", password="long enough indeed"
    )
    assert refused.status_code == 409
    assert "An officer needs a role; choose at least one of officer, " in refused.text


def test_an_auditor_reads_the_log_and_checks_every_row(anna: Visitor, enter: Callable[..., Visitor]) -> None:
    assert anna.get("/audit").status_code == 403
    auditor = enter("dara")
    assert "case opened" in auditor.page("/audit")
    assert "unchanged since" in auditor.post("/audit", "/audit/verify").text


def test_a_log_that_somebody_changed_is_said_plainly(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    from sqlalchemy import create_engine, text

    from warroom import settings

    owner = create_engine(
        settings.get_text("WARROOM_DATABASE_OWNER_URL").replace("postgresql://", "postgresql+psycopg://")
    )
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE audit SET verb = 'case.closed' WHERE sequence = 2"))
    owner.dispose()
    auditor = enter("dara")
    page = auditor.post("/audit", "/audit/verify").text
    assert "row 2: not what was written" in page


def test_language_theme_and_calendar_are_kept(anna: Visitor) -> None:
    page = anna.post("/", "/preferences", language="th").text
    assert '<html lang="th"' in page
    assert "2569" in page or "25" in page
    page = anna.post("/", "/preferences", theme="dark").text
    assert 'data-theme="dark"' in page


def test_a_preference_that_is_none_changes_nothing(anna: Visitor) -> None:
    anna.post("/", "/preferences", language="xx", back="//evil.example")
    assert "xx" not in anna.client.cookies.values()


def held(anna: Visitor, night: Night) -> str:
    approve(anna)
    return night.hold_now(1).reference


def test_a_holder_sees_what_is_held_and_appeals_without_an_account(
    anna: Visitor, visitor: Visitor, night: Night
) -> None:
    code = held(anna, night)
    night.sql("UPDATE holds SET state = 'in_effect', held = amount WHERE id = 1")
    visitor.client.cookies.clear()
    for language, words in (("en", "baht in your account is held"), ("th", "ในบัญชีของคุณถูกระงับไว้")):
        page = visitor.page(f"/appeal/{code}", language)
        assert words in page
        assert "0001447101" not in page
        assert "C-1" not in page
    sent = visitor.post(f"/appeal/{code}", f"/appeal/{code}", who="สมศรี 081-000", text="ขายโทรศัพท์")
    assert "เราได้รับคำคัดค้านของคุณแล้ว" in without_word_marks(sent.text)
    assert night.sql("SELECT count(*) FROM appeals")[0][0] == 1


def test_an_appeal_sent_twice_is_one_appeal(anna: Visitor, night: Night) -> None:
    code = held(anna, night)
    fields = anna.fields(f"/appeal/{code}", f"/appeal/{code}") | {"who": "A", "text": "Mine"}
    anna.client.post(f"/appeal/{code}", data=fields)
    anna.client.post(f"/appeal/{code}", data=fields)
    assert night.sql("SELECT count(*) FROM appeals")[0][0] == 1


def test_an_empty_appeal_keeps_what_was_written(anna: Visitor, night: Night) -> None:
    code = held(anna, night)
    answer = anna.post(f"/appeal/{code}", f"/appeal/{code}", who="Somsri", text=" ")
    assert answer.status_code == 400
    assert 'value="Somsri"' in answer.text


@pytest.mark.parametrize("path", ["/appeal/AAAA-BBBB-CCCC", "/appeal?code=nonsense", "/appeal/x"])
def test_a_wrong_code_is_a_sentence_and_a_field_to_type_it_again(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "copy it from the notice" in answer.text
    assert 'name="code"' in answer.text


def test_a_code_typed_in_any_way_opens_the_hold(anna: Visitor, visitor: Visitor, night: Night) -> None:
    code = held(anna, night)
    assert 'name="code"' in visitor.page("/appeal")
    page = visitor.get(f"/appeal?code={code.lower().replace('-', ' ')}").text
    assert code in page
    assert f'action="/appeal/{code}"' in page
    assert 'href="/appeal"' in visitor.page("/sign-in")


def test_a_message_stands_only_on_the_page_of_its_form(visitor: Visitor) -> None:
    visitor.sign_in("anna")
    assert 'role="status">The rule is' in visitor.page("/law?said=confirmed")
    assert "The rule is confirmed" not in visitor.page("/orders?said=confirmed")
    assert "signed out" in visitor.post("/law", "/sign-out").text


def test_the_holders_page_weighs_little(anna: Visitor, night: Night) -> None:
    assert len(anna.get(f"/appeal/{held(anna, night)}").content) < 12_000


def test_the_holders_page_follows_what_the_bank_holds(anna: Visitor, night: Night) -> None:
    code = held(anna, night)
    assert "the bank has not answered yet" in anna.page(f"/appeal/{code}")
    night.sql("UPDATE holds SET state = 'partly', held = 1500000 WHERE id = 1")
    page = anna.page(f"/appeal/{code}")
    assert "15,000 baht in your account is held" in page
    assert "is on hold until" not in page
    night.sql("UPDATE holds SET state = 'refused', held = 0 WHERE id = 1")
    page = anna.page(f"/appeal/{code}")
    assert "did not hold any money" in page
    assert "is on hold until" not in page


def test_the_law_stands_by_pillar_with_what_it_carries(anna: Visitor) -> None:
    page = anna.page("/law")
    for title in (
        "Infrastructure",
        "Logistics",
        "Law enforcement",
        "Technology",
        "International",
        "Resilience",
    ):
        assert f">{title}</h2>" in page
    assert page.index("Infrastructure</h2>") < page.index('id="power-cut"') < page.index("Logistics</h2>")
    assert "Cut the power that feeds a site" in page
    assert page.count('id="sim-suspension"') == 1
    assert "rules in force wait for a lawyer" in page


def test_a_lawyer_is_offered_the_text_in_force_and_no_older_one(visitor: Visitor) -> None:
    visitor.sign_in("lek")
    page = visitor.page("/law")
    assert page.count('action="/law/victim-payout/confirm"') == 1
    assert "no longer in force" in page
    visitor.post("/law", "/law/victim-payout/confirm")
    assert 'action="/law/victim-payout/confirm"' not in visitor.page("/law")
