-- What a database lets everybody do by itself and the public login must not: hold locks that the room waits for (their numbers are
-- no secret), sleep on a connection, wake the room, keep large objects. Only the server's own superuser can take it from all.
DO $$
DECLARE
  one regprocedure;
BEGIN
  FOR one IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname ~ '^(pg_(try_)?advisory_|pg_sleep|pg_notify$|lo_|loread$|lowrite$)'
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {role}, {owner}', one);
  END LOOP;
END $$;
