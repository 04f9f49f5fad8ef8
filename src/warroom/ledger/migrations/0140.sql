-- Who is held out follows from threat and week: what was drawn before stands by the week in which it was decided.
ALTER TABLE campaigns ADD COLUMN draw_week date;
UPDATE campaigns SET draw_week = date_trunc('week', decided_at AT TIME ZONE 'Asia/Bangkok')::date
  WHERE held_share > 0 AND decided_at IS NOT NULL;
-- What waits for approval was asked for before its seed was sealed: it is asked for anew.
UPDATE campaigns SET state = 'draft', digest = '', asked_at = NULL WHERE state = 'waiting';
ALTER TABLE campaigns ADD CONSTRAINT campaigns_drawn_check CHECK (CASE WHEN state IN ('scheduled', 'released') AND held_share > 0
    THEN draw_week IS NOT NULL ELSE true END);
CREATE INDEX campaigns_threat_idx ON campaigns (threat, draw_week) WHERE draw_week IS NOT NULL;

-- What rose as it was counted the first time in a week, and who let an alert run on.
CREATE TABLE campaign_looks (
  source text NOT NULL,
  week date NOT NULL,
  at timestamptz NOT NULL,
  found jsonb NOT NULL,
  CONSTRAINT campaign_looks_pk PRIMARY KEY (source, week),
  CONSTRAINT campaign_looks_source_check CHECK (source IN ('cases', 'tips', 'messages', 'adverts'))
);
CREATE TRIGGER campaign_looks_only_grow BEFORE UPDATE OR DELETE ON campaign_looks
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE TABLE campaign_renewals (
  campaign_id bigint NOT NULL,
  number bigint NOT NULL,
  asked_by bigint NOT NULL,
  asked_at timestamptz NOT NULL,
  approved_by bigint,
  approved_at timestamptz,
  until timestamptz,
  seen jsonb,
  CONSTRAINT campaign_renewals_pk PRIMARY KEY (campaign_id, number),
  CONSTRAINT campaign_renewals_approved_check CHECK (CASE WHEN number > 1 AND until IS NOT NULL
    THEN approved_by IS NOT NULL AND approved_by <> asked_by ELSE true END),
  CONSTRAINT campaign_renewals_campaign_id_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
  CONSTRAINT campaign_renewals_asked_by_fk FOREIGN KEY (asked_by) REFERENCES officers (id),
  CONSTRAINT campaign_renewals_approved_by_fk FOREIGN KEY (approved_by) REFERENCES officers (id)
);

-- One network counts three times a week for a threat: the mark of network, threat and week; reports from before have none.
ALTER TABLE public_mentions ADD COLUMN of_week bytea NOT NULL DEFAULT '';
ALTER TABLE public_mentions ALTER COLUMN of_week DROP DEFAULT;

-- How much each network sent on a day, under a digest of network and day, until the day is over.
CREATE TABLE outside_senders (
  day date NOT NULL,
  sender bytea NOT NULL,
  size text NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT outside_senders_pk PRIMARY KEY (day, sender, size),
  CONSTRAINT outside_senders_size_check CHECK (size IN ('bare', 'words', 'pictures'))
);
CREATE OR REPLACE FUNCTION outside_submit(kind text, urgency bigint, code_hash bytea, once bytea, sender bytea, sealed bytea, seal bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  came bigint;
  kind_of_size text := CASE WHEN octet_length($6) > 65536 THEN 'pictures' WHEN octet_length($6) > 4096 THEN 'words' ELSE 'bare' END;
BEGIN
  IF greatest(octet_length($3), octet_length($4), octet_length($5), octet_length($7)) > 64 THEN
    RAISE check_violation USING MESSAGE = 'no digest is that long';
  END IF;
  IF EXISTS (SELECT FROM outside_submissions WHERE once = $4) THEN RETURN false; END IF;
  -- Looked at before anything is written: who is over their share makes us write nothing.
  SELECT bytes INTO came FROM outside_senders WHERE day = current_date AND sender = $5 AND size = kind_of_size;
  IF came + octet_length($6) > (CASE kind_of_size WHEN 'pictures' THEN 256 ELSE 64 END) * 1048576::bigint THEN
    RAISE configuration_limit_exceeded USING MESSAGE = 'more came from this network today than is its share';
  END IF;
  -- Their own row before the row of the day, which all wait for.
  INSERT INTO outside_senders (day, sender, size, bytes) VALUES (current_date, $5, kind_of_size, octet_length($6))
    ON CONFLICT (day, sender, size) DO UPDATE SET bytes = outside_senders.bytes + excluded.bytes;
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
