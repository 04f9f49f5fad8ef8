"""The score of two names in numbers: compiled for many pairs, interpreted for one.

Names are in flat arrays (`packing`). The costs of confusing two sounds are data; every rule of the score is
here, so that one pair and a million pairs get the same result.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

SAME, SOUND, READING, LINK, SPELLING, INITIAL, NOTHING, SLIP = range(8)
"""Why a word matches another: one spelling; one sound in one script; read in another script; a syllable as another tongue spells
it; near; an initial; not at all; marks left out or moved in one script.
"""
# The values of `name.WordRank`, and below those of `scripts`: plain numbers, since the compiler reads no
# enum.
NAME_RANK, MAYBE_RANK, INITIAL_RANK, NUMBER_RANK, COMMON_RANK = range(5)
LATIN, THAI, LAO, KHMER, BURMESE, HAN, HANGUL, ABJAD_SCRIPT, LETTERS = 1, 2, 3, 4, 5, 6, 7, 9, 10
SHARED, KIN, UNLIKE, STRANGE, RENAMED = range(5)
"""What two names that are not the same have in common (`relate_names`)."""
# Places in `packing._FORMS`.
LIMITED, PUBLIC = 1, 2
# Scripts whose words are compared as they are written and sound, never as they would be spelled in Latin letters.
_FIRST_EXACT, _LAST_EXACT = 2, 7
# The weights and limits below were tuned on one half of the measured pairs; the other half only measures
# (docs/measurements/names.md).
LIMIT = 0.7
"""Names that score it or more are the same."""
COMMON_TABLE, THAI_TABLE, KHMER_TABLE, OWN_TABLE = range(4)
"""The tables of costs (`find_cost_table`)."""
SWAPPED = 0.4
"""The cost of two sounds of a word that changed places."""
NEARLY_ONE = 0.4
"""Two sounds that cost less than this together are taken for one when they changed places."""
INITIAL_SCORE = 0.75
"""What two names score at most that agree in one word and an initial, as a payment slip shows a name."""
MET = 0.46
"""Words of two names that are less alike have nothing in common."""
ALIKE_ACROSS = 0.6
"""Words in two scripts that are less alike are not taken for one word where two people may bear them."""
GIVEN_ALIKE = 0.9
"""The same for two given names in one script: a letter makes another one. Chosen on the names that tests make people of, as is the one above."""
WORDS = 12
"""Words of a name that are compared."""
SPAN = 16
"""More than a name has words: two places among them fit into one number."""
HEARD = 32
"""Two codes that leave the same rest by it are one sound in two places (`latin.CLOSING`)."""
# Size of the tables of costs: the 31 signs of `latin.SIGNS` counted from 1, in three places each.
SIGNS = 3 * HEARD
LONGEST = 64
"""Sounds of a whole name that are compared when its words are joined."""
ABJAD = 30
"""The code of `latin.ABJAD_MARK`."""


class PackedNames(NamedTuple):
    """Names in flat arrays: `word_at[i]` to `word_at[i + 1]` are the words of name i, and so on down to the sounds."""

    word_at: Ints
    syllabic: npt.NDArray[np.bool_]
    company: npt.NDArray[np.bool_]
    form: Ints
    joined: npt.NDArray[np.int64]
    son_of: Ints
    own: npt.NDArray[np.int64]
    exact: npt.NDArray[np.int64]
    script: Ints
    rank: Ints
    pinyin: npt.NDArray[np.bool_]
    family: npt.NDArray[np.bool_]
    marked: npt.NDArray[np.bool_]
    alt_at: Ints
    code_at: Ints
    codes: Ints
    link_at: Ints
    links: npt.NDArray[np.int64]


class SoundCosts(NamedTuple):
    """What it costs to take one sound for another, and to leave one out, by how two scripts are compared (`find_cost_table`)."""

    subs: Floats
    gaps: Floats


class KernelBuffers(NamedTuple):
    """Room for the kernel to work in, so that it never allocates."""

    table: Floats
    sims: Floats
    whys: Ints
    first: Ints
    second: Ints
    joined_a: Ints
    joined_b: Ints


def compute_sound_distance(
    a: Ints, n: int, b: Ints, m: int, subs: Floats, gaps: Floats, most: float, table: Floats
) -> float:
    """The least cost of turning one word's sounds into another's: sounds left out, put in, taken for others or swapped. It is given up
    as soon as it must be more than `most`.
    """
    table[0, 0] = 0.0
    for j in range(m):
        table[0, j + 1] = table[0, j] + gaps[b[j]]
    before = 0.0
    for i in range(n):
        table[i + 1, 0] = table[i, 0] + gaps[a[i]]
        least = table[i + 1, 0]
        for j in range(m):
            best = table[i, j] + subs[a[i], b[j]]
            best = min(best, table[i, j + 1] + gaps[a[i]])
            best = min(best, table[i + 1, j] + gaps[b[j]])
            if (
                i > 0
                and j > 0
                and subs[a[i], b[j - 1]] < NEARLY_ONE
                and subs[a[i], b[j - 1]] + subs[a[i - 1], b[j]] < NEARLY_ONE
            ):
                # Two neighbouring sounds swapped are one slip, not two changes; at the front, and in short words, it is
                # likelier another name: Ian and Ina.
                slip = i > 1 and j > 1 and n > 3 and m > 3
                best = min(best, table[i - 1, j - 1] + (SWAPPED if slip else 0.8))
            table[i + 1, j + 1] = best
            least = min(least, best)
        # A swap reaches back two rows, so both must be too dear.
        if min(least, before) > most:
            return float(min(least, before))
        before = least
    return float(table[n, m])


def find_cost_table(script: int, other: int) -> int:
    """Which of the tables of costs holds between two scripts: that of Thai letters and others, of Khmer and others, of one
    script that is not Latin, or the common one.
    """
    if script == other:
        return COMMON_TABLE if script == LATIN else OWN_TABLE
    if script == THAI or other == THAI:
        return THAI_TABLE
    return KHMER_TABLE if script == KHMER or other == KHMER else COMMON_TABLE


def get_allowed_distance(length: int, strict: bool, table: int) -> float:
    """The cost at which two words are no longer the same, by the table of costs that they are compared with."""
    # Syllabic names: a single changed sound makes another name, so almost no distance is allowed.
    if strict:
        return 0.3
    # Thai is read so closely that one habit after another costs little, and what costs more is another name.
    if table == THAI_TABLE:
        return min(0.35 + 0.06 * length, 0.95)
    if table == KHMER_TABLE:
        return max(0.17 * length, 0.45) if length < 7 else min(0.19 * length, 2.0)
    # The floor lets a short word differ in one cheap sound; the ceiling keeps long words from drifting apart.
    return max(0.15 * length, 0.36) if length < 7 else min(0.17 * length, 2.0)


def are_linked(names: PackedNames, x: int, others: PackedNames, y: int) -> bool:
    """Whether two syllables may stand for one."""
    for a in range(names.link_at[x], names.link_at[x + 1]):
        for b in range(others.link_at[y], others.link_at[y + 1]):
            if names.links[a] == others.links[b]:
                return True
    return False


def measure_sound_similarity(
    names: PackedNames, x: int, others: PackedNames, y: int, strict: bool, costs: SoundCosts, table: Floats
) -> float:
    """How near two words sound by any of their readings: 1 for one sound, 0.7 where they are no longer the same."""
    best = 0.0
    kind = find_cost_table(names.script[x], others.script[y])
    subs, gaps = costs.subs[kind], costs.gaps[kind]
    for a in range(names.alt_at[x], names.alt_at[x + 1]):
        from_a, to_a = names.code_at[a], names.code_at[a + 1]
        for b in range(others.alt_at[y], others.alt_at[y + 1]):
            from_b, to_b = others.code_at[b], others.code_at[b + 1]
            n, m = to_a - from_a, to_b - from_b
            if n == 0 or m == 0 or (names.codes[from_a] == ABJAD) != (others.codes[from_b] == ABJAD):
                continue
            if (
                names.codes[from_a] == ABJAD
                and names.script[x] != ABJAD_SCRIPT
                and others.script[y] != ABJAD_SCRIPT
            ):
                continue
            limit = get_allowed_distance(max(n, m), strict, kind)
            # The cheapest sound left out costs 0.3: lengths that differ this much cannot come within the
            # limit.
            if abs(n - m) * 0.3 > 3.4 * limit:
                continue
            cost = compute_sound_distance(
                names.codes[from_a:to_a], n, others.codes[from_b:to_b], m, subs, gaps, 2.1 * limit, table
            )
            # Scaled so that a cost at the limit scores 0.7, which is `LIMIT`; at twice of it nothing is alike.
            best = max(best, 1.0 - 0.3 * cost / limit)
            if best >= 1.0:
                return best
    return best


def match_words(
    names: PackedNames,
    x: int,
    others: PackedNames,
    y: int,
    strict: bool,
    exactly: bool,
    costs: SoundCosts,
    table: Floats,
) -> tuple[float, int]:
    """How well two words match, and why. `strict`: one of the names is of syllables; `exactly`: both are."""
    one_script = names.script[x] == others.script[y]
    if one_script and names.own[x] == others.own[y]:
        return 1.0, SAME
    # Fund VII and Fund VIII are two companies: numbers match by being equal (above) or not at all.
    if names.rank[x] == NUMBER_RANK or others.rank[y] == NUMBER_RANK:
        return 0.0, NOTHING
    if names.rank[x] == COMMON_RANK and others.rank[y] == COMMON_RANK and names.exact[x] == others.exact[y]:
        return 0.95, READING
    if names.rank[x] == INITIAL_RANK or others.rank[y] == INITIAL_RANK:
        return match_initial(names, x, others, y, costs)
    if one_script and _FIRST_EXACT <= names.script[x] <= _LAST_EXACT:
        if names.exact[x] == others.exact[y]:
            return 0.93, SOUND
        if names.script[x] == THAI:
            return (0.78, SLIP) if are_linked(names, x, others, y) else (0.0, NOTHING)
        if names.script[x] == HAN or names.script[x] == HANGUL:
            return 0.0, NOTHING
        return (
            (0.88, SPELLING)
            if measure_sound_similarity(names, x, others, y, True, costs, table) >= 0.7
            else (0.0, NOTHING)
        )
    # Both were typed with tone marks, and the marks differ: in Vietnamese these are two words.
    if exactly and names.marked[x] and others.marked[y] and names.exact[x] != others.exact[y]:
        return 0.5, NOTHING
    if are_linked(names, x, others, y):
        return (0.92, READING) if not one_script else (0.86, LINK)
    if exactly and (one_script or names.script[x] == HAN or others.script[y] == HAN):
        return 0.0, NOTHING
    near = measure_sound_similarity(names, x, others, y, strict, costs, table)
    if near < 0.4:
        return 0.0, NOTHING
    return near, (READING if not one_script else SOUND if near >= 0.9 else SPELLING)


def compute_form_penalty(form: int, other: int) -> float:
    """What two legal forms say against one company. One left out says nothing, and a limited company may have gone public."""
    if form == other or form == 0 or other == 0:
        return 0.0
    # 0.31 is just over 1 - LIMIT: two forms that exclude each other part even equal names.
    return 0.08 if form + other == LIMITED + PUBLIC else 0.31


def match_initial(
    names: PackedNames, x: int, others: PackedNames, y: int, costs: SoundCosts
) -> tuple[float, int]:
    """Whether one word is the first letter of the other; of two scripts, a letter that is spelled so."""
    one_script = names.script[x] == others.script[y]
    for a in range(names.alt_at[x], names.alt_at[x + 1]):
        for b in range(others.alt_at[y], others.alt_at[y + 1]):
            code, other = names.codes[names.code_at[a]], others.codes[others.code_at[b]]
            if code == ABJAD or other == ABJAD:
                continue
            if code == other or (not one_script and costs.subs[THAI_TABLE, code, other] < 0.35):
                return 0.85, INITIAL
    return 0.0, NOTHING


def score_names(
    names: PackedNames, i: int, others: PackedNames, j: int, costs: SoundCosts, room: KernelBuffers
) -> float:
    """How likely two names are one, from 0 to 1; `room.first` and `room.second` then say which words met which."""
    at_a, at_b = names.word_at[i], others.word_at[j]
    n, m = min(names.word_at[i + 1] - at_a, WORDS), min(others.word_at[j + 1] - at_b, WORDS)
    # The buffers are reused for every pair.
    room.first[:] = -1
    room.second[:] = -1
    if n == 0 or m == 0:
        return 0.0
    # Thai spells the syllables of Chinese by its own habits, and its table of costs is strict enough.
    thai = names.script[at_a] == THAI or others.script[at_b] == THAI
    strict = (names.syllabic[i] or others.syllabic[j]) and not thai
    exactly = names.syllabic[i] and others.syllabic[j]
    if names.joined[i] == others.joined[j]:
        # Written with spaces elsewhere, or nowhere: the same letters in the same order.
        for x in range(min(n, m)):
            room.first[x], room.second[x] = x, x
        return 1.0 - compute_form_penalty(names.form[i], others.form[j])
    for x in range(n):
        for y in range(m):
            sim, why = match_words(names, at_a + x, others, at_b + y, strict, exactly, costs, room.table)
            room.sims[x, y] = sim
            room.whys[x, y] = why
    if exactly:
        best = score_syllables_in_order(names, at_a, n, others, at_b, m, room)
    else:
        company = names.company[i] or others.company[j]
        best = score_words_in_any_order(names, at_a, n, others, at_b, m, company, costs, room)
    # Where the number of words is one, a space may stand a letter off (AaronR ichard); then nothing else may differ.
    moved = n == m and n > 1 and not strict and names.script[at_a] == LATIN and others.script[at_b] == LATIN
    if best < LIMIT and moved and not names.company[i]:
        best = max(best, score_moved_space(names, at_a, n, others, at_b, m, costs, room))
    if best < 0.95 and (n != m or n == 1):
        best = max(best, score_joined_sounds(names, at_a, n, others, at_b, m, strict, costs, room))
    if names.son_of[i] > 0 and others.son_of[j] > 0 and room.first[0] != 0:
        best = min(best, 0.5)  # Salman bin Muhammad is not Muhammad bin Salman
    best -= compute_form_penalty(names.form[i], others.form[j])
    return max(best, 0.0)


def score_syllables_in_order(
    names: PackedNames, at_a: int, n: int, others: PackedNames, at_b: int, m: int, room: KernelBuffers
) -> float:
    """Syllables one after another, the family name first or last; more given names on one side are left out."""
    best, turn = 0.0, 0
    for k in range(m):
        # k = 1 and m - 1: the family name moved from the front to the end, or back. Other orders are no one's
        # habit.
        if n == m and (k == 0 or k == 1 or k == m - 1):
            turn_score = score_rotation(names, at_a, others, at_b, n, k, room)
            if turn_score > best:
                best, turn = turn_score, k
    if best > 0.0:
        for x in range(n):
            room.first[x], room.second[(x + turn) % m] = (x + turn) % m, x
    return best


def score_rotation(
    names: PackedNames, at_a: int, others: PackedNames, at_b: int, n: int, turn: int, room: KernelBuffers
) -> float:
    """The score with the second name's words turned so far."""
    total, worst, doubtful, sure = 0.0, 1.0, 0, 0
    for x in range(n):
        y = (x + turn) % n
        sim = room.sims[x, y]
        total += sim
        worst = min(worst, sim)
        if room.whys[x, y] == LINK:
            # Two Mandarin syllables are one only where the family names are spelled in two tongues.
            both = names.pinyin[at_a + x] and others.pinyin[at_b + y]
            family = names.family[at_a + x] and others.family[at_b + y]
            doubtful += both and not family
            sure += family or not both
    if doubtful and not sure:
        return 0.45
    mean_sim = total / n
    # The weakest syllable bounds the score: two good ones must not carry a wrong third.
    return min(mean_sim, worst + 0.05) - (0.03 if turn else 0.0)


