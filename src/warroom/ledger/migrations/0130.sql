-- A number is told as reported by what officers accepted alone, and no longer once one of them withdrew it; and bare reports have
-- room of their own in a day.
ALTER TABLE public_mentions ADD COLUMN accepted boolean NOT NULL DEFAULT false;
UPDATE public_mentions SET accepted = true FROM public_reports
  WHERE public_reports.submission_id = public_mentions.submission_id AND duplicate_of IS NULL AND outcome <> 'untrue'
    AND (outcome IN ('acted', 'passed') OR (kind <> 'money_left' AND record_id <> ''));
-- What stands published under the old rule is counted again.
UPDATE public_mentions SET counted = false;
ALTER TABLE public_mentions ALTER COLUMN accepted DROP DEFAULT;

-- Numbers, accounts and links that an officer looked at again and that no earlier report makes reported any more.
CREATE TABLE public_withdrawals (
  digest bytea NOT NULL,
  at timestamptz NOT NULL,
  report_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  CONSTRAINT public_withdrawals_pk PRIMARY KEY (digest),
  CONSTRAINT public_withdrawals_report_id_fk FOREIGN KEY (report_id) REFERENCES public_reports (id),
  CONSTRAINT public_withdrawals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
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
  -- Counted before anything is written, since what is undone fills a disk too. Words get in after the pictures' share is used up,
  -- and a bare report, such as three questions make, after that of words.
  INSERT INTO outside_days (day, bytes) VALUES (current_date, octet_length($6))
    ON CONFLICT (day) DO UPDATE SET bytes = outside_days.bytes + excluded.bytes RETURNING bytes INTO came;
  IF came > (CASE WHEN octet_length($6) > 65536 THEN 4 WHEN octet_length($6) > 4096 THEN 6 ELSE 8 END) * 1073741824::bigint THEN
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
