DELETE FROM segments WHERE NOT is_read AND let_go_at < $before;