def score_words_in_any_order(
    names: PackedNames,
    at_a: int,
    n: int,
    others: PackedNames,
    at_b: int,
    m: int,
    company: bool,
    costs: SoundCosts,
    room: KernelBuffers,
) -> float:
    """The score of words matched one to one, the best pairs first; words left over lower it."""
    met = count_split_words(names, at_a, n, others, at_b, m, room.first, room.second, costs, room)
    met += count_split_words(others, at_b, m, names, at_a, n, room.second, room.first, costs, room)
    total, weight, worst, initials = 0.95 * met, float(met), 1.0, 0
    for _ in range(min(n, m)):
        top, bx, by = MET, -1, -1
        for x in range(n):
            for y in range(m):
                # Of equally good matches the one nearer in order, hence the small term.
                if room.first[x] < 0 and room.second[y] < 0 and room.sims[x, y] > top + 0.0001 * abs(x - y):
                    top, bx, by = room.sims[x, y], x, y
        if bx < 0:
            break
        room.first[bx], room.second[by] = by, bx
        common = names.rank[at_a + bx] == COMMON_RANK or others.rank[at_b + by] == COMMON_RANK
        maybe = names.rank[at_a + bx] == MAYBE_RANK or others.rank[at_b + by] == MAYBE_RANK
        # Trading or a particle counts for less than a third of a word of the bearer's own.
        share = 0.3 if common or maybe else 1.0
        total += share * top
        weight += share
        if not maybe:
            worst = min(worst, top)
        met += 0 if common or maybe else 1
        initials += room.whys[bx, by] == INITIAL
    left_a, left_b = (
        count_unmatched(names, at_a, n, room.first, company),
        count_unmatched(others, at_b, m, room.second, company),
    )
    # Nothing but shared words and titles agrees: at most 0.6, below `LIMIT`.
    if weight == 0.0 or met == 0:
        return min(0.6, total) if weight > 0.0 and left_a == 0.0 and left_b == 0.0 else 0.0
    name_score = min(total / weight, worst + 0.12)
    if initials > 0 and met == initials + 1 and not company:
        # One name and an initial are borne by many: this says no more than that nothing differs.
        name_score = min(name_score, INITIAL_SCORE)
    if worst < LIMIT:
        name_score = LIMIT + 0.02 if is_slip_of_pen(names, at_a, n, others, at_b, company, room) else worst
    # Both names have a word that the other lacks: two names, unless what is left is a shared word.
    if left_a > 0.0 and left_b > 0.0:
        return name_score - 0.4 - 0.05 * (left_a + left_b) if left_a + left_b > 0.5 else name_score - 0.31
    more = left_a + left_b
    if more == 0.0:
        return name_score
    if company:
        return name_score - 0.31 * min(more, 2.0)
    # One word in common and more on one side (Somchai, Somchai Jaidee) is too little; with two it is a middle
    # name.
    return name_score - (0.4 if met == 1 else 0.06 + 0.04 * min(more, 4.0))


