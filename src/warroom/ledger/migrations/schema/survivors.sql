-- People found: screening, referral, charges, and the wall around what they said.
-- Errors of class WR carry a sentence for a person.

-- People found. What they said, their names and their papers are not here: see the wall below.
CREATE TABLE people (
  id bigserial NOT NULL,
  number text NOT NULL,
  case_id bigint,
  found text NOT NULL,
  found_at timestamptz NOT NULL,
  made_by bigint NOT NULL,
  made_at timestamptz NOT NULL,
  age_band text NOT NULL,
  age_basis text NOT NULL,
  child boolean NOT NULL,
  victim text NOT NULL,
  suspect text NOT NULL,
  CONSTRAINT people_pk PRIMARY KEY (id),
  CONSTRAINT people_number_key UNIQUE (number),
  CONSTRAINT people_age_band_check
    CHECK (age_band IN ('child', '18-24', '25-34', '35-49', '50-64', '65+', 'adult', 'unknown')),
  CONSTRAINT people_age_basis_check CHECK (age_basis IN ('stated', 'assessed', 'document', 'doubted')),
  CONSTRAINT people_child_check CHECK (child OR (age_band NOT IN ('child', 'unknown') AND age_basis <> 'doubted')),
  CONSTRAINT people_child_stays_check CHECK (NOT (child AND victim = 'withdrawn')),
  CONSTRAINT people_doubt_check CHECK (NOT (victim = 'presumed' AND suspect = 'charged')),
  CONSTRAINT people_found_check CHECK (found IN ('raid', 'checkpoint', 'self', 'report')),
  CONSTRAINT people_no_child_charged_check CHECK (NOT (child AND suspect = 'charged')),
  CONSTRAINT people_suspect_check CHECK (suspect IN ('none', 'suspected', 'charged', 'dropped')),
  CONSTRAINT people_victim_check CHECK (victim IN ('presumed', 'identified', 'not_identified', 'withdrawn')),
  CONSTRAINT people_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT people_made_by_fk FOREIGN KEY (made_by) REFERENCES officers (id)
);
CREATE INDEX people_case_id_idx ON people (case_id);

CREATE TABLE person_statuses (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  side text NOT NULL,
  status text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT person_statuses_pk PRIMARY KEY (id),
  CONSTRAINT person_statuses_side_check CHECK (side IN ('victim', 'suspect')),
  CONSTRAINT person_statuses_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT person_statuses_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE INDEX person_statuses_person_id_idx ON person_statuses (person_id, id);

CREATE TABLE person_team (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  lead boolean NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  CONSTRAINT person_team_pk PRIMARY KEY (id),
  CONSTRAINT person_team_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT person_team_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE UNIQUE INDEX person_team_lead_idx ON person_team (person_id) WHERE lead AND until IS NULL;
CREATE INDEX person_team_officer_id_idx ON person_team (officer_id);
CREATE UNIQUE INDEX person_team_one_idx ON person_team (person_id, officer_id) WHERE until IS NULL;

CREATE TABLE screenings (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  screener_id bigint NOT NULL,
  state text NOT NULL,
  form text NOT NULL,
  consent_at timestamptz NOT NULL,
  rights_at timestamptz NOT NULL,
  counsel text NOT NULL,
  interpreter text NOT NULL,
  ended_at timestamptz,
  outcome text,
  CONSTRAINT screenings_pk PRIMARY KEY (id),
  CONSTRAINT screenings_completed_check CHECK ((state = 'completed') = (outcome IS NOT NULL)),
  CONSTRAINT screenings_counsel_check CHECK (counsel IN ('wanted', 'present', 'declined')),
  CONSTRAINT screenings_ended_check CHECK ((state = 'open') = (ended_at IS NULL)),
  CONSTRAINT screenings_outcome_check CHECK (outcome IN ('indicated', 'doubt', 'no_indication')),
  CONSTRAINT screenings_state_check CHECK (state IN ('open', 'completed', 'stopped')),
  CONSTRAINT screenings_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id),
  CONSTRAINT screenings_screener_id_fk FOREIGN KEY (screener_id) REFERENCES officers (id)
);
CREATE UNIQUE INDEX screenings_one_idx ON screenings (person_id) WHERE state = 'open';
CREATE INDEX screenings_person_id_idx ON screenings (person_id);

CREATE TABLE identifications (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  screening_id bigint,
  decision text NOT NULL,
  first_id bigint NOT NULL,
  first_at timestamptz NOT NULL,
  second_id bigint,
  second_at timestamptz,
  state text NOT NULL,
  CONSTRAINT identifications_pk PRIMARY KEY (id),
  CONSTRAINT identifications_decision_check CHECK (decision IN ('identified', 'not_identified', 'withdrawn')),
  CONSTRAINT identifications_second_check
    CHECK (NOT (decision = 'not_identified' AND state = 'decided' AND second_id IS NULL)),
  CONSTRAINT identifications_state_check CHECK (state IN ('waiting', 'decided', 'lapsed')),
  CONSTRAINT identifications_two_check CHECK (first_id <> second_id),
  CONSTRAINT identifications_first_id_fk FOREIGN KEY (first_id) REFERENCES officers (id),
  CONSTRAINT identifications_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id),
  CONSTRAINT identifications_screening_id_fk FOREIGN KEY (screening_id) REFERENCES screenings (id),
  CONSTRAINT identifications_second_id_fk FOREIGN KEY (second_id) REFERENCES officers (id)
);
CREATE UNIQUE INDEX identifications_one_idx ON identifications (person_id) WHERE state = 'waiting';
CREATE INDEX identifications_person_id_idx ON identifications (person_id);

