-- Some papers are found no more. $papers: VARCHAR[]
DELETE FROM search_documents WHERE paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
