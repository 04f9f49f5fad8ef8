-- What people without a sign-in send and read. The public process signs in as a role of its own, which may call the five
-- functions below that answer it and nothing else: whoever takes it over can send, and read what is published, and no table.
CREATE TABLE outside_submissions (
  id bigserial NOT NULL,
  kind text NOT NULL,
  urgency bigint NOT NULL,
  code_hash bytea,
  once bytea NOT NULL,
  sender bytea NOT NULL,
  sent_at timestamptz NOT NULL,
  sealed bytea NOT NULL,
  seal bytea NOT NULL,
  taken_at timestamptz,
  named_at timestamptz,
  CONSTRAINT outside_submissions_pk PRIMARY KEY (id),
  CONSTRAINT outside_submissions_once_key UNIQUE (once),
  CONSTRAINT outside_submissions_kind_check CHECK (kind IN ('money_left', 'tip', 'job', 'missing', 'message', 'recheck', 'wrong', 'appeal', 'lesson')),
  CONSTRAINT outside_submissions_urgency_check CHECK (urgency BETWEEN 0 AND 3),
  CONSTRAINT outside_submissions_sealed_check CHECK (octet_length(sealed) BETWEEN 1 AND 33554432)
);
CREATE INDEX outside_submissions_waiting_idx ON outside_submissions (urgency DESC, id) WHERE taken_at IS NULL;
CREATE INDEX outside_submissions_unnamed_idx ON outside_submissions (id)
  WHERE named_at IS NULL AND kind IN ('tip', 'money_left');
CREATE INDEX outside_submissions_code_hash_idx ON outside_submissions (code_hash);
CREATE INDEX outside_submissions_sender_idx ON outside_submissions (sent_at) WHERE sender <> '';

-- What the bearer of a code is shown: steps, an open question, messages, the seal of what was sent; never what was sent.
CREATE TABLE outside_receipts (
  code_hash bytea NOT NULL,
  seal bytea NOT NULL,
  body jsonb NOT NULL,
  ends_at timestamptz,
  CONSTRAINT outside_receipts_pk PRIMARY KEY (code_hash)
);

-- Numbers, accounts and links that several people reported, by a keyed digest; nothing below the threshold is here.
CREATE TABLE outside_reported (
  digest bytea NOT NULL,
  days bigint NOT NULL,
  scam_type text NOT NULL,
  counted_at timestamptz NOT NULL,
  CONSTRAINT outside_reported_pk PRIMARY KEY (digest)
);
CREATE INDEX outside_reported_counted_at_idx ON outside_reported (counted_at);

-- Alerts, figures for all, the list of true channels: what everybody may read, by name.
CREATE TABLE outside_published (
  name text NOT NULL,
  body jsonb NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT outside_published_pk PRIMARY KEY (name)
);

-- How much came from outside on a day: what people send must never fill the disk under the officers' ledger.
CREATE TABLE outside_days (
  day date NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT outside_days_pk PRIMARY KEY (day)
);

-- How much each network sent on a day, under a digest of network and day, until the day is over.
CREATE TABLE outside_senders (
  day date NOT NULL,
  sender bytea NOT NULL,
  size text NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT outside_senders_pk PRIMARY KEY (day, sender, size),
  CONSTRAINT outside_senders_size_check CHECK (size IN ('bare', 'words', 'pictures'))
);

-- The key of today's digests of networks. Unlogged: it stands in no log of the database, and backups leave it out.
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

-- Sent twice is sent once: a telephone without a signal tries again. True where it was new.
CREATE FUNCTION outside_submit(kind text, urgency bigint, code_hash bytea, once bytea, sender bytea, sealed bytea, seal bytea)
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

