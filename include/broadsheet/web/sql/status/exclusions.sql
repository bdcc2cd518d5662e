-- How many of those who were due got nothing, by run and reason.
SELECT delivery_log.run_key, delivery_log.reason, count(*) AS subscribers
FROM delivery_log
JOIN digest_runs USING (run_key)
WHERE delivery_log.state = 'excluded' AND digest_runs.kind = 'digest' AND digest_runs.opened_at >= $since
GROUP BY ALL
ORDER BY ALL;
