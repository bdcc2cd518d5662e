-- $documents: JSON
INSERT INTO search_documents BY NAME
SELECT unnest(from_json($documents, '[{"document": "BIGINT", "paper_id": "VARCHAR",
    "length": "INTEGER", "title": "VARCHAR", "organization": "VARCHAR", "published_at": "TIMESTAMP",
    "first_seen_at": "TIMESTAMP", "lists": ["VARCHAR"], "words_hash": "UBIGINT"}]'), max_depth := 2);
