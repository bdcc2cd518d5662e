-- The folded periods in which a list has captures from a moment on.
SELECT DISTINCT segments.period
FROM segments
JOIN captures ON starts_with(strftime(captures.captured_at, '%Y-%m'), segments.period)
WHERE
    segments.is_read AND captures.list_kind = $kind AND captures.list_key = $key AND captures.captured_at >= $since;
