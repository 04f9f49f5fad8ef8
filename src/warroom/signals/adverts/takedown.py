"""The package for a platform that is to take pages down: the adverts byte for byte, their digests, and the
letter.

The same pages as of the same moment give the same bytes, so that the digest in an action's form matches the
file that is downloaded later. A page is listed once, however many adverts it shows.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from warroom.reasons.reason import LANGUAGES, Language, render
from warroom.signals.adverts.advert import Advert, subject_of
from warroom.signals.signal import Signal
from warroom.subjects.subject import Subject

# The earliest date a ZIP entry can have: a real one would change the bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
LETTER: dict[Language, str] = {
    "th": (
        "เรื่อง ขอให้นำหน้าประกาศงานหลอกลวงลง\n\n"
        "หน้าต่อไปนี้ ({count} หน้า) มีประกาศรับสมัครงานที่มีลักษณะชักชวนคนเข้าสู่ฐานหลอกลวง ณ {moment}\n"
        "ขอให้ (1) นำหน้าลง (2) เก็บรักษาข้อมูลผู้ลงประกาศและหลักฐานไว้ (3) แจ้งวันเวลาที่ดำเนินการ\n"
        "หากตรวจแล้วเห็นว่าหน้าใดสุจริต ขอให้แจ้งกลับโดยไม่ต้องนำลง\n\n"
    ),
    "en": (
        "Subject: taking down false job adverts\n\n"
        "The pages below ({count}) carry job adverts of the kind that recruits people into scam sites, as of {moment}.\n"
        "Please (1) take them down, (2) preserve the posters' data and the evidence, (3) report when it was done.\n"
        "Where you find a page to be honest, say so and leave it up.\n\n"
    ),
}


@dataclass(frozen=True)
class TakedownPackage:
    """The pages of one platform, their adverts, and why each is named."""

    platform: str
    adverts: tuple[Advert, ...]
    signals: tuple[Signal, ...]
    moment: datetime

    @property
    def pages(self) -> tuple[Subject, ...]:
        """Each page once."""
        return tuple(dict.fromkeys(map(subject_of, self.adverts)))

    @cached_property
    def content(self) -> bytes:
        """A ZIP file: adverts.jsonl, SHA256SUMS, and the letter in both languages."""
        files = {
            "adverts.jsonl": _format_lines(self.adverts),
            **{f"letter.{language}.txt": self._format_letter(language) for language in LANGUAGES},
        }
        files["SHA256SUMS"] = "".join(
            f"{hash_content(body)}  {name}\n" for name, body in sorted(files.items())
        ).encode()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            for name, body in sorted(files.items()):
                out.writestr(zipfile.ZipInfo(name, EPOCH), body)
        return packed.getvalue()

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return hash_content(self.content)

    def _format_letter(self, language: Language) -> bytes:
        why = {one.subject: one for one in self.signals}
        told = [LETTER[language].format(count=len(self.pages), moment=f"{self.moment:%Y-%m-%d %H:%M} UTC")]
        for page in self.pages:
            told.append(f"- {self.platform} {page.id}\n")
            reasons = why[page].reasons if page in why else ()
            told.extend(f"    {render(reason, language)}\n" for reason in reasons)
        return "".join(told).encode()


def build_packages(
    adverts: Sequence[Advert], signals: Sequence[Signal], moment: datetime
) -> tuple[TakedownPackage, ...]:
    """A package for each platform, of adverts online at a moment."""
    standing = [advert for advert in adverts if advert.removed_at is None or advert.removed_at > moment]
    platforms = sorted({advert.platform for advert in standing})
    return tuple(
        TakedownPackage(
            platform,
            tuple(advert for advert in standing if advert.platform == platform),
            tuple(signals),
            moment,
        )
        for platform in platforms
    )


def hash_content(said: bytes) -> str:
    """Its sha256."""
    return sha256(said).hexdigest()


def _format_lines(adverts: Sequence[Advert]) -> bytes:
    rows = ({name: _to_plain(getattr(one, name)) for name in one.__slots__} for one in adverts)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(
        "utf-8", "surrogatepass"
    )


def _to_plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
