-- The rows of these periods stand elsewhere from now on. $periods: VARCHAR[]
UPDATE segments SET is_read = false WHERE is_read AND period IN (SELECT unnest($periods::JSON::VARCHAR[]));
