-- What a bibliography says of each paper.
SELECT paper_id, title, authors, published_at FROM papers ORDER BY paper_id;
