-- The papers that search knows, by number: their length, when they were written (microseconds since 1970, UTC), and
-- their turn among papers of equal score.
SELECT
    document, length, epoch_us(coalesce(published_at, first_seen_at)) AS written,
    row_number() OVER (ORDER BY coalesce(published_at, first_seen_at) DESC, paper_id) AS turn
FROM search_documents
ORDER BY document;
