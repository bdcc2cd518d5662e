SELECT archive_file, loaded_to FROM archive_progress;
