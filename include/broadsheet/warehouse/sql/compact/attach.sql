ATTACH '{file}' AS former (READ_ONLY);
