UPDATE warehouse_info SET schema_version = ?, views_sha256 = ?;
