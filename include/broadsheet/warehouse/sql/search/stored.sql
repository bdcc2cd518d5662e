-- Of which words the index knows some papers. $papers: VARCHAR[]
SELECT paper_id, words_hash FROM search_documents WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
