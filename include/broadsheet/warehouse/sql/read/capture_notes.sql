SELECT note FROM quality WHERE capture_id = $capture;
