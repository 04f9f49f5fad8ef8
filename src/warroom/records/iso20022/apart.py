"""Payments of one file that share a number and are not the same: legs of one payment, or a UETR that was used twice."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SAID = ("payer_bank", "payer", "payee_bank", "payee", "amount", "currency")


def number_duplicates(rows: pa.Table) -> pa.Table:
    """The rows, where each that differs from the first row with its record number gets a number made of its
    content.

    The lake takes a second record with one number for a correction. These correct nothing; the tracer still
    recognises one payment by the UETR, which they keep.
    """
    numbers = rows["record_id"].combine_chunks()
    # Nearly every file: all numbers differ, and nothing has to be compared.
    if pc.count_distinct(numbers).as_py() == len(numbers) - numbers.null_count:
        return rows
    codes = pc.fill_null(numbers.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    later = np.flatnonzero((codes >= 0) & (first[place] != np.arange(len(codes))))
    ours, theirs = rows.take(later), rows.take(first[place][later])
    same = np.ones(len(later), np.bool_)
    for name in SAID:
        same &= pc.equal(ours[name], theirs[name]).to_numpy(zero_copy_only=False)
    amounts = pc.cast(ours["amount"], pa.string())
    own = pc.binary_join_element_wise(ours["record_id"], ours["payer"], ours["payee"], amounts, ":")
    mask = np.zeros(len(codes), np.bool_)
    mask[later[~same]] = True
    kept = pc.replace_with_mask(numbers, pa.array(mask), own.combine_chunks().filter(pa.array(~same)))
    return rows.set_column(rows.column_names.index("record_id"), "record_id", kept)
