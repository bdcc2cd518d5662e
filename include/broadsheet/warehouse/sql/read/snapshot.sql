SELECT snapshot_id, captured_at, truncated, parser FROM snapshots WHERE snapshot_id = $id;
