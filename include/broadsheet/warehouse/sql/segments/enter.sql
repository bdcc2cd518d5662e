INSERT INTO segments VALUES ($period, $table_name, $file, $rows, $bytes, $sha256, true, NULL);
