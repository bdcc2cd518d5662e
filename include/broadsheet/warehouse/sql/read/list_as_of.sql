FROM list_as_of($kind, $key, $moment);
