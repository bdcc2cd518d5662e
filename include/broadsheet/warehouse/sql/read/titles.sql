SELECT paper_id, title FROM papers WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