CREATE FUNCTION outside_receipt(wanted bytea) RETURNS TABLE (seal bytea, body jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT seal, body FROM outside_receipts
  WHERE code_hash = wanted AND (ends_at IS NULL OR ends_at > clock_timestamp())
$$;

-- Of many at once, so that one question costs as much as another.
CREATE FUNCTION outside_reported_of(digests bytea[]) RETURNS TABLE (digest bytea, days bigint, scam_type text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT digest, days, scam_type FROM outside_reported WHERE digest = ANY (digests)
$$;

CREATE FUNCTION outside_page(wanted text) RETURNS TABLE (body jsonb, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT body, at FROM outside_published WHERE name = wanted
$$;

-- The room's own: what became of a submission. Texts stay sealed where they came in.
CREATE TABLE public_reports (
  id bigserial NOT NULL,
  submission_id bigint NOT NULL,
  kind text NOT NULL,
  urgency bigint NOT NULL,
  state text NOT NULL,
  code_hash bytea,
  received_at timestamptz NOT NULL,
  rank double precision NOT NULL,
  record_id text NOT NULL,
  duplicate_of bigint,
  opened_at timestamptz,
  opened_by bigint,
  answer_by timestamptz,
  closed_at timestamptz,
  closed_by bigint,
  outcome text NOT NULL,
  same bytea,
  likeness bigint,
  sender bytea NOT NULL,
  heard bigint NOT NULL,
  read_to bigint NOT NULL,
  told_at timestamptz,
  proof jsonb,
  CONSTRAINT public_reports_pk PRIMARY KEY (id),
  CONSTRAINT public_reports_submission_id_key UNIQUE (submission_id),
  CONSTRAINT public_reports_state_check CHECK (state IN ('waiting', 'open', 'closed')),
  CONSTRAINT public_reports_submission_id_fk FOREIGN KEY (submission_id) REFERENCES outside_submissions (id),
  CONSTRAINT public_reports_duplicate_of_fk FOREIGN KEY (duplicate_of) REFERENCES public_reports (id),
  CONSTRAINT public_reports_opened_by_fk FOREIGN KEY (opened_by) REFERENCES officers (id),
  CONSTRAINT public_reports_closed_by_fk FOREIGN KEY (closed_by) REFERENCES officers (id)
);
CREATE INDEX public_reports_code_hash_idx ON public_reports (code_hash);
CREATE INDEX public_reports_queue_idx ON public_reports (urgency DESC, rank DESC, id) WHERE state <> 'closed';
CREATE INDEX public_reports_same_idx ON public_reports (same) WHERE same IS NOT NULL;
CREATE INDEX public_reports_sender_idx ON public_reports (sender) WHERE sender <> '';
CREATE INDEX public_reports_untold_idx ON public_reports (id) WHERE told_at IS NULL;
CREATE INDEX public_reports_duplicate_of_idx ON public_reports (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Said between the room and the bearer of a code. `submission_id`: where the bearer's words lie sealed.
CREATE TABLE public_messages (
  id bigserial NOT NULL,
  report_id bigint NOT NULL,
  officer_id bigint,
  submission_id bigint,
  text text NOT NULL,
  asks boolean NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT public_messages_pk PRIMARY KEY (id),
  CONSTRAINT public_messages_report_id_fk FOREIGN KEY (report_id) REFERENCES public_reports (id),
  CONSTRAINT public_messages_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT public_messages_submission_id_fk FOREIGN KEY (submission_id) REFERENCES outside_submissions (id)
);
CREATE INDEX public_messages_report_id_idx ON public_messages (report_id);
CREATE TRIGGER public_messages_only_grow BEFORE UPDATE OR DELETE ON public_messages
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- Which numbers, accounts and links reports name, by digests alone, and whether the count of them stands.
CREATE TABLE public_mentions (
  submission_id bigint NOT NULL,
  digest bytea NOT NULL,
  mark bytea NOT NULL,
  words bytea NOT NULL,
  scam_type text NOT NULL,
  at timestamptz NOT NULL,
  counted boolean NOT NULL,
  accepted boolean NOT NULL,
  of_day bytea NOT NULL,
  CONSTRAINT public_mentions_pk PRIMARY KEY (submission_id, digest),
  CONSTRAINT public_mentions_submission_id_fk FOREIGN KEY (submission_id) REFERENCES outside_submissions (id)
);
CREATE INDEX public_mentions_digest_idx ON public_mentions (digest, at);
CREATE INDEX public_mentions_at_idx ON public_mentions (at);
CREATE INDEX public_mentions_uncounted_idx ON public_mentions (digest) WHERE NOT counted;

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

-- A trainer's room of one day: how many finished, and how often each item was mistaken. `waiting`: of those not yet in the sums.
CREATE TABLE lesson_classes (
  day date NOT NULL,
  number text NOT NULL,
  threat text NOT NULL,
  finished bigint NOT NULL,
  summed bigint NOT NULL,
  mistaken jsonb NOT NULL,
  waiting jsonb NOT NULL,
  CONSTRAINT lesson_classes_pk PRIMARY KEY (day, number)
);

-- Whom to remind of a lesson, and when next; the number lies sealed in the submission and is emptied after the second time.
CREATE TABLE lesson_reminders (
  submission_id bigint NOT NULL,
  due_at timestamptz NOT NULL,
  sent bigint NOT NULL,
  CONSTRAINT lesson_reminders_pk PRIMARY KEY (submission_id),
  CONSTRAINT lesson_reminders_submission_id_fk FOREIGN KEY (submission_id) REFERENCES outside_submissions (id)
);
CREATE INDEX lesson_reminders_due_at_idx ON lesson_reminders (due_at);
