"""One name for a bank: `KASITHBK`, `KASITHBKXXX`, กสิกรไทย and `kbank` are `KBANK`.

The table is `banks.toml` beside this module; a deployment adds to it by `names` of the entries of banks.toml in its data folder.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from warroom.errors import RecordsError

FILE = "banks.toml"
"""In the data folder: what a deployment adds, beside how its banks are reached."""
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
"""ISO 9362: bank, country, place, and a branch or XXX for the head office."""
_HEAD_OFFICE = "XXX"
_PARTED = re.compile(r"[\s._,()'’/-]+")
_BESIDE = re.compile(r"[-/:|,]|\s*[()]\s*(?!$)")
# Possessive (`++`): without it a separator could pass for the first letter of the name.
_CODE_BEFORE = re.compile(r"\(?(\d{3})\)?[\s:|/-]++(\D.*)")
_CODE_BEHIND = re.compile(r"[\s:|/(-](\d{3})\)?$")
_BRANCH = re.compile(r"\s*(?:สาขา|\bbranch\b).*")
# What Thai and English write before a bank's own name: "bank", its abbreviation, "public company".
_BEFORE = ("ธนาคาร", "ธ.", "บมจ.", "the ")
_BEHIND = re.compile(
    r"(?:\s*(?:จำกัด|\(?มหาชน\)?|public company limited|public company|limited|p\.?c\.?l\.?|plc\.?|co\.?,? ?ltd\.?))+$"
)
# Texts, chosen: a file of free text in the bank column must not grow this cache without end.
_MOST_KEPT = 10_000
LONGEST = 200
"""Signs of a text that names a bank: of a longer one the patterns would try each place against all others, for minutes."""


@dataclass(frozen=True)
class BankNames:
    """Which words, BICs and numbers are which bank. `mark` tells one table from another."""

    by_bic: Mapping[str, str]
    by_word: Mapping[str, str]
    by_code: Mapping[str, str]
    mark: str
    _kept: dict[str, str] = field(default_factory=dict, compare=False)

    def find_bank(self, text: str) -> str | None:
        """The bank that a word or a BIC names; None where the table does not know it, and for a text of more than `LONGEST` signs."""
        if len(text) > LONGEST:
            return None
        bic = _PARTED.sub("", text).upper()
        if BIC.fullmatch(bic) and bic[:8] in self.by_bic:
            return self.by_bic[bic[:8]]
        whole = next((self.by_word[word] for word in _name_variants(text) if word in self.by_word), None)
        return whole or (
            self._find_by_code_and_name(text) if _BESIDE.search(text) or _split_bank_code(text) else None
        )

    def _find_by_code_and_name(self, text: str) -> str | None:
        """The bank of a text that names it in several ways, such as `004 - กสิกรไทย` or `KBANK (004)`."""
        numbered = _split_bank_code(text)
        if numbered:
            code, name = numbered
            bank = self.by_code.get(code)
            return bank if bank is not None and self.find_bank(name) == bank else None
        named = {self.find_bank(part) for part in _BESIDE.split(text)}
        # Parts that name two banks contradict each other, and then the text names none.
        return named.pop() if len(named) == 1 else None

    def find_bank_within(self, text: str) -> str | None:
        """The bank whose name occurs in a text, by the longest such name of six letters or more."""
        within = next(iter(_name_variants(text)))
        # Short names (KBANK, "ktb") are also parts of ordinary words; inside a text they identify nothing.
        names = [(word, bank) for word, bank in self.by_word.items() if len(word) > 5 and word in within]
        return max(names, key=lambda pair: len(pair[0]))[1] if names else None

    def spell_bank(self, text: str) -> str:
        """The one name of a bank whose code is in large letters; of one that is not known, its BIC without XXX."""
        known = self._kept.get(text)
        if known is None:
            known = self.find_bank(text) or _head_office(text)
            # Full, the cache is left as it is: the banks of a file come early, and later texts are looked up
            # again.
            if len(self._kept) < _MOST_KEPT:
                self._kept[text] = known
        return known

    def list_other_spellings(self, bank: str) -> tuple[str, ...]:
        """Under what other names records may hold a bank's accounts: its BIC and its number."""
        named = (*self.by_bic.items(), *self.by_code.items())
        return tuple(text for text, ours in named if ours == bank)


