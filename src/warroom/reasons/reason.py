"""A reason, and the sentences that say it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Formatter
from typing import Annotated, Any, Literal, get_args

from warroom.marking import JsonOf
from warroom.sentences.counted import as_counted

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
HOME = "THB"
"""The currency that is written in words."""
CHANNEL_WORDS: dict[str, dict[Language, str]] = {
    "transfer": {"th": "โอนเงิน", "en": "bank transfer"},
    "qr": {"th": "คิวอาร์", "en": "QR payment"},
    "card": {"th": "บัตร", "en": "card"},
    "cash": {"th": "ถอนเงินสด", "en": "cash"},
    "crypto": {"th": "สินทรัพย์ดิจิทัล", "en": "crypto assets"},
    "abroad": {"th": "โอนไปต่างประเทศ", "en": "payment abroad"},
    "goods": {"th": "ซื้อสินค้า", "en": "purchase of goods"},
    "batch": {"th": "โอนเป็นชุด", "en": "batch payment"},
    "other": {"th": "ช่องทางอื่น", "en": "other ways"},
    "return": {"th": "ธนาคารคืนเงิน", "en": "return by a bank"},
    "charge": {"th": "ค่าธรรมเนียมธนาคาร", "en": "bank charges"},
}
"""What people call the channels of a transfer. The parameter `ways` of a reason holds their codes."""
BAHT: dict[Language, str] = {"th": "บาท", "en": "baht"}
DURATION_WORDS: tuple[tuple[float, float, dict[Language, str]], ...] = (
    (72 * 60.0, 24 * 60.0, {"th": "วัน", "en": "days"}),
    (120.0, 60.0, {"th": "ชั่วโมง", "en": "hours"}),
    (0.0, 1.0, {"th": "นาที", "en": "min"}),
)
"""Units of durations: above how many minutes a unit is used, and its length in minutes. For the parameter
`minutes` of a reason.
"""
EXACT_BELOW = 10
"""Hours and days below this have one decimal: "within 2 hours" would be less than the 2.4 that it took."""


class Percent(float):
    """A percentage that is never said as zero where it is more."""

    def __format__(self, spec: str) -> str:
        said = super().__format__(spec)
        return f"<{said[:-1]}1" if self > 0 and float(said) == 0 else said


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of `sentences.toml`, its parameters, and the record ids that show it."""

    code: str
    params: Annotated[Mapping[str, Any], JsonOf(lambda: json_keys())] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Code, parameters, evidence and both sentences, for `--json` answers and frozen evidence."""
        return {
            "code": self.code,
            "params": dict(self.params),
            "evidence": list(self.evidence),
            "text": {language: render(self, language) for language in LANGUAGES},
        }


@cache
def load_sentences() -> dict[str, dict[str, str]]:
    """Every code with its sentence in each language."""
    written = tomllib.loads(
        resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8")
    )
    return {
        code: {language: as_counted(text) for language, text in texts.items()}
        for code, texts in written.items()
    }


def render(reason: Reason, language: Language) -> str:
    """The reason as a sentence; numbers use format specs of the sentence, such as {amount:,.2f}; channels and durations
    are words.
    """
    # A copy: the reason keeps its numbers, and only this sentence has words for them.
    params = dict(reason.params)
    if "minutes" in params:
        params["minutes"] = format_duration(float(params["minutes"]), language)
    if isinstance(params.get("percent"), int | float):
        params["percent"] = Percent(params["percent"])
    # Reasons frozen before they had a currency are in baht.
    params["unit"] = format_unit(str(params.get("currency", HOME)), language)
    if "from_currency" in params:
        params["from_unit"] = format_unit(str(params["from_currency"]), language)
    if "ways" in params:
        codes = str(params["ways"]).split(", ")
        params["ways"] = ", ".join(
            CHANNEL_WORDS[code][language] if code in CHANNEL_WORDS else code for code in codes
        )
    return load_sentences()[reason.code][language].format(**params)


def format_unit(currency: str, language: Language) -> str:
    """What an amount is called: baht in words, another currency by its code."""
    return BAHT[language] if currency == HOME else currency


def format_duration(minutes: float, language: Language) -> str:
    """Minutes as a person counts them: hours where they are over 120, days where they are over 72 hours."""
    _, unit, words = next((one for one in DURATION_WORDS if minutes > one[0]), DURATION_WORDS[-1])
    count = minutes / unit
    # Minutes have no decimals: no record's time is as exact as that.
    tenths = unit > 1 and round(count, 1) < EXACT_BELOW
    figure = f"{count:.1f}".removesuffix(".0") if tenths else f"{count:,.0f}"
    return f"{figure} {words[language]}"


@cache
def json_keys() -> frozenset[str]:
    """The keys of reasons as JSON: their own, and the parameters that a sentence says."""
    said = [text for texts in load_sentences().values() for text in texts.values()]
    names = {name for text in said for _, name, _, _ in Formatter().parse(text) if name}
    return frozenset(names | {"code", "params", "evidence", "text", *LANGUAGES})
