-- Each digest run: who was due, and what became of everybody.
CREATE OR REPLACE VIEW digest_log AS
SELECT
    run_key, kind, slot, opened_at, frozen_at, closed_at, state, policy, shards,
    candidates, prepared, excluded,
    coalesce(accepted, 0) AS accepted,
    coalesce(presumed_accepted, 0) AS presumed_accepted,
    coalesce(failed, 0) AS failed,
    coalesce(suppressed, 0) AS suppressed,
    coalesce(expired, 0) AS expired,
    coalesce(aborted, 0) AS aborted,
    coalesce(quarantined, 0) AS quarantined,
    coalesce(in_doubt, 0) AS in_doubt,
    coalesce(deferred, 0) AS deferred,
    coalesce(waiting, 0) AS waiting,            -- pending, or in a sender's hand
    coalesce(bounced, 0) AS bounced,
    coalesce(complaints, 0) AS complaints,
    reason, recorded_at
FROM digest_runs
LEFT JOIN (
    SELECT
        run_key,
        count(*) FILTER (state = 'accepted') AS accepted,
        count(*) FILTER (state = 'presumed_accepted') AS presumed_accepted,
        count(*) FILTER (state = 'failed') AS failed,
        count(*) FILTER (state = 'suppressed') AS suppressed,
        count(*) FILTER (state = 'expired') AS expired,
        count(*) FILTER (state = 'aborted') AS aborted,
        count(*) FILTER (state = 'quarantined') AS quarantined,
        count(*) FILTER (state = 'in_doubt') AS in_doubt,
        count(*) FILTER (state = 'deferred') AS deferred,
        count(*) FILTER (state IN ('pending', 'claimed')) AS waiting,
        count(*) FILTER (bounce IN ('hard', 'soft', 'policy')) AS bounced,
        count(*) FILTER (bounce = 'complaint') AS complaints
    FROM delivery_log
    GROUP BY run_key
) AS counted USING (run_key)
ORDER BY opened_at DESC;
