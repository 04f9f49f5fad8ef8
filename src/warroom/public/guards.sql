-- What people without a sign-in send and read. The public process signs in as a role of its own, which may call the five
-- functions below that answer it and nothing else: whoever takes it over can send, and read what is published, and no table.

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

CREATE TRIGGER public_messages_only_grow BEFORE UPDATE OR DELETE ON public_messages
  FOR EACH ROW EXECUTE FUNCTION deny_change();
