SELECT last_believed_at, last_verdict, last_reason
FROM source_health
WHERE list_kind = $kind AND list_key = $key;
