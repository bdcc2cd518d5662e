UPDATE segments SET let_go_at = $now WHERE NOT is_read AND let_go_at IS NULL;
