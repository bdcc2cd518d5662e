-- Papers that came onto a list for the first time, newest first.
CREATE OR REPLACE VIEW newcomers AS
SELECT changes.captured_at, changes.list_kind, changes.list_key, changes.paper_id, papers.title, changes.rank, changes.upvotes
FROM changes
JOIN search_documents AS papers USING (paper_id)
WHERE changes.change = 'entered'
ORDER BY changes.captured_at DESC, changes.rank;
