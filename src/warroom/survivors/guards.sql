-- People found: screening, referral, charges, and the wall around what they said.
-- Errors of class WR carry a sentence for a person.

CREATE TRIGGER person_statuses_only_grow BEFORE UPDATE OR DELETE ON person_statuses
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER return_assessments_only_grow BEFORE UPDATE OR DELETE ON return_assessments
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- A child is never charged and doubt never ends in a charge, whoever writes to the table.
CREATE FUNCTION guard_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  person people%ROWTYPE;
BEGIN
  SELECT * INTO person FROM people WHERE id = NEW.person_id FOR UPDATE;
  IF NEW.state = 'dropped' THEN
    RETURN NEW;
  END IF;
  IF person.child THEN
    RAISE EXCEPTION 'A child found in exploitation is a victim and is not charged; refer the child to the team that protects children.'
      USING ERRCODE = 'WR020';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM screenings WHERE person_id = NEW.person_id AND state = 'completed') THEN
    RAISE EXCEPTION 'Nobody is charged before a screening is completed; ask the screeners to finish it.'
      USING ERRCODE = 'WR021';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER charges_guard BEFORE INSERT OR UPDATE ON charges FOR EACH ROW EXECUTE FUNCTION guard_charge();

-- The wall: what survivors said, who they are and what was found out for their sake. The application's role has no
-- right on this schema; it comes here through the functions below alone, and each look leaves a row that nothing
-- removes. The content is sealed by the program with a key of the home that the database never sees.
CREATE SCHEMA survivors;
REVOKE ALL ON SCHEMA survivors FROM PUBLIC;

CREATE TABLE survivors.sealed (
  id bigserial PRIMARY KEY,
  person_id bigint NOT NULL REFERENCES public.people (id),
  about_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('identity', 'answers', 'draft', 'reasons', 'acts', 'consent', 'referral', 'assessment')),
  content bytea NOT NULL,
  author bigint NOT NULL REFERENCES public.officers (id),
  at timestamptz NOT NULL
);
CREATE INDEX sealed_person_idx ON survivors.sealed (person_id, kind);
CREATE UNIQUE INDEX sealed_draft_idx ON survivors.sealed (person_id) WHERE kind = 'draft';

CREATE TRIGGER sealed_never_changed BEFORE UPDATE ON survivors.sealed
  FOR EACH ROW EXECUTE FUNCTION public.deny_change();

CREATE TABLE survivors.looks (
  id bigserial PRIMARY KEY,
  person_id bigint NOT NULL,
  officer_id bigint,
  kinds text[] NOT NULL,
  way text NOT NULL CHECK (way IN ('team', 'glass', 'program', 'erasure')),
  rows bigint NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX looks_person_idx ON survivors.looks (person_id, id);
CREATE TRIGGER looks_only_grow BEFORE UPDATE OR DELETE ON survivors.looks
  FOR EACH ROW EXECUTE FUNCTION public.deny_change();
CREATE TRIGGER looks_never_emptied BEFORE TRUNCATE ON survivors.looks
  FOR EACH STATEMENT EXECUTE FUNCTION public.deny_change();

-- Which way an officer may look at a moment: of the team, through broken glass, or none (NULL).
CREATE FUNCTION survivors.way_of(person bigint, officer bigint, moment timestamptz) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN EXISTS (
      SELECT 1 FROM public.person_team t JOIN public.officers o ON o.id = t.officer_id
      WHERE t.person_id = person AND t.officer_id = officer AND t.until IS NULL AND o.active
        AND 'screener' = ANY (o.roles) AND NOT o.roles && ARRAY['investigator', 'prosecutor']
    ) THEN 'team'
    WHEN EXISTS (
      SELECT 1 FROM public.glasses g JOIN public.officers o ON o.id = g.officer_id
      WHERE g.person_id = person AND g.officer_id = officer AND g.at <= moment AND moment < g.until AND o.active
    ) THEN 'glass'
  END
$$;

CREATE FUNCTION public.wall_keep(person bigint, about bigint, what text, content bytea, author bigint, moment timestamptz)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  made bigint;
BEGIN
  IF what = 'draft' THEN
    DELETE FROM survivors.sealed s WHERE s.person_id = person AND s.kind = 'draft';
  END IF;
  INSERT INTO survivors.sealed (person_id, about_id, kind, content, author, at)
    VALUES (person, about, what, content, author, moment) RETURNING id INTO made;
  RETURN made;
END $$;

CREATE FUNCTION public.wall_read(person bigint, officer bigint, what text[], moment timestamptz)
  RETURNS TABLE (id bigint, about_id bigint, kind text, content bytea, author bigint, at timestamptz, way text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  how text := survivors.way_of(person, officer, moment);
BEGIN
  IF how IS NULL THEN
    RAISE EXCEPTION 'Only this person''s screeners may read this; a commander or prosecutor may break the glass with a reason.'
      USING ERRCODE = 'WR022';
  END IF;
  INSERT INTO survivors.looks (person_id, officer_id, kinds, way, rows, at)
    SELECT person, officer, what, how, count(*), moment FROM survivors.sealed s
    WHERE s.person_id = person AND s.kind = ANY (what);
  RETURN QUERY SELECT s.id, s.about_id, s.kind, s.content, s.author, s.at, how FROM survivors.sealed s
    WHERE s.person_id = person AND s.kind = ANY (what) ORDER BY s.id;
END $$;

-- What the program itself must know to protect somebody: acts they were made to do, and to whom a consent reaches.
CREATE FUNCTION public.wall_use(person bigint, what text, moment timestamptz)
  RETURNS TABLE (id bigint, about_id bigint, content bytea)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF what NOT IN ('acts', 'consent') THEN
    RAISE EXCEPTION 'Only this person''s screeners may read this; a commander or prosecutor may break the glass with a reason.'
      USING ERRCODE = 'WR022';
  END IF;
  INSERT INTO survivors.looks (person_id, officer_id, kinds, way, rows, at)
    SELECT person, NULL, ARRAY[what], 'program', count(*), moment FROM survivors.sealed s
    WHERE s.person_id = person AND s.kind = what;
  RETURN QUERY SELECT s.id, s.about_id, s.content FROM survivors.sealed s
    WHERE s.person_id = person AND s.kind = what ORDER BY s.id;
END $$;

CREATE FUNCTION public.wall_erase(person bigint, officer bigint, what text[], moment timestamptz)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  gone bigint;
BEGIN
  IF survivors.way_of(person, officer, moment) IS DISTINCT FROM 'team' THEN
    RAISE EXCEPTION 'Only this person''s screeners may erase this; ask one of them.' USING ERRCODE = 'WR023';
  END IF;
  DELETE FROM survivors.sealed s WHERE s.person_id = person AND s.kind = ANY (what);
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN
    INSERT INTO survivors.looks (person_id, officer_id, kinds, way, rows, at)
      VALUES (person, officer, what, 'erasure', gone, moment);
  END IF;
  RETURN gone;
END $$;

-- Who looked, for the person's lead, for reviews and for the service of charges; never what was seen.
CREATE FUNCTION public.wall_looks(person bigint)
  RETURNS TABLE (officer_id bigint, kinds text[], way text, at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT l.officer_id, l.kinds, l.way, l.at FROM survivors.looks l WHERE l.person_id = person ORDER BY l.id
$$;
