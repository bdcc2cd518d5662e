-- What a bibliography says of each paper.
SELECT paper_id, title, authors, published_at, organization, abstract, ai_keywords, github_url
FROM papers
ORDER BY paper_id;
