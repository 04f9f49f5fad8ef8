-- How much came from outside on a day: what people send must never fill the disk under the officers' ledger.
CREATE TABLE outside_days (
  day date NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT outside_days_pk PRIMARY KEY (day)
);
CREATE OR REPLACE FUNCTION outside_submit(kind text, urgency bigint, code_hash bytea, once bytea, sender bytea, sealed bytea, seal bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  came bigint;
BEGIN
  IF greatest(octet_length($3), octet_length($4), octet_length($5), octet_length($7)) > 64 THEN
    RAISE check_violation USING MESSAGE = 'no digest is that long';
  END IF;
  IF EXISTS (SELECT FROM outside_submissions WHERE once = $4) THEN RETURN false; END IF;
  -- Counted before anything is written, since what is undone fills a disk too. Words get in after the pictures' share is used up.
  INSERT INTO outside_days (day, bytes) VALUES (current_date, octet_length($6))
    ON CONFLICT (day) DO UPDATE SET bytes = outside_days.bytes + excluded.bytes RETURNING bytes INTO came;
  IF came > (CASE WHEN octet_length($6) > 65536 THEN 4 ELSE 6 END) * 1073741824::bigint THEN
    RAISE disk_full USING MESSAGE = 'more came today than there is room for';
  END IF;
  INSERT INTO outside_submissions (kind, urgency, code_hash, once, sender, sent_at, sealed, seal)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7) ON CONFLICT (once) DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  IF $1 <> 'message' AND $3 IS NOT NULL THEN
    INSERT INTO outside_receipts (code_hash, seal, body) VALUES ($3, $7, '{}') ON CONFLICT (code_hash) DO NOTHING;
  END IF;
  RETURN true;
END $$;
