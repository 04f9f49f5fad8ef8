"""Columns that complete a time in another column: its zone, or AM and PM."""

import re
from collections.abc import Sequence

from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.matching import ProfiledFile
from warroom.records.guess.profile import Profile

BANGKOK = "Asia/Bangkok"
_ZONE = re.compile(
    r"(?:UTC|GMT) ?[+-]\d{1,2}(?::?\d\d)?|[+-]\d\d:?\d\d|UTC|GMT|ICT|[A-Z][a-z]+/[A-Z]\w+", re.IGNORECASE
)
_BANGKOK = re.compile(rf"(?:UTC|GMT)? ?\+0?7(?::?00)?|ICT|{BANGKOK}", re.IGNORECASE)
_UTC = re.compile(r"UTC|GMT|(?:UTC|GMT)? ?[+-]00?(?::?00)?", re.IGNORECASE)
_HALF = re.compile(r"[ap]\.?m\.?", re.IGNORECASE)


_NAMED = re.compile(
    r"\b(ICT|MYT|SGT|HKT|PHT|MMT|Bangkok|Singapore time|Hong Kong time|Manila time|PH time|Yangon time|Myanmar time)\b"
    r"|\b(?:UTC|GMT)(?: ?([+-])(\d\d?)(?::?(\d\d))?)?(?![\d:])|(?<=[ (])([+-])(\d\d):?(\d\d)(?=\)|$)",
    re.IGNORECASE,
)
_PLACES = {
    "ICT": BANGKOK, "BANGKOK": BANGKOK, "MYT": "Asia/Kuala_Lumpur", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong",
    "PHT": "Asia/Manila", "MMT": "Asia/Yangon", "SINGAPORE TIME": "Asia/Singapore", "HONG KONG TIME": "Asia/Hong_Kong",
    "MANILA TIME": "Asia/Manila", "PH TIME": "Asia/Manila", "YANGON TIME": "Asia/Yangon", "MYANMAR TIME": "Asia/Yangon",
}  # fmt: skip
# Offsets that one zone of the region has; others become Etc zones, which have no name of a place.
_OFFSETS = {"+700": BANGKOK, "+630": "Asia/Yangon", "+530": "Asia/Kolkata", "+0": "UTC", "-0": "UTC"}


def find_zone_in_text(text: str) -> str | None:
    """The zone that a heading or a title names, by a name or an offset; None where it names none or one that is not known."""
    zone_match = _NAMED.search(text)
    if zone_match is None:
        return None
    if zone_match[1]:
        return _PLACES[zone_match[1].upper()]
    sign, hours, minutes = zone_match.group(5, 6, 7) if zone_match[5] else zone_match.group(2, 3, 4)
    if not sign:
        return "UTC"
    offset = f"{sign}{int(hours) * 100 + int(minutes or 0)}"
    # Etc/GMT-8 is eight hours ahead of Greenwich: its sign is the contrary one.
    whole = f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"
    return _OFFSETS.get(offset, None if int(minutes or 0) or int(hours) > 12 else whole)


def find_zone_column(file: ProfiledFile) -> Profile | None:
    """The column that names the zone of each row's time; None where there is none."""
    return next((each for each in file.columns if _do_all_match(each, _ZONE)), None)


def find_common_zone(each: Profile) -> str | None:
    """The one zone that all rows of such a column name, as a mapping has it; None for several and for unusual ones."""
    for zone, pattern in ((BANGKOK, _BANGKOK), ("UTC", _UTC)):
        if _do_all_match(each, pattern):
            return zone
    return None


def is_zone_or_half_day(each: Profile) -> bool:
    """Whether a column names zones or halves of the day, and so nothing else of a row."""
    return _do_all_match(each, _ZONE) or _do_all_match(each, _HALF)


def ask_about_zones(each: Profile) -> Doubt:
    """The question what the column of zones means for the times."""
    write = f'[time] zone, or [columns] time = ["...", "{each.name}"] and %z behind [time] format'
    words = quote_names(list(each.counts_by_value), 4)
    return make_doubt("time.zone", "guess.zone-column", write, theirs=each.name, words=words)


def ask_about_half_days(file: ProfiledFile, unused: Sequence[str]) -> list[Doubt]:
    """Questions about columns of AM and PM that nothing reads: without them an afternoon is a morning."""
    half_columns = [
        profile for profile in file.columns if profile.name in unused and _do_all_match(profile, _HALF)
    ]
    write = '[columns] time = ["...", "{}"], [time] format = "... %I:%M %p"'
    return [
        make_doubt(
            "time.format",
            "guess.half-unused",
            write.format(profile.name),
            theirs=profile.name,
            words=quote_names(list(profile.counts_by_value)),
        )
        for profile in half_columns
    ]


def _do_all_match(each: Profile, pattern: re.Pattern[str]) -> bool:
    return bool(each.counts_by_value) and all(pattern.fullmatch(text) for text in each.counts_by_value)
