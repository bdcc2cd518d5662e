DELETE FROM heads WHERE list_kind = $kind AND list_key = $key;
