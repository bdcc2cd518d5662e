-- What a bibliography says of each paper.
SELECT paper_id, title, authors, published_at, organization, abstract, ai_keywords, github_url
FROM papers_told
ORDER BY paper_id;
