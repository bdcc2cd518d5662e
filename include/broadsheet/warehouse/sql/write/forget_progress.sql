DELETE FROM archive_progress WHERE archive_file IN (SELECT unnest($files::JSON::VARCHAR[]));
