-- Reporters' networks stand under a key of the day that is destroyed when the day is over and is in no backup. What stood under a key
-- that lasts is made unreadable: senders are emptied, marks become random ones that are alike where they were alike.
CREATE UNLOGGED TABLE outside_keys (
  day date NOT NULL,
  key bytea NOT NULL,
  CONSTRAINT outside_keys_pk PRIMARY KEY (day)
);

-- Today's key, made by whoever asks first. The day before's goes with the file that it stood in.
CREATE FUNCTION outside_day_key() RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found bytea;
BEGIN
  SELECT key INTO found FROM outside_keys WHERE day = current_date;
  IF found IS NULL THEN
    LOCK TABLE outside_keys IN ACCESS EXCLUSIVE MODE;
    SELECT key INTO found FROM outside_keys WHERE day = current_date;
    IF found IS NULL THEN
      TRUNCATE outside_keys;
      INSERT INTO outside_keys (day, key)
        VALUES (current_date, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))) RETURNING key INTO found;
    END IF;
  END IF;
  RETURN found;
END $$;

-- The room destroys the key of a day that is over, also where nobody came since.
CREATE FUNCTION outside_forget_key() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM outside_keys WHERE day < current_date) THEN
    TRUNCATE outside_keys;
  END IF;
END $$;

ALTER TABLE public_mentions ADD COLUMN of_day bytea;
CREATE TEMP TABLE renamed ON COMMIT DROP AS
  SELECT sender, uuid_send(gen_random_uuid()) AS as_random FROM outside_submissions GROUP BY sender;
UPDATE public_mentions m SET of_day = r.as_random
  FROM outside_submissions s JOIN renamed r ON r.sender = s.sender WHERE s.id = m.submission_id;
ALTER TABLE public_mentions ALTER COLUMN of_day SET NOT NULL;
ALTER TABLE public_mentions DROP COLUMN of_week;
CREATE TEMP TABLE remarked ON COMMIT DROP AS
  SELECT mark, uuid_send(gen_random_uuid()) AS as_random FROM public_mentions GROUP BY mark;
UPDATE public_mentions m SET mark = r.as_random FROM remarked r WHERE r.mark = m.mark;
UPDATE outside_submissions SET sender = '';
UPDATE public_reports SET sender = '';
DELETE FROM outside_senders;
-- The same marks lie in what was sealed until now; the room seals it again without them, this one and those before it.
INSERT INTO bookmarks (name, value) SELECT 'public.old-marks', max(id)::text FROM outside_submissions HAVING max(id) IS NOT NULL;

CREATE INDEX outside_submissions_sender_idx ON outside_submissions (sent_at) WHERE sender <> '';
DROP INDEX public_reports_sender_idx;
CREATE INDEX public_reports_sender_idx ON public_reports (sender) WHERE sender <> '';