def _head_office(text: str) -> str:
    return text[:8] if len(text) == 11 and text.endswith(_HEAD_OFFICE) and BIC.fullmatch(text) else text


def _name_variants(text: str) -> Iterable[str]:
    """A name as it is compared: first as it stands, then without what stands before and behind many banks' names."""
    # Not NFKC: it takes the Thai letter am apart, and so every word with it.
    lower = " ".join(unicodedata.normalize("NFC", text).replace("ํา", "ำ").lower().split())
    yield _PARTED.sub("", lower)
    lower = _BEHIND.sub("", _BRANCH.sub("", lower))
    yield _PARTED.sub("", lower)
    for start in _BEFORE:
        lower = lower.removeprefix(start).strip()
        yield _PARTED.sub("", lower)


@cache
def _load_shipped_names() -> dict[str, dict[str, list[str]]]:
    tree = tomllib.loads(resources.files(__package__).joinpath("banks.toml").read_text(encoding="utf-8"))
    return {
        bank: {
            "bic": [entry["bic"]] if "bic" in entry else [],
            "code": [entry["code"]],
            "names": [bank, *entry["names"]],
        }
        for bank, entry in tree.items()
    }


def build_table(added: Mapping[str, Iterable[str]]) -> BankNames:
    """The table that comes with the program and what a deployment adds to it: other names by bank."""
    bics, words, codes = (
        {text: bank for bank, entry in _load_shipped_names().items() for text in entry[part]}
        for part in ("bic", "names", "code")
    )
    # The first variant drops only case and separators, so two banks never share a key by accident.
    words = {next(iter(_name_variants(word))): bank for word, bank in words.items()}
    plain = BankNames(bics, words, codes, "")
    for bank, names in added.items():
        ours = plain.spell_bank(bank.strip().upper())
        for name in names:
            large = name.strip().upper()
            if BIC.fullmatch(large):
                bics[large[:8]] = ours
            words[next(iter(_name_variants(name)))] = ours
    # The hash is part of the spelling version: a lake spelled by another table is respelled once.
    content = json.dumps([bics, words, codes], sort_keys=True, ensure_ascii=False)
    return BankNames(bics, words, codes, hashlib.sha256(content.encode()).hexdigest()[:12])


# Lists of one element, replaced in place: every importer sees the new table as well.
_used = [build_table({})]
_read: list[tuple[Path, int, int] | None] = [None]


def get_active_table() -> BankNames:
    """The table that this process uses."""
    return _used[-1]


def use_names_file(path: Path) -> None:
    """Use the bank names that a data folder's banks.toml adds; without that file the program's own table.

    Raises RecordsError where the file cannot be read; the table of before then stays.
    """
    # Modification time and size: the file is read again only when somebody has changed it.
    seen = (path, path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None
    if seen == _read[-1]:
        return
    _used[:] = [build_table(_load_added_names(path) if seen else {})]
    _read[:] = [seen]


def _load_added_names(path: Path) -> dict[str, list[str]]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("banks", {})
        named = {code: entry.get("names", []) for code, entry in entries.items()}
    except (OSError, ValueError, AttributeError) as problem:
        raise RecordsError("records.bank-names-unreadable", path=path, problem=problem) from None
    for code, names in named.items():
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            raise RecordsError("records.bank-names-unfit", path=path, bank=code)
    return named


def _split_bank_code(text: str) -> tuple[str, str] | None:
    """The three digits and the words of a text that has a bank's code before its name or behind it."""
    text = text.strip()
    before = _CODE_BEFORE.fullmatch(text)
    if before:
        return before[1], before[2]
    behind = _CODE_BEHIND.search(text)
    name = text[: behind.start()].rstrip(" \t:|/(-") if behind else ""
    return (behind[1], name) if behind and name else None
