-- From when on a run may have moved since it was copied; which of those are over; the newest bounce told of.
WITH horizon AS (
    SELECT least(min(opened_at) FILTER (closed_at IS NULL), max(opened_at) - INTERVAL 7 DAYS) AS since
    FROM digest_runs
)
SELECT
    (SELECT since FROM horizon),
    (SELECT list(run_key) FROM digest_runs WHERE closed_at IS NOT NULL AND opened_at >= (SELECT since FROM horizon)),
    (SELECT max(bounced_at) FROM delivery_log);
