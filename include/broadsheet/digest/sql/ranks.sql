-- The ranks of some papers on one list at the window's end and at the same hour of the days before.
WITH moments AS (
    SELECT days_ago, $until::TIMESTAMP - to_days(days_ago::INTEGER) AS moment
    FROM range($days) AS t(days_ago)
),
-- What stood at the first of these moments; what is older need not be looked at.
oldest AS (
    SELECT captured_at
    FROM snapshots
    WHERE list_kind = $kind AND list_key = $key AND captured_at <= $until::TIMESTAMP - to_days($days::INTEGER - 1)
    ORDER BY captured_at DESC
    LIMIT 1
),
recent AS (
    SELECT snapshot_id, captured_at
    FROM snapshots
    WHERE
        list_kind = $kind AND list_key = $key AND captured_at <= $until
        AND captured_at >= coalesce((FROM oldest), TIMESTAMP '-infinity')
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
