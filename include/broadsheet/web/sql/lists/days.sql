-- The days of a year on which the trending list was seen, and how long it was at the day's end. $year
SELECT CAST(captured_at AS DATE) AS day, arg_max(entries, (captured_at, capture_id)) AS papers
FROM captures
WHERE list_kind = 'trending' AND verdict IN ('ok', 'unchanged') AND part_of IS NULL AND year(captured_at) = $year
GROUP BY day
ORDER BY day;
