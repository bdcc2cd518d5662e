-- What a list of results shows of some papers. $documents: BIGINT[]
SELECT document, paper_id, title, organization, published_at, first_seen_at, lists
FROM search_documents
-- IN would have DuckDB read the texts of most papers.
WHERE list_contains($documents::JSON::BIGINT[], document);
