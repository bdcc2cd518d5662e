SELECT paper_id, title FROM search_documents WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
