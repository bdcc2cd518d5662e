DELETE FROM open_changes WHERE seq IN (SELECT unnest($seqs::JSON::BIGINT[]));
