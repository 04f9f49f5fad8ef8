"""Messages made from patterns written for this program: every kind of scam beside honest texts of the same words.

A pattern is one group: its texts never stand on both sides of a split.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from warroom.signals.addresses.known import OWN, classify_host, load_brands, load_known_names
from warroom.signals.addresses.registered import split_host

TEXTS_OF_PATTERN = 6
"""Texts made of each pattern. Chosen, not measured."""
LANGUAGES = ("th", "en", "vi", "id")
_Words = dict[str, tuple[str, ...]]
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SYLLABLES = (
    "ka",
    "zu",
    "lex",
    "mo",
    "vi",
    "tor",
    "qu",
    "xen",
    "pa",
    "dri",
    "wy",
    "bo",
    "jin",
    "sel",
    "tu",
    "rok",
)
_PATH_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
_ADVERT_HOSTS = (
    "bit.ly",
    "bit.ly",
    "bit.ly",
    "lin.ee",
    "cutt.ly",
    "shorturl.asia",
    "m.ais.co.th",
    "tmn.app.link",
    "m1b.cc",
    "linktr.ee",
    "lihi1.com",
    "rebrand.ly",
)
_CARRIERS: _Words = {
    "th": ("ไปรษณีย์ไทย", "เคอรี่", "Kerry", "แฟลช", "Flash Express", "J&T", "J&T Express", "DHL", "SPX", "Ninja Van", "ขนส่ง", "Shopee", "Lazada", "Thailand Post", "KEX"),
    "en": ("Thailand Post", "DHL", "FedEx", "Kerry Express", "Flash Express", "J&T Express", "USPS", "Royal Mail", "SingPost", "Ninja Van", "Pos Laju", "Amazon", "Shopee", "UPS", "LBC"),
}  # fmt: skip
_BANKS: _Words = {
    "th": ("กสิกรไทย", "KBank", "SCB", "ไทยพาณิชย์", "กรุงไทย", "กรุงเทพ", "ออมสิน", "กรุงศรี", "ttb", "ธ.ก.ส.", "UOB", "KTB", "BBL"),
    "en": ("SCB", "KBank", "Bangkok Bank", "Krungthai", "Maybank", "DBS", "OCBC", "HSBC", "BDO", "UOB", "Chase", "Barclays", "CIMB", "Bank of America", "Wells Fargo"),
}  # fmt: skip
_OTHER_BANKS: _Words = {
    "vi": ("Vietcombank", "VCB", "BIDV", "Agribank", "Techcombank", "MB", "ACB", "TPBank"),
    "id": ("BCA", "BRI", "BNI", "Mandiri", "Maybank", "CIMB"),
}
_NAMES: _Words = {
    "th": ("สมชาย", "นภา", "วิชัย", "กานดา", "ธนา", "ปิยะ", "อรุณ", "มานี", "สุดา", "เอก", "ใจดี", "แก้ว", "บุญมา"),
    "en": (
        "Anna",
        "Somchai",
        "David",
        "Mei",
        "Nok",
        "Peter",
        "Linda",
        "Arun",
        "Sarah",
        "Tom",
        "Malee",
        "James",
    ),
}
_DAYS: _Words = {
    "th": ("จันทร์", "อังคาร", "พุธ", "พฤหัส", "ศุกร์", "เสาร์", "อาทิตย์"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHOPS = (
    "บ้านส้ม",
    "เรือนแก้ว",
    "Sunny Home",
    "ใจดี",
    "ตะวัน",
    "Blue Door",
    "เพชรดา",
    "มุมโปรด",
    "Nine Cup",
    "ครัวยายมา",
    "BeautyBox",
    "ศรีทอง",
    "Fit Plus",
    "หมอยิ้ม",
    "Green Leaf",
)
_PLACES: _Words = {
    "th": ("เมือง", "บางนา", "ลาดพร้าว", "หาดใหญ่", "ขอนแก่น", "รังสิต", "สุขใจ", "บ้านดอน"),
    "en": ("Bangna", "the mall", "Rangsit", "Main Street", "Khon Kaen", "the station", "Hill Road"),
}


@dataclass(frozen=True, slots=True)
class MadeText:
    """A made text. `kind` as in the file of patterns; `group`: of all texts made from one pattern."""

    text: str
    label: str
    lang: str
    kind: str
    group: str


@cache
def make_messages(seed: int = 2026) -> tuple[MadeText, ...]:
    """All texts made of all patterns, the same for one seed."""
    return tuple(_iter_messages(random.Random(seed)))  # noqa: S311 - texts, no secrets


def _iter_messages(random_: random.Random) -> Iterator[MadeText]:
    for lang in LANGUAGES:
        source = resources.files(__package__).joinpath(f"made_{lang}.toml").read_text(encoding="utf-8")
        for kind, patterns in tomllib.loads(source).items():
            for label in ("scam", "ok", "advert"):
                for number, pattern in enumerate(patterns.get(label, ())):
                    texts = {_fill_pattern(pattern, lang, random_) for _ in range(TEXTS_OF_PATTERN)}
                    for text in sorted(texts):
                        # A code that was sent is a class of its own.
                        shown = "otp" if label == "ok" and _is_code(pattern) else label
                        yield MadeText(text, shown, lang, kind, f"{lang}-{kind}-{label}-{number}")


def _is_code(pattern: str) -> bool:
    return "{code}" in pattern and any(word in pattern for word in ("OTP", "is your login code", "TAC"))


def _fill_pattern(pattern: str, lang: str, random_: random.Random) -> str:
    while choice := _CHOICE.search(pattern):
        word = random_.choice(choice[1].split("|"))
        pattern = pattern[: choice.start()] + word + pattern[choice.end() :]
    return " ".join(_SLOT.sub(lambda slot: _draw_value(slot[1], lang, random_), pattern).split())


def _draw_value(slot: str, lang: str, random_: random.Random) -> str:
    if slot == "bank" and lang in _OTHER_BANKS:
        return random_.choice(_OTHER_BANKS[lang])
    lang = "th" if lang == "th" else "en"
    tables: dict[str, _Words] = {
        "carrier": _CARRIERS,
        "bank": _BANKS,
        "name": _NAMES,
        "day": _DAYS,
        "place": _PLACES,
    }
    if slot in tables:
        return random_.choice(tables[slot][lang])
    digits = random_.randrange
    values = {
        "fee": lambda: str(random_.choice((19, 32, 39, 49, 60, 89, 120, 150, 200, 250, 350, 389, 590))),
        "sum": lambda: (
            f"{random_.choice((800, 1200, 1850, 2865, 3500, 4870, 5000, 9800, 15000, 28000, 61000)) + digits(0, 90):,}"
        ),
        "num": lambda: str(digits(3, 900)),
        "time": lambda: f"{digits(8, 20)}:{random_.choice(('00', '15', '30', '45'))}",
        "phone": lambda: f"0{digits(8, 10)}{digits(0, 10)}-555-{digits(1000, 9999)}",
        "code": lambda: str(digits(1000, 999_999)),
        "ref": lambda: "".join(random_.choice("abcdefghkmnprstw") for _ in range(4)),
        "track": lambda: f"{random_.choice(('TH', 'KEX', 'RX', 'SPXTH', 'JT'))}{digits(10**7, 10**10)}",
        "account": lambda: f"{digits(100, 999)}-{digits(0, 9)}-{digits(10000, 99999)}-{digits(0, 9)}",
        "link": lambda: make_scam_link(random_),
        "apk": lambda: f"{_make_thrown_name(random_)}/{random_.choice(('app', 'scb', 'update', 'v2'))}.apk",
        "chat": lambda: _make_chat(random_),
        "adlink": lambda: _make_advert_link(random_),
        "adchat": lambda: _make_official_chat(random_),
        "shop": lambda: random_.choice(_SHOPS),
        "own": lambda: _make_honest_link(random_),
    }
    return values[slot]()


def _make_word(random_: random.Random) -> str:
    return "".join(random_.choice(_SYLLABLES) for _ in range(random_.randrange(1, 4)))


def _make_thrown_name(random_: random.Random) -> str:
    ending = random_.choice((*sorted(load_known_names("cheap")), "com", "com", "net", "co", "in"))
    tail = random_.choice(
        ("", "", "-th", "-line", "-vn", f"-{random_.choice(sorted(load_known_names('lures')))}")
    )
    return f"{_make_word(random_)}{tail}.{ending}"


def make_scam_link(random_: random.Random) -> str:
    """A link as scams carry it; no name of it is anybody's but by chance."""
    brand = random_.choice(load_brands()[:60])
    label = split_host(random_.choice(brand.sites)).label
    path = f"/{_make_word(random_)}{random_.randrange(1000)}" if random_.random() < 0.6 else ""
    host = random_.choices(
        (
            lambda: f"{label}.{_make_thrown_name(random_)}",
            lambda: (
                f"{label}-{random_.choice(('th', 'verify', 'refund', 'track', 'svip', 'co'))}.{random_.choice(('com', 'top', 'cc', 'icu'))}"
            ),
            lambda: _make_thrown_name(random_),
            lambda: (
                f"{random_.choice(('bit.ly', 'cutt.ly', 'tinyurl.com', 't.ly', 'shorturl.asia', 'is.gd', 'lin.ee', 'line.me'))}/{_make_path(random_)}"
            ),
            lambda: (
                f"http://{random_.randrange(30, 220)}.{random_.randrange(250)}.{random_.randrange(250)}.{random_.randrange(250)}/{label}"
            ),
        ),
        weights=(5, 4, 5, 5, 1),
    )[0]()
    return random_.choice(("", "", "https://", "www.")) + host + path if "://" not in host else host


