SELECT capture_id, captured_at, truncated, parser FROM captures WHERE capture_id = $id;
