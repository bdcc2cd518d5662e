-- What a file says of its schema, its views and the place of its segments.
SELECT schema_version, views_sha256, segments_root() FROM warehouse_info;
