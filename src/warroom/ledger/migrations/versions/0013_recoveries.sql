-- What a victim got back outside a proceeding: a hold that a bank gave back, a settlement. It is taken off what is owed.
CREATE TABLE loss_recoveries (
  id bigserial PRIMARY KEY,
  source text NOT NULL,
  record_id text NOT NULL,
  amount bigint NOT NULL,
  payer text NOT NULL,
  reference text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  officer_id bigint NOT NULL REFERENCES officers (id),
  UNIQUE (source, record_id, reference),
  FOREIGN KEY (source, record_id) REFERENCES case_reports (source, record_id),
  CONSTRAINT ck_loss_recoveries_amount CHECK (amount > 0),
  CONSTRAINT ck_loss_recoveries_said CHECK (payer <> '' AND reference <> '')
);

-- A line of a pay-out that was approved before the money came back some other way is not paid.
CREATE FUNCTION guard_paid_after_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told loss_registrations;
  back bigint;
  most bigint;
  paid bigint;
BEGIN
  IF NEW.account <> 'paid' THEN
    RETURN NULL;
  END IF;
  SELECT * INTO told FROM loss_registrations WHERE id = NEW.registration_id;
  -- Whoever notes a recovery locks the report first, so that neither passes the other.
  PERFORM 1 FROM case_reports WHERE source = told.source AND record_id = told.record_id FOR UPDATE;
  SELECT sum(amount) INTO back FROM loss_recoveries WHERE source = told.source AND record_id = told.record_id;
  SELECT max(r.accepted), sum(p.amount) INTO most, paid
    FROM loss_registrations r LEFT JOIN asset_postings p ON p.registration_id = r.id AND p.account = 'paid'
    WHERE r.source = told.source AND r.record_id = told.record_id;
  IF back > 0 AND paid + back > most THEN
    RAISE EXCEPTION 'The victim has got money back elsewhere since this was approved, and would be paid more than the loss; nothing was paid.'
      USING ERRCODE = 'WR113';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER asset_postings_recovered AFTER INSERT ON asset_postings
  FOR EACH ROW EXECUTE FUNCTION guard_paid_after_recovery();
