-- Take the next numbers for documents: the first one behind them. $count: BIGINT
UPDATE warehouse_info SET next_document = next_document + $count RETURNING next_document;
