-- People found. What they said, their names and their papers are not here: see 0009_wall.sql.
CREATE TABLE people (
  id BIGSERIAL CONSTRAINT people_pk PRIMARY KEY,
  number text NOT NULL CONSTRAINT people_number_key UNIQUE,
  case_id bigint CONSTRAINT people_case_id_fk REFERENCES cases (id),
  found text NOT NULL,
  found_at timestamptz NOT NULL,
  made_by bigint NOT NULL CONSTRAINT people_made_by_fk REFERENCES officers (id),
  made_at timestamptz NOT NULL,
  age_band text NOT NULL,
  age_basis text NOT NULL,
  child boolean NOT NULL,
  victim text NOT NULL,
  suspect text NOT NULL,
  CONSTRAINT people_found_check CHECK (found IN ('raid', 'checkpoint', 'self', 'report')),
  CONSTRAINT people_age_band_check CHECK (age_band IN ('child', '18-24', '25-34', '35-49', '50-64', '65+', 'adult', 'unknown')),
  CONSTRAINT people_age_basis_check CHECK (age_basis IN ('stated', 'assessed', 'document', 'doubted')),
  CONSTRAINT people_child_check CHECK (child OR (age_band NOT IN ('child', 'unknown') AND age_basis <> 'doubted')),
  CONSTRAINT people_victim_check CHECK (victim IN ('presumed', 'identified', 'not_identified', 'withdrawn')),
  CONSTRAINT people_suspect_check CHECK (suspect IN ('none', 'suspected', 'charged', 'dropped')),
  CONSTRAINT people_no_child_charged_check CHECK (NOT (child AND suspect = 'charged')),
  CONSTRAINT people_doubt_check CHECK (NOT (victim = 'presumed' AND suspect = 'charged')),
  CONSTRAINT people_child_stays_check CHECK (NOT (child AND victim = 'withdrawn'))
);
CREATE INDEX people_case_id_idx ON people (case_id);

CREATE TABLE person_statuses (
  id BIGSERIAL CONSTRAINT person_statuses_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT person_statuses_person_id_fk REFERENCES people (id),
  side text NOT NULL,
  status text NOT NULL,
  officer_id bigint NOT NULL CONSTRAINT person_statuses_officer_id_fk REFERENCES officers (id),
  at timestamptz NOT NULL,
  CONSTRAINT person_statuses_side_check CHECK (side IN ('victim', 'suspect'))
);
CREATE INDEX person_statuses_person_id_idx ON person_statuses (person_id, id);

CREATE TABLE person_team (
  id BIGSERIAL CONSTRAINT person_team_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT person_team_person_id_fk REFERENCES people (id),
  officer_id bigint NOT NULL CONSTRAINT person_team_officer_id_fk REFERENCES officers (id),
  lead boolean NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz
);
CREATE UNIQUE INDEX person_team_one_idx ON person_team (person_id, officer_id) WHERE until IS NULL;
CREATE UNIQUE INDEX person_team_lead_idx ON person_team (person_id) WHERE lead AND until IS NULL;
CREATE INDEX person_team_officer_id_idx ON person_team (officer_id);

CREATE TABLE screenings (
  id BIGSERIAL CONSTRAINT screenings_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT screenings_person_id_fk REFERENCES people (id),
  screener_id bigint NOT NULL CONSTRAINT screenings_screener_id_fk REFERENCES officers (id),
  state text NOT NULL,
  form text NOT NULL,
  consent_at timestamptz NOT NULL,
  rights_at timestamptz NOT NULL,
  counsel text NOT NULL,
  interpreter text NOT NULL,
  ended_at timestamptz,
  outcome text,
  CONSTRAINT screenings_state_check CHECK (state IN ('open', 'completed', 'stopped')),
  CONSTRAINT screenings_counsel_check CHECK (counsel IN ('wanted', 'present', 'declined')),
  CONSTRAINT screenings_outcome_check CHECK (outcome IN ('indicated', 'doubt', 'no_indication')),
  CONSTRAINT screenings_ended_check CHECK ((state = 'open') = (ended_at IS NULL)),
  CONSTRAINT screenings_completed_check CHECK ((state = 'completed') = (outcome IS NOT NULL))
);
CREATE INDEX screenings_person_id_idx ON screenings (person_id);
CREATE UNIQUE INDEX screenings_one_idx ON screenings (person_id) WHERE state = 'open';

CREATE TABLE identifications (
  id BIGSERIAL CONSTRAINT identifications_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT identifications_person_id_fk REFERENCES people (id),
  screening_id bigint CONSTRAINT identifications_screening_id_fk REFERENCES screenings (id),
  decision text NOT NULL,
  first_id bigint NOT NULL CONSTRAINT identifications_first_id_fk REFERENCES officers (id),
  first_at timestamptz NOT NULL,
  second_id bigint CONSTRAINT identifications_second_id_fk REFERENCES officers (id),
  second_at timestamptz,
  state text NOT NULL,
  CONSTRAINT identifications_decision_check CHECK (decision IN ('identified', 'not_identified', 'withdrawn')),
  CONSTRAINT identifications_state_check CHECK (state IN ('waiting', 'decided', 'lapsed')),
  CONSTRAINT identifications_two_check CHECK (first_id <> second_id),
  CONSTRAINT identifications_second_check CHECK (NOT (decision = 'not_identified' AND state = 'decided' AND second_id IS NULL))
);
CREATE INDEX identifications_person_id_idx ON identifications (person_id);
CREATE UNIQUE INDEX identifications_one_idx ON identifications (person_id) WHERE state = 'waiting';

