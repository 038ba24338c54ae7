-- A row is a request that was to change something, and what became of it. It is
-- kept for a while, so that who misses results can see what has happened to them.
CREATE TABLE diary (
	id         IDENTITY,
	at         BIGINT NOT NULL,
	token_id   BIGINT NOT NULL,
	name       TEXT   NOT NULL,
	route      TEXT   NOT NULL,
	project_id BIGINT NOT NULL,
	run_id     BIGINT NOT NULL,
	thread_id  BIGINT NOT NULL,
	status     BIGINT NOT NULL,
	reason     TEXT   NOT NULL,
	sent       BIGINT NOT NULL,
	unpacked   BIGINT NOT NULL,
	tests      BIGINT NOT NULL,
	elapsed    BIGINT NOT NULL,
	client     TEXT   NOT NULL
);

CREATE INDEX diary_token ON diary (token_id, id);
CREATE INDEX diary_refused ON diary (id) WHERE status >= 400;
