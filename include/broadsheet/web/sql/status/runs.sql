-- The digest runs opened since $since, the newest first. Nobody's address is in the publication.
SELECT
    run_key, slot, state, candidates, prepared, excluded, accepted, presumed_accepted, failed, suppressed, expired,
    aborted, quarantined, in_doubt, deferred, waiting, bounced, complaints
FROM digest_log
WHERE kind = 'digest' AND opened_at >= $since
ORDER BY opened_at DESC, run_key DESC;
