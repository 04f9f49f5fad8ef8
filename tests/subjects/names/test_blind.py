"""A script is a property of a text: nothing that weighs a person sees it, and no answer says what somebody is."""

import re
from dataclasses import fields
from pathlib import Path

import warroom
from warroom.records.tables import TABLES
from warroom.subjects.names.compare import Compared

SOURCE = Path(warroom.__file__).parent
# Who may compare names; whatever gives risk scores, groups or holds is not among them.
READERS = {"subjects", "cli", "matches"}
# These read letters (old Burmese, look-alikes) in texts, and score texts and addresses, never a person or an account.
OF_TEXTS = {"adverts", "messages", "domains"}


def test_nothing_that_scores_people_reads_names_or_their_scripts() -> None:
    importing = {
        path.relative_to(SOURCE).parts[0]
        for path in SOURCE.rglob("*.py")
        if path.parent.name not in OF_TEXTS and path.parent.parent.name not in OF_TEXTS
        if re.search(
            r"warroom\.subjects\.names|from warroom\.subjects import names", path.read_text(encoding="utf-8")
        )
    }
    assert importing <= READERS


def test_an_answer_holds_no_script_and_no_guess_about_anybody() -> None:
    assert [field.name for field in fields(Compared)] == ["same", "score", "reason", "kind"]


def test_no_table_and_no_reason_names_a_script_nationality_or_ethnicity() -> None:
    columns = {name for table in TABLES.values() for name in table.schema.names}
    assert not columns & {"script", "nationality", "ethnicity", "race", "language", "religion"}
    reasons = (SOURCE / "subjects/names/reasons.toml").read_text(encoding="utf-8").lower()
    assert not re.search("nationalit|ethnic|สัญชาติ|เชื้อชาติ", reasons)
