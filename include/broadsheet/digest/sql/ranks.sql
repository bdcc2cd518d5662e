-- The ranks of some papers on one list at the window's end and at the same hour of the days before.
WITH moments AS (
    SELECT days_ago, $until::TIMESTAMP - to_days(days_ago::INTEGER) AS moment
    FROM range($days) AS t(days_ago)
),
board_times AS (
    SELECT snapshot_id, captured_at FROM snapshots WHERE list_kind = $kind AND list_key = $key
),
-- Older than what stood at the first of these moments need not be looked at.
recent AS (
    SELECT snapshot_id, captured_at
    FROM board_times
    WHERE captured_at >= coalesce(
        (SELECT max(captured_at) FROM board_times WHERE captured_at <= (SELECT min(moment) FROM moments)),
        TIMESTAMP '-infinity'
    )
),
stood AS (
    SELECT m.days_ago, s.snapshot_id
    FROM moments AS m
    ASOF JOIN recent AS s ON m.moment >= s.captured_at
)
SELECT o.paper_id, stood.days_ago, min(o.rank) AS rank
FROM stood
JOIN observations AS o USING (snapshot_id)
WHERE o.paper_id IN (SELECT unnest($papers::JSON::VARCHAR[])) AND o.rank IS NOT NULL
GROUP BY ALL
