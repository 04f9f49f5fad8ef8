"""Which part of a name on the internet somebody registered, by the public suffix list that came with the program."""

from functools import cache
from typing import Any, NamedTuple


class DomainName(NamedTuple):
    """`below`.`label`.`ending`: www . scb . co.th"""

    below: str
    label: str
    ending: str

    @property
    def registered(self) -> str:
        """What somebody registered: label and ending."""
        return f"{self.label}.{self.ending}" if self.ending else self.label


def split_host(host: str) -> DomainName:
    """A host in its parts; of a name without a known ending the last label is what stands there."""
    found = _make_extractor()(host)
    return DomainName(found.subdomain, found.domain, found.suffix)


def has_known_ending(host: str) -> bool:
    """Whether a name ends as names on the internet can."""
    return bool(_make_extractor()(host).suffix)


@cache
def _make_extractor() -> Any:
    import tldextract

    # Without addresses nothing is fetched, and without a folder nothing is kept: the list in the package alone.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