CREATE TABLE consents (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  purpose text NOT NULL,
  given_by text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  CONSTRAINT consents_pk PRIMARY KEY (id),
  CONSTRAINT consents_given_by_check CHECK (given_by IN ('person', 'guardian')),
  CONSTRAINT consents_purpose_check CHECK (purpose IN ('screening', 'embassy', 'return', 'family')),
  CONSTRAINT consents_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT consents_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE UNIQUE INDEX consents_one_idx ON consents (person_id, purpose) WHERE withdrawn_at IS NULL;

CREATE TABLE return_assessments (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  verdict text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT return_assessments_pk PRIMARY KEY (id),
  CONSTRAINT return_assessments_verdict_check CHECK (verdict IN ('safe', 'danger', 'unclear')),
  CONSTRAINT return_assessments_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT return_assessments_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE INDEX return_assessments_person_id_idx ON return_assessments (person_id);

-- To whom an embassy's referral went stands behind the wall: the embassy's name would tell a nationality.
CREATE TABLE referrals (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  kind text NOT NULL,
  agency text,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL,
  answered_at timestamptz,
  CONSTRAINT referrals_pk PRIMARY KEY (id),
  CONSTRAINT referrals_answered_check CHECK ((state = 'asked') = (answered_at IS NULL)),
  CONSTRAINT referrals_kind_check CHECK (kind IN ('shelter', 'medical', 'counsel', 'embassy', 'return', 'family')),
  CONSTRAINT referrals_state_check CHECK (state IN ('asked', 'accepted', 'refused', 'done', 'withdrawn')),
  CONSTRAINT referrals_wall_check CHECK ((kind IN ('embassy', 'return', 'family')) = (agency IS NULL)),
  CONSTRAINT referrals_agency_fk FOREIGN KEY (agency) REFERENCES agencies (code),
  CONSTRAINT referrals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT referrals_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE INDEX referrals_person_id_idx ON referrals (person_id);

CREATE TABLE charges (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  act text NOT NULL,
  statement text NOT NULL,
  prosecutor_id bigint NOT NULL,
  at timestamptz NOT NULL,
  second_id bigint,
  second_at timestamptz,
  state text NOT NULL,
  ended_at timestamptz,
  CONSTRAINT charges_pk PRIMARY KEY (id),
  CONSTRAINT charges_second_check CHECK (state <> 'charged' OR second_id IS NOT NULL),
  CONSTRAINT charges_state_check CHECK (state IN ('waiting', 'charged', 'dropped')),
  CONSTRAINT charges_statement_check CHECK (length(statement) >= 40),
  CONSTRAINT charges_two_check CHECK (prosecutor_id <> second_id),
  CONSTRAINT charges_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id),
  CONSTRAINT charges_prosecutor_id_fk FOREIGN KEY (prosecutor_id) REFERENCES officers (id),
  CONSTRAINT charges_second_id_fk FOREIGN KEY (second_id) REFERENCES officers (id)
);
CREATE UNIQUE INDEX charges_one_idx ON charges (person_id, act) WHERE state <> 'dropped';
CREATE INDEX charges_person_id_idx ON charges (person_id);

CREATE TABLE glasses (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  reviewer_id bigint,
  reviewed_at timestamptz,
  verdict text,
  note text NOT NULL,
  CONSTRAINT glasses_pk PRIMARY KEY (id),
  CONSTRAINT glasses_reviewed_check
    CHECK ((verdict IS NULL) = (reviewed_at IS NULL) AND (verdict IS NULL) = (reviewer_id IS NULL)),
  CONSTRAINT glasses_two_check CHECK (officer_id <> reviewer_id),
  CONSTRAINT glasses_verdict_check CHECK (verdict IN ('justified', 'not_justified')),
  CONSTRAINT glasses_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT glasses_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id),
  CONSTRAINT glasses_reviewer_id_fk FOREIGN KEY (reviewer_id) REFERENCES officers (id)
);
CREATE INDEX glasses_person_id_idx ON glasses (person_id);

CREATE TABLE person_notices (
  id bigserial NOT NULL,
  person_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  seen_at timestamptz,
  CONSTRAINT person_notices_pk PRIMARY KEY (id),
  CONSTRAINT person_notices_kind_check
    CHECK (kind IN ('glass_broken', 'glass_review_late', 'identification_late', 'reflection_over')),
  CONSTRAINT person_notices_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT person_notices_person_id_fk FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE INDEX person_notices_open_idx ON person_notices (officer_id) WHERE seen_at IS NULL;

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
