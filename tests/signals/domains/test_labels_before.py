"""Brands of the list put before, into and beside names that are thrown away; and everybody's true names, which look like nobody."""

import random
from collections.abc import Iterator

import pytest

from warroom.signals.addresses.known import OWN, Brand, classify_host, load_brands, load_known_names
from warroom.signals.addresses.look_alike import find_look_alike
from warroom.signals.addresses.registered import split_host

SYLLABLES = ("zs", "lx", "yn", "bwz", "es", "dw", "track", "secure", "check", "kx", "pw", "vq", "mo", "ta")
TAILS = ("-th.com", "-line.cc", "-th.cc", "-vn.top", "-th.net", "-my.vip", "-id.icu", "-ph.site", "-kh.xyz")
TRUE_SUBDOMAINS = ("www", "m", "login", "track", "promotion", "online.banking", "th", "secure-pay", "app2")


def _list_labels(brand: Brand) -> list[str]:
    return [split_host(site).label for site in brand.sites if classify_host(site) == OWN] + list(brand.words)


def _iter_copies(random_: random.Random) -> Iterator[tuple[str, str]]:
    """Copies of every brand of the list, with the way each was made."""
    for brand in load_brands():
        site = random_.choice(brand.sites)
        label = random_.choice(_list_labels(brand) or [split_host(site).label])
        thrown = random_.choice(SYLLABLES) + random_.choice(TAILS)
        yield "a label of its own before a thrown-away name", f"{label}.{thrown}"
        yield "behind www", f"www.{label}.{thrown}"
        yield "the whole site before a thrown-away name", f"{site}.{thrown}"
        yield "the whole site before a name of a lure", f"{site}.secure-login.net"
        if label not in brand.plain:
            yield (
                "beside a lure",
                f"{label}-{random_.choice(('login', 'verify', 'th', 'refund', 'track'))}.com",
            )
            if len(label) > 6 and not set(label) & set("0123456789"):
                at = random_.randrange(1, len(label))
                yield "a letter doubled", f"{label[:at]}{label[at - 1]}{label[at:]}.top"


def test_every_brand_put_before_a_thrown_away_name_is_told() -> None:
    missed: dict[str, list[str]] = {}
    count = 0
    for seed in range(12):
        for way, host in _iter_copies(random.Random(seed)):
            count += 1
            if find_look_alike(host) is None:
                missed.setdefault(way, []).append(host)
    assert count > 5_000
    assert not missed


def test_no_brands_true_name_nor_any_name_below_it_looks_like_somebody() -> None:
    flagged = [
        host
        for brand in load_brands()
        for site in brand.sites
        for host in (site, *(f"{below}.{site}" for below in TRUE_SUBDOMAINS))
        if find_look_alike(host) is not None
    ]
    assert not flagged


@pytest.mark.parametrize(
    "host",
    [
        "kerry.zs-th.com", "www.flash.zs-th.com", "flash.lx-th.com", "flashexpress.yn-line.cc", "shopee.zs-th.com",
        "krungthai.zs-th.com", "scb.co-line.cc", "mea.bwz-th.cc", "pea.es-th.com", "egat.dw-line.cc",
        "thailandpost.track-th.com", "vietcombank.vn-ms.top", "shopeee.net", "svip-scb.com", "pea-ro.com",
        "police.go.th.check-case.com", "scb.co.th.secure-login.net", "kasikornbank.com.verify.cc", "dol.go.th.app",
        "pea.co-th.com", "dol-go.th", "anything.gov.vn.refund-form.com",
    ],
)  # fmt: skip
def test_copies_as_real_messages_carried_them_are_told(host: str) -> None:
    assert find_look_alike(host) is not None


@pytest.mark.parametrize(
    "host",
    [
        "kerry.ie", "kerryfoods.com", "flash-sale.example", "true-love.com", "on-line.me", "police.ucdavis.edu",
        "scb.zendesk.com", "krungthai.okta.com", "post.at", "line-art.com", "smart-home.com", "peanut.com",
        "grab-a-pizza.com", "maya-travel.com", "abbas-shop.com", "somchai-furniture.com", "ban-suan.co.th",
        "wat-pho.or.th", "school-99.ac.th", "www.moph.go.th", "hospital.moph.go.th", "mybrother.com", "upset.com",
    ],
)  # fmt: skip
def test_honest_names_that_hold_a_brands_letters_look_like_nobody(host: str) -> None:
    assert find_look_alike(host) is None


def test_the_list_names_no_site_twice_and_no_shortener_as_a_brands_word() -> None:
    sites = [site for brand in load_brands() for site in brand.sites]
    assert sorted(set(sites)) == sorted(sites)
    assert len({brand.id for brand in load_brands()}) == len(load_brands())
    assert not load_known_names("rented") & set(sites)
