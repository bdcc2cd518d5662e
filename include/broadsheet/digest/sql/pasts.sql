-- How long one list showed some papers up to a time, and their last stay up to the baseline.
-- A snapshot stands until the next one of its list: polls that found nothing new leave no snapshot.
WITH asked AS (
    SELECT unnest($papers::JSON::VARCHAR[]) AS paper_id
),
-- A list tells of a paper when it first shows it: what it showed before need not be looked at.
told AS (
    SELECT min(captured_at) AS first_at
    FROM showings
    WHERE list_kind = $kind AND list_key = $key AND paper_id IN (SELECT paper_id FROM asked)
),
stands AS (
    SELECT
        snapshot_id,
        captured_at,
        lead(captured_at, 1, $until) OVER (ORDER BY captured_at, snapshot_id) AS replaced_at
    FROM snapshots
    WHERE
        list_kind = $kind AND list_key = $key AND captured_at <= $until
        AND captured_at >= (SELECT first_at FROM told)
),
shown AS (
    SELECT o.paper_id, o.rank, s.snapshot_id, s.captured_at, s.replaced_at
    FROM observations AS o
    JOIN stands AS s USING (snapshot_id)
    WHERE o.paper_id IN (SELECT paper_id FROM asked)
)
SELECT
    paper_id,
    floor(sum(epoch(replaced_at) - epoch(captured_at)) / 86400)::INTEGER + 1 AS days,
    arg_max(rank, snapshot_id) FILTER (captured_at <= $baseline) AS last_rank,
    max(replaced_at) FILTER (captured_at <= $baseline) AS absent_since
FROM shown
GROUP BY paper_id
