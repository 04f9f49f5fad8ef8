"""Domains and pages: the host in ASCII letters, its registered name, and on shared platforms the page."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from warroom.subjects.identifiers.identifier import Identifier

if TYPE_CHECKING:
    from tldextract import TLDExtract

# How security reports write addresses so that nobody clicks on them.
_DEFANGED = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[dot]", "."))
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
PLATFORMS = (
    "facebook.com",
    "fb.com",
    "instagram.com",
    "tiktok.com",
    "t.me",
    "line.me",
    "x.com",
    "twitter.com",
    "youtube.com",
)
"""Where a page is what its address says after the host: millions share the domain."""
_SAME = {"fb.com": "facebook.com", "twitter.com": "x.com"}


def parse_domain(text: str) -> Identifier | None:
    """A domain or a page; None where the text is neither.

    `belongs_to` is the registered name, by the bundled list of public suffixes.
    """
    text = text.strip()
    for written, meant in _DEFANGED:
        text = text.replace(written, meant)
    # An @ without a scheme is a mail address or an account name, whose host is not the subject.
    if not text or any(map(str.isspace, text)) or ("@" in text and not _SCHEME.match(text)):
        return None
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"//{text}")
        host = _to_ascii((parts.hostname or "").rstrip("."))
    except ValueError:
        return None
    if not host or not _HOST.fullmatch(host):
        return None
    known = _load_public_suffixes()(host)
    registered = known.top_domain_under_public_suffix
    if not registered:
        return None
    # The first segment names the account; what follows are its posts.
    page = parts.path.strip("/").split("/")[0].lstrip("@").lower()
    if registered in PLATFORMS and page:
        registered = _SAME.get(registered, registered)
        return Identifier("page", f"{registered}/{page}", None, registered)
    return Identifier("domain", host.removeprefix("www."), None, registered)


def _to_ascii(host: str) -> str:
    # Imported here: its tables are large, and most commands read no domain.
    import idna

    try:
        return idna.encode(host, uts46=True).decode().lower()
    except idna.IDNAError:
        # Look-alikes often break a rule of IDNA; they are kept, since it is they that are looked for.
        return host.lower()


@lru_cache(1)
def _load_public_suffixes() -> "TLDExtract":
    from tldextract import TLDExtract

    # Neither the network nor a cache on disk: the list is that of the package.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
