-- What was known of some papers at a time: of each detail the last that any list said.
SELECT
    paper_id,
    coalesce(arg_max(r.title, h.snapshot_id), 'arXiv:' || h.paper_id) AS title,
    arg_max(r.abstract, h.snapshot_id) AS abstract,
    arg_max(r.authors, h.snapshot_id) AS authors,
    arg_max(r.num_authors, h.snapshot_id) AS num_authors,
    arg_max(r.organization, h.snapshot_id) AS organization,
    arg_max(r.github_url, h.snapshot_id) AS github_url,
    arg_max(r.ai_summary, h.snapshot_id) AS ai_summary,
    arg_max(r.ai_keywords, h.snapshot_id) AS ai_keywords
FROM showings AS h
JOIN revisions AS r USING (paper_id, revision_id)
WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[])) AND h.captured_at <= $until
GROUP BY paper_id
