"""How a ledger is built, as its catalogue tells it: what two ledgers of one revision have in common.

The order of a table's columns is left out: a step adds its column last, a fresh ledger has it where `schema.py` names it.
"""

import psycopg

OURS = "IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'survivors'))"
PARTS = {
    "columns": f"""
        SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,
          pg_get_expr(adbin, adrelid)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind = 'r' AND relnamespace {OURS} AND attnum > 0 AND NOT attisdropped""",
    "constraints": f"""
        SELECT conrelid::regclass::text, conname, contype, convalidated, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace {OURS} AND conrelid <> 0""",
    "indexes": f"""
        SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid
        WHERE relnamespace {OURS}""",
    "triggers": f"""
        SELECT tgname, tgenabled, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace {OURS}""",
    "functions": f"""
        SELECT pg_get_functiondef(oid), proowner::regrole::text,
          (SELECT array_agg(one ORDER BY one) FROM unnest(proacl::text[]) one)
        FROM pg_proc WHERE pronamespace {OURS}""",
    "sequences": f"""
        SELECT objid::regclass::text, refobjid::regclass::text, refobjsubid > 0, format_type(seqtypid, NULL), seqmax
        FROM pg_depend JOIN pg_class ON pg_class.oid = objid JOIN pg_sequence ON seqrelid = objid
        WHERE deptype = 'a' AND relnamespace {OURS}""",
    "rights": f"""
        SELECT relname, relpersistence, relowner::regrole::text, (SELECT array_agg(one ORDER BY one) FROM unnest(relacl::text[]) one)
        FROM pg_class WHERE relkind IN ('r', 'S') AND relnamespace {OURS}
        UNION ALL
        SELECT attrelid::regclass || '.' || attname, NULL, NULL, attacl::text[] FROM pg_attribute WHERE attacl IS NOT NULL
          AND attrelid >= 16384""",
}


def catalogue(url: str) -> dict[str, list[str]]:
    """By part: every column, constraint, index, trigger, function, sequence and right of our schemas, in order."""
    with psycopg.connect(url) as connection:
        return {part: sorted(map(str, connection.execute(query.encode()))) for part, query in PARTS.items()}
