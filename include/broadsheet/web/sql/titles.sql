-- What was told last of the titles of some papers, as the view papers has it. Without its other columns it is read in
-- no time however long the history.
SELECT showings.paper_id, arg_max(revisions.title, (showings.captured_at, showings.snapshot_id)) AS title
FROM showings
JOIN revisions USING (paper_id, revision_id)
WHERE showings.paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))
GROUP BY showings.paper_id;
