DELETE FROM changes WHERE seq IN (SELECT unnest($seqs::JSON::BIGINT[]));
