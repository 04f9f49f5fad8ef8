-- Groups: a number is never given twice, and what a group was on a day stays as it was written.
CREATE TRIGGER network_groups_never_emptied BEFORE DELETE ON network_groups FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER network_group_days_only_grow BEFORE UPDATE OR DELETE ON network_group_days
  FOR EACH ROW EXECUTE FUNCTION deny_change();
