SELECT segments_root() = $root;
