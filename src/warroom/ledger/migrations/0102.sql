-- Nothing is held by a trail that was frozen before trails said their currency: such a case is followed anew in the next
-- minute, and not only when its money is expected to leave.
UPDATE cases SET exit_at = opened_at, traced_at = NULL
  FROM case_snapshots
  WHERE case_snapshots.id = cases.snapshot_id AND cases.state = 'open' AND cases.undecided > 0
    AND NOT jsonb_exists(case_snapshots.trail::jsonb, 'currency');
