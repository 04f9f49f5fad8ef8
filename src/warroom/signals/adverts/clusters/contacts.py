"""Contacts in an advert, normalised: telephone, chat accounts, wallet, domain, mail."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from warroom.signals.adverts.advert import Advert
from warroom.subjects.spelling import strip_separators

KINDS = ("phone", "line", "telegram", "chat", "wallet", "domain", "email")
SHARED_HOSTS = frozenset(
    {
        "facebook.com",
        "fb.com",
        "m.me",
        "line.me",
        "lin.ee",
        "t.me",
        "telegram.me",
        "wa.me",
        "whatsapp.com",
        "tiktok.com",
        "instagram.com",
        "youtube.com",
        "google.com",
        "goo.gl",
        "forms.gle",
        "bit.ly",
        "cutt.ly",
        "tinyurl.com",
        "t.co",
        "x.com",
        "twitter.com",
        "zalo.me",
        "weebly.com",
        "pages.dev",
        "workers.dev",
        "wixsite.com",
        "blogspot.com",
        "jobthai.com",
        "jobsdb.com",
        "indeed.com",
        "linkedin.com",
    }
)
"""Hosts that everybody uses: sharing one links no two pages."""
_PATTERNS = {
    "telegram": re.compile(r"(?:t\.me/|telegram\.me/|(?:telegram|tele|tg|เทเลแกรม|飞机|电报)\W{0,4}@)([A-Za-z][A-Za-z0-9_]{4,31})", re.I),
    # "Online sales", "a production line operator" name no account: bare words behind "line" need a mark, a digit or an underscore.
    "line": re.compile(
        r"(?:(?<![a-z0-9-])line\s?(?:id\b\s?[:：=]?|[:：=]|(?=@)|(?=[a-z.-]*[\d_]))"
        r"|(?<!ออน)ไลน์\s?(?:ไอดี|id\b)?\s?[:：=]?|ไอดีไลน์\s?[:：=]?)\s?(@?[a-z0-9][a-z0-9._-]{3,19})"
        r"|(?:lin\.ee/|line\.me/\S*?/)([\w@~-]{4,40})", re.I),
    "wallet": re.compile(r"\b(T[1-9A-HJ-NP-Za-km-z]{33}|0x[0-9a-fA-F]{40}|bc1[0-9a-z]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b"),
    "chat": re.compile(r"\bchat:([A-Za-z0-9]{4,40})"),
    "email": re.compile(r"\b([\w.+-]+@[\w-]+\.[\w.-]*[a-z])\b", re.I),
    "phone": re.compile(r"(?<![\w.,/])(\+?\d(?:[ .()-]{0,2}\d){8,14})(?![\w/])"),
}  # fmt: skip
_LINK = re.compile(r"https?://[^\s<>\"']+", re.I)


def extract_contacts(advert: Advert) -> set[str]:
    """Every contact of an advert as `kind:value`, from its fields and its text."""
    found: set[str] = set()
    for told in (*advert.contacts, advert.text):
        found.update(_iter_text_contacts(told))
    for link in (*advert.links, *_LINK.findall(advert.text)):
        found.update(_iter_link_contacts(link))
    return found


def _iter_text_contacts(text: str) -> Iterator[str]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            value = next(filter(None, match.groups()))
            yield f"{kind}:{_normalise_contact(kind, value)}"


def _normalise_contact(kind: str, value: str) -> str:
    if kind == "phone":
        return _normalise_phone(value)
    # Wallet addresses and chat links are case-sensitive.
    return value if kind in ("wallet", "chat") else value.casefold().lstrip("@~")


def _normalise_phone(value: str) -> str:
    """Digits with the country's code, so that 081... and +66 81... are one."""
    digits = strip_separators(value)
    digits = re.sub(r"\D", "", digits)
    return f"66{digits[1:]}" if len(digits) == 10 and digits.startswith("0") else digits


def _iter_link_contacts(link: str) -> Iterable[str]:
    try:
        # urlsplit raises for a malformed host; such a link is no contact.
        host = (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ()
    shared = any(host == each or host.endswith(f".{each}") for each in SHARED_HOSTS)
    return () if shared or "." not in host else (f"domain:{host}",)
