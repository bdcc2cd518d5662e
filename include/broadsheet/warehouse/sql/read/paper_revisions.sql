-- What was said of a paper, in the order in which it was first said.
SELECT min(showings.captured_at) AS first_shown_at, revisions.* EXCLUDE (paper_id, title_key)
FROM revisions
JOIN showings USING (paper_id, revision_id)
WHERE revisions.paper_id = $paper
GROUP BY ALL
ORDER BY first_shown_at;
