-- A store as the first version of Broadsheet left it, its tables word for word.
CREATE TABLE deliveries (
	delivery_id VARCHAR NOT NULL,
	run VARCHAR NOT NULL,
	edition_key VARCHAR NOT NULL,
	recipient VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	date DATETIME NOT NULL,
	message BLOB NOT NULL,
	sha256 VARCHAR NOT NULL,
	prepared_at DATETIME NOT NULL,
	tried_at DATETIME,
	closed_at DATETIME,
	reply VARCHAR,
	PRIMARY KEY (delivery_id),
	UNIQUE (edition_key, recipient),
	UNIQUE (run, recipient)
);
CREATE TABLE quiet_days (
	run VARCHAR NOT NULL,
	recipient VARCHAR NOT NULL,
	looked_at DATETIME NOT NULL,
	reason VARCHAR NOT NULL,
	PRIMARY KEY (run, recipient)
);
CREATE TABLE told_boards (
	delivery_id VARCHAR NOT NULL,
	source VARCHAR NOT NULL,
	list VARCHAR NOT NULL,
	from_snapshot BIGINT,
	to_snapshot BIGINT NOT NULL,
	as_of DATETIME NOT NULL,
	PRIMARY KEY (delivery_id, source, list),
	FOREIGN KEY(delivery_id) REFERENCES deliveries (delivery_id)
);
PRAGMA user_version = 1;
