FROM source_health;
