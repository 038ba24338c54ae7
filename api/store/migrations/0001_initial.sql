-- One text for both databases. The words IDENTITY, ROW_ID, BYTES and TEXT stand
-- for what a database calls a generated key, a given key that rows are ordered
-- by, binary data, and text that is compared byte by byte.
--
-- Instants are milliseconds since 1970, 0 for none. Durations are microseconds,
-- NULL for unknown. A name_key is a name as it is compared: trimmed, lower case.

CREATE TABLE users (
	id         IDENTITY,
	name       TEXT NOT NULL,
	is_api     SMALLINT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (is_api, name)
);

-- A token is known by the SHA-256 of its secret, in hexadecimal.
CREATE TABLE tokens (
	id           IDENTITY,
	user_id      BIGINT NOT NULL REFERENCES users (id),
	scope        TEXT NOT NULL,
	hash         TEXT NOT NULL UNIQUE,
	created_at   BIGINT NOT NULL,
	last_used_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE projects (
	id           IDENTITY,
	name         TEXT NOT NULL,
	name_key     TEXT NOT NULL UNIQUE,
	created_at   BIGINT NOT NULL,
	created_by   BIGINT NOT NULL REFERENCES users (id),
	completed_at BIGINT NOT NULL DEFAULT 0
);

-- A source carries the sums over its runs, so that no list has to add them up.
CREATE TABLE sources (
	id                IDENTITY,
	project_id        BIGINT NOT NULL REFERENCES projects (id),
	name              TEXT NOT NULL,
	name_key          TEXT NOT NULL,
	status            SMALLINT NOT NULL DEFAULT 1,
	run_count         BIGINT NOT NULL DEFAULT 0,
	completed_count   BIGINT NOT NULL DEFAULT 0,
	test_sum          BIGINT NOT NULL DEFAULT 0,
	elapsed_sum       BIGINT NOT NULL DEFAULT 0,
	elapsed_count     BIGINT NOT NULL DEFAULT 0,
	ran_at            BIGINT NOT NULL DEFAULT 0,
	last_completed_at BIGINT NOT NULL DEFAULT 0,
	created_at        BIGINT NOT NULL,
	created_by        BIGINT NOT NULL REFERENCES users (id),
	retired_at        BIGINT NOT NULL DEFAULT 0,
	UNIQUE (project_id, name_key)
);

CREATE TABLE configs (
	id         IDENTITY,
	project_id BIGINT NOT NULL REFERENCES projects (id),
	name       TEXT NOT NULL,
	name_key   TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	created_by BIGINT NOT NULL REFERENCES users (id),
	UNIQUE (project_id, name_key)
);

CREATE TABLE milestones (
	id              IDENTITY,
	project_id      BIGINT NOT NULL REFERENCES projects (id),
	name            TEXT NOT NULL,
	name_key        TEXT NOT NULL,
	note            TEXT NOT NULL,
	due_date        TEXT NOT NULL,
	automation_tags TEXT NOT NULL, -- JSON.
	created_at      BIGINT NOT NULL,
	created_by      BIGINT NOT NULL REFERENCES users (id),
	completed_at    BIGINT NOT NULL DEFAULT 0,
	UNIQUE (project_id, name_key)
);

CREATE TABLE tags (
	id          IDENTITY,
	project_id  BIGINT NOT NULL REFERENCES projects (id),
	name        TEXT NOT NULL,
	usage_count BIGINT NOT NULL,
	UNIQUE (project_id, name)
);

CREATE TABLE runs (
	id                     IDENTITY,
	project_id             BIGINT NOT NULL REFERENCES projects (id),
	source_id              BIGINT NOT NULL REFERENCES sources (id),
	config_id              BIGINT REFERENCES configs (id),
	milestone_id           BIGINT REFERENCES milestones (id),
	name                   TEXT NOT NULL,
	tags                   TEXT NOT NULL, -- JSON.
	status                 SMALLINT NOT NULL,
	elapsed                BIGINT,
	counters               BYTES NOT NULL, -- See packCounters.
	thread_count           BIGINT NOT NULL DEFAULT 0,
	thread_completed_count BIGINT NOT NULL DEFAULT 0,
	created_at             BIGINT NOT NULL,
	created_by             BIGINT NOT NULL REFERENCES users (id),
	updated_at             BIGINT NOT NULL DEFAULT 0,
	updated_by             BIGINT REFERENCES users (id),
	completed_at           BIGINT NOT NULL DEFAULT 0,
	completed_by           BIGINT REFERENCES users (id)
);

CREATE TABLE threads (
	id               IDENTITY,
	run_id           BIGINT NOT NULL REFERENCES runs (id),
	position         BIGINT NOT NULL,
	status           SMALLINT NOT NULL,
	elapsed_observed BIGINT,
	elapsed_computed BIGINT,
	counters         BYTES NOT NULL,
	created_at       BIGINT NOT NULL,
	created_by       BIGINT NOT NULL REFERENCES users (id),
	completed_at     BIGINT NOT NULL DEFAULT 0,
	completed_by     BIGINT REFERENCES users (id),
	UNIQUE (run_id, position)
);

-- A row is what one request hung onto a run or, with a thread_id, onto a thread.
CREATE TABLE attachments (
	id        IDENTITY,
	run_id    BIGINT NOT NULL REFERENCES runs (id),
	thread_id BIGINT REFERENCES threads (id),
	body      TEXT NOT NULL -- JSON.
);

CREATE INDEX attachments_run ON attachments (run_id, thread_id);

CREATE TABLE cases (
	id        IDENTITY,
	source_id BIGINT NOT NULL REFERENCES sources (id),
	key       TEXT NOT NULL,
	UNIQUE (source_id, key)
);

-- The id of a test holds that of its run, so that the tests of a run lie side
-- by side: see testID. Foreign keys are left out, because checking two of them
-- for each row costs more than storing it.
CREATE TABLE tests (
	id         ROW_ID,
	thread_id  BIGINT NOT NULL,
	case_id    BIGINT NOT NULL,
	status     SMALLINT NOT NULL,
	elapsed    BIGINT,
	created_at BIGINT NOT NULL,
	name       TEXT NOT NULL,
	folder     TEXT NOT NULL,
	message    TEXT,
	search     TEXT -- Lower-case text, where LOWER would not do: see searchText.
);

CREATE INDEX tests_case ON tests (case_id, id);

CREATE TABLE test_details (
	id   ROW_ID,
	body TEXT NOT NULL -- JSON.
);

-- What ListFolders answers.
CREATE TABLE folders (
	run_id        BIGINT NOT NULL,
	name          TEXT NOT NULL,
	total_count   BIGINT NOT NULL,
	failure_count BIGINT NOT NULL,
	PRIMARY KEY (run_id, name)
);
