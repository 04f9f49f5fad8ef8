"""A register of people with a question, a pair that the machine joined, and records that nothing joins."""

from pathlib import Path

import pytest

from warroom.home import Home
from warroom.subjects.resolution import saved
from warroom.subjects.resolution.arriving import resolve_file

PEOPLE = """record_id,source,name,id,phone,born,address
K-1,bank-one,นายสมชาย ใจดี,1-1017-00230-70-8,081-234-5678,1990-01-02,12 ถนนสุขุมวิท
S-1,operator,Somchai Jaidee,1101700230708,+66812345678,2/1/2533,Sukhumvit
K-2,bank-one,สมหญิง รักไทย,,089-876-5432,1985-05-05,บางนา
S-2,operator,Somying Rakthai,,0898765432,,
K-3,bank-one,วิชัย แสงทอง,,,1979-03-03,เชียงราย
"""


def bring(home: Home, folder: Path) -> saved.SavedRegister:
    """The records, resolved into a home; S-2 is named by a measure."""
    file = folder / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    resolve_file(home.subjects / "person", "person", file, {}, measured={"S-2"})
    return saved.load_register(home.subjects / "person")


@pytest.fixture
def kept(home: Home, tmp_path: Path) -> saved.SavedRegister:
    return bring(home, tmp_path)
