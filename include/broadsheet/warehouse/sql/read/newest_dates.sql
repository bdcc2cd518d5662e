-- The newest answers that came from the hub itself, not out of a cache, with the time that the hub gave.
SELECT captured_at, date_header FROM captures
WHERE date_header IS NOT NULL AND coalesce(try_cast(age_header AS INTEGER), 0) = 0
ORDER BY captured_at DESC LIMIT 20;
