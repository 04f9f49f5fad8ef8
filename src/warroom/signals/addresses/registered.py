"""The registered part of a host, by the Public Suffix List that ships with the program."""

from functools import cache
from typing import Any, NamedTuple


class DomainName(NamedTuple):
    """`below`.`label`.`ending`: www . scb . co.th"""

    below: str
    label: str
    ending: str

    @property
    def registered(self) -> str:
        """The registered domain: label and ending."""
        return f"{self.label}.{self.ending}" if self.ending else self.label


def split_host(host: str) -> DomainName:
    """A host in its parts; without a known ending the last label counts as the label."""
    found = _make_extractor()(host)
    return DomainName(found.subdomain, found.domain, found.suffix)


def has_known_ending(host: str) -> bool:
    """Whether a host ends in a public suffix."""
    return bool(_make_extractor()(host).suffix)


@cache
def _make_extractor() -> Any:
    import tldextract

    # No addresses, so nothing is fetched, and no cache: only the list in the package, as the room may be
    # offline.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