def _make_path(random_: random.Random) -> str:
    """What shorteners put behind their name, for a scam's link and an honest one alike."""
    if random_.random() < 0.5:
        return _make_word(random_)
    return "".join(random_.choice(_PATH_LETTERS) for _ in range(random_.randrange(5, 8)))


def _make_advert_link(random_: random.Random) -> str:
    """A link as advertising and services carry it: a shortener's, a chat's, or the firm's own."""
    if random_.random() < 0.4:
        return _make_honest_link(random_)
    host = random_.choice(_ADVERT_HOSTS)
    return random_.choice(("", "", "https://")) + f"{host}/{_make_path(random_)}"


def _make_official_chat(random_: random.Random) -> str:
    word = _make_word(random_)
    return random_.choice(
        (
            f"@{word}",
            f"@{word}official",
            f"lin.ee/{_make_path(random_)}",
            f"@{word}{random_.randrange(10, 99)}",
        )
    )


def _make_honest_link(random_: random.Random) -> str:
    brand = random_.choice(load_brands())
    sites = [site for site in brand.sites if classify_host(site) == OWN]
    shop = f"{_make_word(random_)}{random_.choice(('shop', 'clinic', 'school', 'cafe', ''))}.{random_.choice(('com', 'co.th', 'net', 'in.th', 'ac.th', 'go.th'))}"
    short = f"{random_.choice(('bit.ly', 'cutt.ly', 'lin.ee', 'tsel.me'))}/{_make_word(random_)}"
    host = random_.choice((*sites[:1], *sites[:1], shop, shop, short))
    return (
        random_.choice(("", "https://", "www."))
        + host
        + random_.choice(("", "/th", f"/{_make_word(random_)}"))
    )


def _make_chat(random_: random.Random) -> str:
    word = f"{_make_word(random_)}{random_.randrange(10, 999)}"
    return random_.choice((f"@{word}", f"lin.ee/{word}", f"line.me/ti/p/{word}", f"t.me/{word}", f"wa.me/66{random_.randrange(10**8, 10**9)}", f"ID: {word}", f"+66 {random_.randrange(80, 99)} 555 {random_.randrange(1000, 9999)}"))  # fmt: skip
