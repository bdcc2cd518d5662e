-- Papers that changed places, newest first; climbed counts places up, below 0 places down.
CREATE OR REPLACE VIEW movers AS
SELECT
    changes.captured_at, changes.list_kind, changes.list_key, changes.paper_id, papers.title, changes.rank,
    changes.previous_rank, changes.previous_rank - changes.rank AS climbed,
    changes.upvotes - changes.previous_upvotes AS gained
FROM changes
JOIN search_documents AS papers USING (paper_id)
WHERE changes.change IN ('rose', 'fell')
ORDER BY changes.captured_at DESC, abs(changes.previous_rank - changes.rank) DESC;
