-- What was known at the end of some days, each as a number: another one as soon as a snapshot up to then is another, or
-- papers known by title turn out to be others. $days: a JSON array of days on which there were snapshots.
WITH by_day AS (
    SELECT CAST(captured_at AS DATE) AS day, bit_xor(hash(snapshot_id)) AS taken FROM snapshots GROUP BY day
),
up_to AS (
    SELECT day, bit_xor(taken) OVER (ORDER BY day) AS taken FROM by_day
),
joined AS (
    SELECT coalesce(bit_xor(hash(alias, paper_id)), 0) AS papers FROM aliases
)
SELECT up_to.day, xor(up_to.taken, joined.papers) AS known
FROM up_to
CROSS JOIN joined
WHERE up_to.day IN (SELECT CAST(unnest($days::JSON::VARCHAR[]) AS DATE));
