-- A row is a write that takes place once, however often it arrives. made is the
-- id that it has answered with, 0 for none; request is a hash of what was sent.
CREATE TABLE idempotency_keys (
	user_id    BIGINT NOT NULL REFERENCES users (id),
	key        TEXT NOT NULL,
	request    TEXT NOT NULL,
	made       BIGINT NOT NULL DEFAULT 0,
	written_at BIGINT NOT NULL,
	PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_written ON idempotency_keys (written_at);
