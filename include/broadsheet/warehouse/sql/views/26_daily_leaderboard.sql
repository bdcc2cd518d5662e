-- Each day's list as it stood last.
CREATE OR REPLACE VIEW daily_leaderboard AS
WITH final AS (
    SELECT list_key, arg_max(snapshot_id, (captured_at, snapshot_id)) AS snapshot_id
    FROM snapshots
    WHERE list_kind = 'daily'
    GROUP BY list_key
)
SELECT
    CAST(final.list_key AS DATE) AS day, observations.rank, observations.paper_id, papers.title,
    observations.upvotes, observations.num_comments, papers.organization
FROM final
JOIN observations USING (snapshot_id)
JOIN search_documents AS papers USING (paper_id)
ORDER BY day DESC, observations.rank;
