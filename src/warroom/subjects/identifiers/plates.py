"""Number plates: Thai ones with their province, and those of the neighbours by shape."""

import re
import tomllib
from functools import lru_cache
from importlib import resources

from warroom.subjects.identifiers.identifier import Identifier
from warroom.subjects.spelling import THAI_DIGITS

_THAI = re.compile(r"(?P<series>\d?[ก-ฮ]{1,2}|\d{2,3}(?=-))-?(?P<number>\d{1,4})(?P<place>[^\d]*)")
_NEIGHBOUR = re.compile(r"(?:[ກ-ຮ]{2}\d{4}|(?:YGN|MDY|NPW)?\d[A-Z]/?\d{4}|[0-9]{1,2}[A-Z]{1,2}\d{4,5})")


def parse_plate(text: str) -> Identifier | None:
    """A plate in one spelling: `1กข 1234 กรุงเทพมหานคร`, the province left out where the text has none; None for other texts."""
    joined = re.sub(r"[\s.]+", "", text.translate(THAI_DIGITS)).removeprefix("ทะเบียน").removeprefix("จังหวัด")
    if plate_match := _THAI.fullmatch(joined):
        place = _find_province(plate_match["place"])
        if place is not None:
            # Thai plates print the number without leading zeros.
            parts = (plate_match["series"], plate_match["number"].lstrip("0") or "0", place)
            return Identifier("plate", " ".join(filter(None, parts)), None, place)
    # Neighbours' plates come with and without hyphens; Thai ones need the hyphen to part series and number.
    joined = joined.upper().replace("-", "")
    return Identifier("plate", joined) if _NEIGHBOUR.fullmatch(joined) else None


def _find_province(written: str) -> str | None:
    """The province that stands on a plate, in Thai letters; empty where nothing stands there, None where it is no province."""
    said = written.strip("-()").removeprefix("จังหวัด").removeprefix("จ").lower()
    return "" if not said else _load_provinces().get(said)


@lru_cache(1)
def _load_provinces() -> dict[str, str]:
    """Every way to write a province, with its name in Thai: Thai, English by the official scheme, and what people shorten."""
    listed = tomllib.loads(
        resources.files(__package__).joinpath("provinces.toml").read_text(encoding="utf-8")
    )
    province_by_name = {}
    for thai, others in listed["provinces"].items():
        for name in (thai, *others):
            province_by_name[name.replace(" ", "").lower()] = thai
            # Texts that begin with จ lose it as the short word for a province.
            province_by_name[name.replace(" ", "").lower().removeprefix("จ")] = thai
    return province_by_name
