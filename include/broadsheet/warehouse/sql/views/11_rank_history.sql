-- Where each paper stood on each snapshot of each list.
CREATE OR REPLACE VIEW rank_history AS
SELECT
    snapshots.list_kind, snapshots.list_key, observations.paper_id, snapshots.captured_at, observations.rank,
    observations.upvotes, observations.num_comments, observations.github_stars, observations.snapshot_id
FROM observations
JOIN snapshots USING (snapshot_id);
