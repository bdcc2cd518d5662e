-- When a list last held each of some papers, and the votes that it had there. $papers: VARCHAR[]
SELECT
    observations.paper_id, max(snapshots.captured_at) AS last_seen_at,
    arg_max(observations.upvotes, snapshots.captured_at) AS upvotes
FROM (SELECT unnest($papers::JSON::VARCHAR[]) AS paper_id) AS asked
JOIN observations USING (paper_id)
JOIN snapshots USING (snapshot_id)
GROUP BY observations.paper_id;
