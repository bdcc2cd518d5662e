FROM captures WHERE capture_id = $capture;