def count_split_words(
    names: PackedNames,
    at_a: int,
    n: int,
    others: PackedNames,
    at_b: int,
    m: int,
    mine: Ints,
    theirs: Ints,
    costs: SoundCosts,
    room: KernelBuffers,
) -> int:
    """How many words of the other name are written here in two parts; both parts then count as matched."""
    count = 0
    # Two parts on this side stand for one on the other, so this side has at least as many words.
    if n < m:
        return count
    for x in range(n - 1):
        for y in range(m):
            if mine[x] >= 0 or mine[x + 1] >= 0 or theirs[y] >= 0:
                continue
            # An initial is no part of a word: Kittisak W.
            if names.rank[at_a + x] == INITIAL_RANK or names.rank[at_a + x + 1] == INITIAL_RANK:
                continue
            mine_script, script = names.script[at_a + x], others.script[at_b + y]
            # Burmese letters show where each syllable ends, and Latin letters do not: သန္တာ Thandar.
            if mine_script != names.script[at_a + x + 1] or mine_script not in (LATIN, BURMESE):
                continue
            if script != LATIN and (mine_script == BURMESE or not THAI <= script <= KHMER):
                continue
            shortest = 4 if mine_script == BURMESE else 5
            for reading in range(4):
                long_a = join_sounds(names, at_a + x, 2, 0, reading // 2, room.joined_a)
                long_b = join_sounds(others, at_b + y, 1, 0, reading % 2, room.joined_b)
                if mine[x] >= 0 or long_a < shortest or abs(long_a - long_b) > 3:
                    continue
                kind = find_cost_table(mine_script, script)
                subs, gaps = costs.subs[kind], costs.gaps[kind]
                cost = compute_sound_distance(
                    room.joined_a, long_a, room.joined_b, long_b, subs, gaps, 4.0, room.table
                )
                # Stricter than for whole words: any two words joined are long, and long words come near many
                # others.
                if cost <= (0.05 if script == mine_script else 0.12) * long_b:
                    mine[x], mine[x + 1], theirs[y] = y, y, x
                    count += 1
    return count


def is_slip_of_pen(
    names: PackedNames, at_a: int, n: int, others: PackedNames, at_b: int, company: bool, room: KernelBuffers
) -> bool:
    """Whether the one word that differs is a slip of the pen: every other word is the same, and it is no given name."""
    met, apart = 0, 0
    least = 4
    for x in range(n):
        y = room.first[x]
        if y < 0 or names.rank[at_a + x] == MAYBE_RANK:
            continue
        if room.sims[x, y] >= 0.93:
            met += 1
            continue
        apart += 1
        latin = names.script[at_a + x] == LATIN or names.script[at_a + x] == LETTERS
        latin = latin and (others.script[at_b + y] == LATIN or others.script[at_b + y] == LETTERS)
        if (
            not latin
            or (not company and x == 0 and y == 0)
            or not is_small_difference(names, at_a + x, others, at_b + y, room.sims[x, y])
        ):
            return False
        a = names.alt_at[at_a + x]
        least = min(least, names.code_at[a + 1] - names.code_at[a])
    # Three letters are a word only among others that say more.
    return apart == 1 and met >= (1 if least > 3 else 2)


def is_small_difference(names: PackedNames, x: int, others: PackedNames, y: int, near: float) -> bool:
    """Whether what parts two words is a letter or two, and neither is a given name that everybody knows."""
    # A word with links beyond itself is a known given name, and no slip of another known one.
    if names.link_at[x] + 1 < names.link_at[x + 1] or others.link_at[y] + 1 < others.link_at[y + 1]:
        return False
    a, b = names.alt_at[x], others.alt_at[y]
    length = max(names.code_at[a + 1] - names.code_at[a], others.code_at[b + 1] - others.code_at[b])
    cost = (1.0 - near) / 0.3 * get_allowed_distance(length, False, COMMON_TABLE)
    return bool(length >= 3 and cost <= min(1.6, 0.34 * length))


def count_unmatched(names: PackedNames, at: int, count: int, met: Ints, company: bool) -> float:
    """How much of a name met nothing."""
    weight_left = 0.0
    for x in range(count):
        if met[x] < 0:
            rank = names.rank[at + x]
            if rank == COMMON_RANK:
                weight_left += 0.25
            elif rank != MAYBE_RANK:
                weight_left += 1.0 if rank != INITIAL_RANK or company else 0.5
    return weight_left


def join_sounds(names: PackedNames, at: int, count: int, turn: int, reading: int, into: Ints) -> int:
    """A name's sounds in one row, its words turned so far, by their first or second readings; how many there are."""
    n = 0
    for k in range(count):
        word = at + (k + turn) % count
        if names.alt_at[word] == names.alt_at[word + 1]:
            return 0
        alt = min(names.alt_at[word] + reading, names.alt_at[word + 1] - 1)
        if names.codes[names.code_at[alt]] == ABJAD:
            alt = names.alt_at[word]
        for c in range(names.code_at[alt], names.code_at[alt + 1]):
            # Two of one sound meet where words do.
            if n < LONGEST and not (n > 0 and into[n - 1] % HEARD == names.codes[c] % HEARD):
                into[n] = names.codes[c]
                n += 1
    return n


def score_joined_sounds(
    names: PackedNames,
    at_a: int,
    n: int,
    others: PackedNames,
    at_b: int,
    m: int,
    strict: bool,
    costs: SoundCosts,
    room: KernelBuffers,
) -> float:
    """Names without spaces, or parted elsewhere: all sounds of one against all of the other."""
    # In one exact script a space is no accident: words are compared as they stand.
    if names.script[at_a] == others.script[at_b] and 2 <= names.script[at_a] <= 6:
        return 0.0
    best = 0.0
    kind = find_cost_table(names.script[at_a], others.script[at_b])
    subs, gaps = costs.subs[kind], costs.gaps[kind]
    for reading in range(4):
        long_a = join_sounds(names, at_a, n, 0, reading % 2, room.joined_a)
        for turn in range(m):
            if turn != 0 and turn != 1 and turn != m - 1:
                continue
            long_b = join_sounds(others, at_b, m, turn, reading // 2, room.joined_b)
            # Fewer than five sounds occur inside many names.
            if long_a < 5 or long_b < 5 or abs(long_a - long_b) > 4:
                continue
            cost = compute_sound_distance(
                room.joined_a, long_a, room.joined_b, long_b, subs, gaps, 4.0, room.table
            )
            share = 0.13 if kind == KHMER_TABLE else 0.08
            limit = 0.45 if strict else share * max(long_a, long_b)
            best = max(best, 0.97 - 0.27 * cost / limit)
    return best


def score_moved_space(
    names: PackedNames,
    at_a: int,
    n: int,
    others: PackedNames,
    at_b: int,
    m: int,
    costs: SoundCosts,
    room: KernelBuffers,
) -> float:
    """The score of Latin names that sound the same in one row, or nearly so, though their words do not."""
    long_a = join_sounds(names, at_a, n, 0, 0, room.joined_a)
    long_b = join_sounds(others, at_b, m, 0, 0, room.joined_b)
    if long_a < 7 or long_b < 7 or abs(long_a - long_b) > 1:
        return 0.0
    for x in range(n - 1):
        # The space must be what differs: a word that is longer by a letter stands beside one that is shorter.
        a, b = names.alt_at[at_a + x], others.alt_at[at_b + x]
        if a == names.alt_at[at_a + x + 1] or b == others.alt_at[at_b + x + 1]:
            return 0.0
        shorter = names.code_at[a + 1] - names.code_at[a] - others.code_at[b + 1] + others.code_at[b]
        if 0 < abs(shorter) < 3:
            cost = compute_sound_distance(
                room.joined_a,
                long_a,
                room.joined_b,
                long_b,
                costs.subs[COMMON_TABLE],
                costs.gaps[COMMON_TABLE],
                0.6,
                room.table,
            )
            return 0.95 - 0.25 * cost / 0.6 if cost < 0.6 else 0.0
    return 0.0


def score_name_pairs(
    names: PackedNames, first: Ints, second: Ints, costs: SoundCosts, room: KernelBuffers, out: Floats
) -> None:
    """The score of every pair of names, by their numbers."""
    for k in range(len(first)):
        out[k] = score_names(names, first[k], names, second[k], costs, room)


def relate_names(names: PackedNames, i: int, j: int, costs: SoundCosts, room: KernelBuffers) -> int:
    """What two names that are not the same have in common: `STRANGE` where both are read and no word of one is like any of the other,
    so that two people or two companies bear them; `UNLIKE` where nothing is alike and yet one may be the other's, as a nickname of one
    word; `KIN` where people share a name and neither's given name is in the other's; `RENAMED` where they share a given name and each has a
    word that the other lacks, as two family names are; `SHARED` where only one of them has more words.
    """
    if names.joined[i] == names.joined[j] or score_names(names, i, names, j, costs, room) >= LIMIT:
        return SHARED
    at_a, at_b = names.word_at[i], names.word_at[j]
    n, m = min(names.word_at[i + 1] - at_a, WORDS), min(names.word_at[j + 1] - at_b, WORDS)
    proper_a, proper_b = count_own_words(names, at_a, n), count_own_words(names, at_b, m)
    if names.syllabic[i] and names.syllabic[j]:
        return SHARED if is_contained(n, m, room) else STRANGE
    company = names.company[i] or names.company[j]
    if not have_similar_words(names, at_a, 0, n, at_b, 0, m, MET, costs, room):
        read = proper_a > 0 and proper_b > 0
        return STRANGE if read and (company or (proper_a == 1) == (proper_b == 1)) else UNLIKE
    if company or proper_a < 2 or proper_b < 2:
        return SHARED
    a, b = find_given_name(names, at_a, n), find_given_name(names, at_b, m)
    kept = have_similar_words(names, at_a, a // SPAN, a % SPAN, at_b, 0, m, GIVEN_ALIKE, costs, room)
    if not kept and not have_similar_words(
        names, at_a, 0, n, at_b, b // SPAN, b % SPAN, GIVEN_ALIKE, costs, room
    ):
        return KIN
    return RENAMED if have_unshared_words(names, at_a, n, at_b, m, costs, room) else SHARED


def count_own_words(names: PackedNames, at: int, count: int) -> int:
    """How many of a name's words are its bearer's: no titles, numbers or words that many companies share. Initials alone are no name."""
    words = initials = 0
    for x in range(count):
        words += names.rank[at + x] == NAME_RANK
        initials += names.rank[at + x] == INITIAL_RANK
    return words + initials if words > 0 else 0


def find_given_name(names: PackedNames, at: int, count: int) -> int:
    """From which word to which a given name stands, as `first * SPAN + end`: the first that is no title, with titles before it that may
    be names; in Khmer letters the last.
    """
    if names.script[at] == KHMER:
        return (count - 1) * SPAN + count
    end = 1
    while end < count and names.rank[at + end - 1] != NAME_RANK and names.rank[at + end - 1] != INITIAL_RANK:
        end += 1
    return end


def have_similar_words(
    names: PackedNames,
    at_a: int,
    from_a: int,
    to_a: int,
    at_b: int,
    from_b: int,
    to_b: int,
    least: float,
    costs: SoundCosts,
    room: KernelBuffers,
) -> bool:
    """Whether any of some words of a name is like any of some of another's; what many companies share counts for none. `least`: how
    alike, in one script; in two scripts no more than `ALIKE_ACROSS` is asked.
    """
    for x in range(from_a, to_a):
        for y in range(from_b, to_b):
            if names.rank[at_a + x] == COMMON_RANK or names.rank[at_b + y] == COMMON_RANK:
                continue
            near = room.sims[x, y]
            # Two spellings of one script are no spelling of each other, and yet one may be a slip of the other.
            script = names.script[at_a + x]
            one_script = script == names.script[at_b + y]
            needed = least if one_script else min(least, ALIKE_ACROSS)
            if near < needed and one_script and THAI <= script <= KHMER:
                near = measure_sound_similarity(names, at_a + x, names, at_b + y, False, costs, room.table)
            if near >= needed:
                return True
    return False


def have_unshared_words(
    names: PackedNames, at_a: int, n: int, at_b: int, m: int, costs: SoundCosts, room: KernelBuffers
) -> bool:
    """Whether each of two people's names has a word that the other lacks. In no language's order of words, so it also holds where nobody has
    a family name; a name that only leaves words out lacks them alone.
    """
    alone_a = alone_b = 0
    for x in range(n):
        if names.rank[at_a + x] == NAME_RANK or names.rank[at_a + x] == INITIAL_RANK:
            alone_a += not have_similar_words(names, at_a, x, x + 1, at_b, 0, m, LIMIT, costs, room)
    for y in range(m):
        if names.rank[at_b + y] == NAME_RANK or names.rank[at_b + y] == INITIAL_RANK:
            alone_b += not have_similar_words(names, at_a, 0, n, at_b, y, y + 1, LIMIT, costs, room)
    # A word that stands twice in one name and once in the other is lacking too: Aung Ko Ko, Aung Ko Ye.
    more_a = count_own_words(names, at_a, n) > m - alone_b
    more_b = count_own_words(names, at_b, m) > n - alone_a
    return (alone_a > 0 or more_a) and (alone_b > 0 or more_b)


def is_contained(n: int, m: int, room: KernelBuffers) -> bool:
    """Whether every syllable of the shorter name stands in a longer one."""
    if n == m:
        return False
    for short in range(min(n, m)):
        best = 0.0
        for long in range(max(n, m)):
            best = max(best, room.sims[short, long] if n < m else room.sims[long, short])
        if best < LIMIT:
            return False
    return True


def relate_name_pairs(
    names: PackedNames,
    first: Ints,
    second: Ints,
    costs: SoundCosts,
    room: KernelBuffers,
    out: npt.NDArray[np.uint8],
) -> None:
    """The relation of every pair of names, by their numbers."""
    for k in range(len(first)):
        out[k] = relate_names(names, first[k], second[k], costs, room)