CREATE TABLE consents (
  id BIGSERIAL CONSTRAINT consents_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT consents_person_id_fk REFERENCES people (id),
  purpose text NOT NULL,
  given_by text NOT NULL,
  officer_id bigint NOT NULL CONSTRAINT consents_officer_id_fk REFERENCES officers (id),
  at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  CONSTRAINT consents_purpose_check CHECK (purpose IN ('screening', 'embassy', 'return', 'family')),
  CONSTRAINT consents_given_by_check CHECK (given_by IN ('person', 'guardian'))
);
CREATE UNIQUE INDEX consents_one_idx ON consents (person_id, purpose) WHERE withdrawn_at IS NULL;

CREATE TABLE return_assessments (
  id BIGSERIAL CONSTRAINT return_assessments_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT return_assessments_person_id_fk REFERENCES people (id),
  verdict text NOT NULL,
  officer_id bigint NOT NULL CONSTRAINT return_assessments_officer_id_fk REFERENCES officers (id),
  at timestamptz NOT NULL,
  CONSTRAINT return_assessments_verdict_check CHECK (verdict IN ('safe', 'danger', 'unclear'))
);
CREATE INDEX return_assessments_person_id_idx ON return_assessments (person_id);

-- To whom an embassy's referral went stands behind the wall: the embassy's name would tell a nationality.
CREATE TABLE referrals (
  id BIGSERIAL CONSTRAINT referrals_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT referrals_person_id_fk REFERENCES people (id),
  kind text NOT NULL,
  agency text CONSTRAINT referrals_agency_fk REFERENCES agencies (code),
  officer_id bigint NOT NULL CONSTRAINT referrals_officer_id_fk REFERENCES officers (id),
  at timestamptz NOT NULL,
  state text NOT NULL,
  answered_at timestamptz,
  CONSTRAINT referrals_kind_check CHECK (kind IN ('shelter', 'medical', 'counsel', 'embassy', 'return', 'family')),
  CONSTRAINT referrals_state_check CHECK (state IN ('asked', 'accepted', 'refused', 'done', 'withdrawn')),
  CONSTRAINT referrals_wall_check CHECK ((kind IN ('embassy', 'return', 'family')) = (agency IS NULL)),
  CONSTRAINT referrals_answered_check CHECK ((state = 'asked') = (answered_at IS NULL))
);
CREATE INDEX referrals_person_id_idx ON referrals (person_id);

CREATE TABLE charges (
  id BIGSERIAL CONSTRAINT charges_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT charges_person_id_fk REFERENCES people (id),
  act text NOT NULL,
  statement text NOT NULL,
  prosecutor_id bigint NOT NULL CONSTRAINT charges_prosecutor_id_fk REFERENCES officers (id),
  at timestamptz NOT NULL,
  second_id bigint CONSTRAINT charges_second_id_fk REFERENCES officers (id),
  second_at timestamptz,
  state text NOT NULL,
  ended_at timestamptz,
  CONSTRAINT charges_state_check CHECK (state IN ('waiting', 'charged', 'dropped')),
  CONSTRAINT charges_two_check CHECK (prosecutor_id <> second_id),
  CONSTRAINT charges_second_check CHECK (state <> 'charged' OR second_id IS NOT NULL),
  CONSTRAINT charges_statement_check CHECK (length(statement) >= 40)
);
CREATE INDEX charges_person_id_idx ON charges (person_id);
CREATE UNIQUE INDEX charges_one_idx ON charges (person_id, act) WHERE state <> 'dropped';

CREATE TABLE glasses (
  id BIGSERIAL CONSTRAINT glasses_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT glasses_person_id_fk REFERENCES people (id),
  officer_id bigint NOT NULL CONSTRAINT glasses_officer_id_fk REFERENCES officers (id),
  reason text NOT NULL,
  at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  reviewer_id bigint CONSTRAINT glasses_reviewer_id_fk REFERENCES officers (id),
  reviewed_at timestamptz,
  verdict text,
  note text NOT NULL,
  CONSTRAINT glasses_verdict_check CHECK (verdict IN ('justified', 'not_justified')),
  CONSTRAINT glasses_reviewed_check CHECK ((verdict IS NULL) = (reviewed_at IS NULL) AND (verdict IS NULL) = (reviewer_id IS NULL)),
  CONSTRAINT glasses_two_check CHECK (officer_id <> reviewer_id)
);
CREATE INDEX glasses_person_id_idx ON glasses (person_id);

CREATE TABLE person_notices (
  id BIGSERIAL CONSTRAINT person_notices_pk PRIMARY KEY,
  person_id bigint NOT NULL CONSTRAINT person_notices_person_id_fk REFERENCES people (id),
  officer_id bigint NOT NULL CONSTRAINT person_notices_officer_id_fk REFERENCES officers (id),
  kind text NOT NULL,
  at timestamptz NOT NULL,
  seen_at timestamptz,
  CONSTRAINT person_notices_kind_check CHECK (kind IN ('glass_broken', 'glass_review_late', 'identification_late', 'reflection_over'))
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
