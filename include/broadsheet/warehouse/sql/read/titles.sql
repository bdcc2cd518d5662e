SELECT paper_id, title FROM papers WHERE paper_id IN (SELECT unnest($papers::VARCHAR[]));
