-- How much moved on each day from $begin to $end on which a list was looked at, in order.
WITH looks AS (
    SELECT CAST(captured_at AS DATE) AS day, count(*) AS snapshots
    FROM snapshots
    WHERE
        captured_at >= $begin AND captured_at < $end AND list_kind <> 'paper'
        AND ($kind IS NULL OR list_kind = $kind) AND ($key IS NULL OR list_key = $key)
    GROUP BY day
),
moves AS (
    SELECT
        CAST(captured_at AS DATE) AS day,
        count(*) FILTER (change = 'entered') AS entered,
        count(*) FILTER (change = 'returned') AS returned,
        count(*) FILTER (change = 'left') AS departed,
        count(*) FILTER (change = 'rose') AS rose,
        count(*) FILTER (change = 'fell') AS fell
    FROM changes
    WHERE
        captured_at >= $begin AND captured_at < $end
        AND ($kind IS NULL OR list_kind = $kind) AND ($key IS NULL OR list_key = $key)
    GROUP BY day
)
SELECT
    day, snapshots, coalesce(entered, 0) AS entered, coalesce(returned, 0) AS returned,
    coalesce(departed, 0) AS departed, coalesce(rose, 0) AS rose, coalesce(fell, 0) AS fell
FROM looks
LEFT JOIN moves USING (day)
ORDER BY day;
