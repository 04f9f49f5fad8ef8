-- What a database lets everybody do by itself and the public login must not: hold locks that the room waits for (their numbers are
-- no secret), sleep on a connection, wake the room, keep large objects, and count the rows of tables that it may not read. Only the
-- server's own superuser can take it from all.
DO $$
DECLARE
  one regprocedure;
  shown regclass;
  columns text;
BEGIN
  FOR one IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname ~ '^(pg_(try_)?advisory_|pg_sleep|pg_notify$|lo_|loread$|lowrite$|pg_stat_get_|pg_(relation|table|total_relation|indexes)_size$)'
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {role}, {owner}', one);
  END LOOP;
  FOR shown IN
    SELECT oid FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'v' AND relname ~ '^pg_stat'
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', shown);
    EXECUTE format('GRANT SELECT ON %s TO {role}, {owner}', shown);
  END LOOP;
  -- The planner's own estimates of how many rows and pages a table has; programs that ask for the rest of it still may.
  SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
    WHERE attrelid = 'pg_catalog.pg_class'::regclass AND attnum > 0 AND NOT attisdropped
      AND attname NOT IN ('reltuples', 'relpages', 'relallvisible', 'relallfrozen');
  REVOKE ALL ON pg_catalog.pg_class FROM PUBLIC;
  EXECUTE format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', columns);
  GRANT SELECT ON pg_catalog.pg_class TO {role}, {owner};
END $$;
