"""The kernel compiled, for many pairs. One pair runs it as it stands: the compiler takes a quarter of a second and 55 MB."""

from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom.subjects.names import kernel
from warroom.subjects.names.costs import build_costs, make_room
from warroom.subjects.names.kernel import Floats, Ints, PackedNames
from warroom.subjects.names.tables import parse_word_list

_PARTS = parse_word_list(
    "compute_sound_distance find_cost_table get_allowed_distance are_linked measure_sound_similarity "
    "compute_form_penalty match_initial match_words score_rotation score_syllables_in_order "
    "count_unmatched join_sounds count_split_words is_small_difference is_slip_of_pen "
    "score_words_in_any_order score_joined_sounds score_moved_space score_names score_name_pairs count_own_words "
    "find_given_name have_similar_words have_unshared_words is_contained relate_names relate_name_pairs"
)


def score_name_pairs(names: PackedNames, first: Ints, second: Ints) -> Floats:
    """The scores of pairs of names, by their numbers in the arrays."""
    out = np.zeros(len(first), dtype=np.float32)
    _compile_kernel()["score_name_pairs"](names, first, second, build_costs(), make_room(), out)
    return out


def relate_name_pairs(names: PackedNames, first: Ints, second: Ints) -> npt.NDArray[np.uint8]:
    """Of each pair of names that are not the same what they have in common (`kernel.relate_names`)."""
    out = np.zeros(len(first), np.uint8)
    _compile_kernel()["relate_name_pairs"](names, first, second, build_costs(), make_room(), out)
    return out


@lru_cache(1)
def _compile_kernel() -> dict[str, Any]:
    """The kernel's functions, each compiled into what the next ones call; kept on disk for the next process."""
    from numba import njit

    # Compiled in the order of `_PARTS`: each function must find compiled ones under the names that it calls.
    known: dict[str, Any] = dict(vars(kernel))
    for name in _PARTS:
        plain = getattr(kernel, name)
        known[name] = njit(cache=True, nogil=True)(FunctionType(plain.__code__, known, name))
    return known
