-- Names to show the API with: the day of the newest snapshot of trending, the day before, the paper that leads it and
-- the newest daily list. Where there is none, one that might be.
WITH trending AS (
    SELECT snapshot_id, CAST(captured_at AS DATE) AS day
    FROM snapshots
    WHERE list_kind = 'trending'
    ORDER BY captured_at DESC, snapshot_id DESC
    LIMIT 1
)
SELECT
    coalesce((SELECT day FROM trending), DATE '2026-11-20') AS day,
    coalesce((SELECT CAST(day - INTERVAL 1 DAY AS DATE) FROM trending), DATE '2026-11-19') AS day_before,
    coalesce(
        (SELECT arg_min(paper_id, rank) FROM observations JOIN trending USING (snapshot_id)), '2609.18063'
    ) AS paper_id,
    coalesce((SELECT max(list_key) FROM snapshots WHERE list_kind = 'daily'), '2026-11-20') AS key;
