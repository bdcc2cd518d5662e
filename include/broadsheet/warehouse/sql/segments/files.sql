-- Every file that somebody may read.
SELECT file FROM segments;
