-- What the login of the public process may do: call five functions. It has no right on any table, and none to learn of more.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {role};
GRANT EXECUTE ON FUNCTION outside_submit, outside_receipt, outside_reported_of, outside_page, outside_day_key TO {role};
