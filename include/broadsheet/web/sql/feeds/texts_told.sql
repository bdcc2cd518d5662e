-- When the newest of the texts that feeds show of some papers was first told.
WITH texts AS (
    SELECT paper_id, min(captured_at) AS told_at
    FROM showings
    JOIN revisions USING (paper_id, revision_id)
    WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))
    GROUP BY paper_id, title, abstract, authors, organization, github_url, ai_summary
)
SELECT paper_id, max(told_at) AS told_at FROM texts GROUP BY paper_id;
