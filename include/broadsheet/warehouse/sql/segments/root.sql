-- Where segments are: in one place, so that a publication moved elsewhere changes nothing but this. Who finds the folder
-- elsewhere says so before reading: SET VARIABLE segments_root = '…'.
CREATE OR REPLACE MACRO segments_root() AS coalesce(getvariable('segments_root'), '{root}');
