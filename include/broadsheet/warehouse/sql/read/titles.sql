SELECT paper_id, title FROM papers_told WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
