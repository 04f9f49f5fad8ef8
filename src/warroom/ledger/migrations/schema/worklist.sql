-- Lists as officers filtered them.

-- An officer's own names for lists as they filtered them. Codes alone stand in an address: no number, no name.
CREATE TABLE saved_views (
  id bigserial NOT NULL,
  officer_id bigint NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  made_at timestamptz NOT NULL,
  CONSTRAINT saved_views_pk PRIMARY KEY (id),
  CONSTRAINT saved_views_officer_id_name_key UNIQUE (officer_id, name),
  CONSTRAINT saved_views_address_check CHECK (address ~ '^/[a-z]+(\?[a-z_=&0-9-]*)?$'),
  CONSTRAINT saved_views_name_check CHECK (name <> ''),
  CONSTRAINT saved_views_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
