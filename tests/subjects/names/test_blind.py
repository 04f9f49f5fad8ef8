"""A script is a property of a text: nothing that weighs a person sees it, and no answer says what somebody is."""

import re
from dataclasses import fields
from pathlib import Path

import warroom
from warroom.records.tables import TABLES
from warroom.subjects.names.compare import NameComparison

SOURCE = Path(warroom.__file__).parent
# Who may compare names; whatever gives risk scores, groups or holds is not among them.
READERS = {"subjects", "cli", "matches"}
# These score texts and addresses, never a person or an account, and may read how letters are written: nothing of names.
OF_TEXTS = {"signals/adverts", "signals/messages", "signals/domains", "signals/addresses"}
LETTERS = {"cleaning", "readings", "scripts"}


def test_nothing_that_scores_people_reads_names_or_their_scripts() -> None:
    for path in SOURCE.rglob("*.py"):
        within = path.relative_to(SOURCE).parts
        read = set(
            re.findall(
                r"(?:warroom\.subjects\.names|from warroom\.subjects import names)\.?(\w*)",
                path.read_text("utf-8"),
            )
        )
        if read and within[0] not in READERS:
            assert "/".join(within[:2]) in OF_TEXTS, f"{path} reads names"
            assert read <= LETTERS, f"{path} reads more of names than letters"


def test_an_answer_holds_no_script_and_no_guess_about_anybody() -> None:
    assert [field.name for field in fields(NameComparison)] == ["same", "score", "reason", "kind"]


def test_no_table_and_no_reason_names_a_script_nationality_or_ethnicity() -> None:
    columns = {name for table in TABLES.values() for name in table.schema.names}
    assert not columns & {"script", "nationality", "ethnicity", "race", "language", "religion"}
    reasons = (SOURCE / "subjects/names/reasons.toml").read_text(encoding="utf-8").lower()
    assert not re.search("nationalit|ethnic|สัญชาติ|เชื้อชาติ", reasons)
