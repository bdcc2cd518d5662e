-- What lists told of some papers, the oldest first. $papers: VARCHAR[]
SELECT
    paper_id, list_kind, list_key, captured_at,
    title, abstract, ai_summary, ai_keywords, organization, authors, published_at
FROM (FROM showings WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[])))
-- Of both tables first what is said of these papers: joined whole, all texts would be read.
JOIN (FROM revisions WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))) USING (paper_id, revision_id)
ORDER BY captured_at, snapshot_id;
