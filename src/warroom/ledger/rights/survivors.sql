-- The wall around survivors: its schema is closed, its functions are the only door, and what was decided about a
-- person is only added to.
REVOKE ALL ON SCHEMA survivors FROM PUBLIC, {role};
REVOKE ALL ON ALL TABLES IN SCHEMA survivors FROM PUBLIC, {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA survivors FROM PUBLIC, {role};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA survivors FROM PUBLIC, {role};
REVOKE ALL ON FUNCTION wall_keep, wall_read, wall_use, wall_erase, wall_looks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wall_keep, wall_read, wall_use, wall_erase, wall_looks TO {role};
REVOKE UPDATE ON person_statuses, return_assessments FROM {role};
