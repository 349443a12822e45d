-- SPDX-License-Identifier: MIT
-- From schema version 3 to 4: what volumes, instances and events cost, the history by the hour and the day, what
-- retention took, and the resident daemon's own state.

ALTER TABLE region_total ADD COLUMN repriced_micros INTEGER;
ALTER TABLE listing ADD COLUMN currency TEXT;
ALTER TABLE listing ADD COLUMN prices_oldest TEXT;
ALTER TABLE listing ADD COLUMN prices_newest TEXT;
ALTER TABLE volume ADD COLUMN cost_micros INTEGER;
ALTER TABLE volume ADD COLUMN gp3_cost_micros INTEGER;
ALTER TABLE volume ADD COLUMN wasted_micros INTEGER;
ALTER TABLE volume ADD COLUMN wasted_at INTEGER;
ALTER TABLE instance ADD COLUMN cost_micros INTEGER;
ALTER TABLE instance ADD COLUMN unpriced_volumes INTEGER;
ALTER TABLE instance ADD COLUMN gp3_gib INTEGER;
ALTER TABLE instance ADD COLUMN gp2_cost_micros INTEGER;
ALTER TABLE instance ADD COLUMN gp2_as_gp3_micros INTEGER;
ALTER TABLE volume_event ADD COLUMN cost_before INTEGER;
ALTER TABLE volume_event ADD COLUMN cost_after INTEGER;
ALTER TABLE volume_event ADD COLUMN currency TEXT;
CREATE INDEX region_total_repriced ON region_total (place_id, run_id)
        WHERE unattached_gib IS NOT NULL AND repriced_micros IS NOT 0;
CREATE INDEX volume_by_id ON volume (volume_id);
CREATE INDEX volume_by_gib ON volume (gib);
CREATE INDEX instance_by_id ON instance (instance_id);
CREATE INDEX instance_by_cost ON instance (cost_micros);
CREATE INDEX instance_by_name ON instance (name);
CREATE INDEX instance_by_volumes ON instance (volumes);
CREATE INDEX instance_by_zone ON instance (zone);
CREATE INDEX instance_by_type ON instance (instance_type);
CREATE INDEX instance_by_first_seen ON instance (first_seen_at);
CREATE INDEX instance_by_state ON instance (
        CASE state WHEN 0 THEN 'pending' WHEN 16 THEN 'running' WHEN 32 THEN 'shutting-down' WHEN 64 THEN 'stopping'
                   WHEN 80 THEN 'stopped' ELSE 'unknown' END);
CREATE INDEX instance_by_gp3_share ON instance (gp3_gib * 1.0 / nullif(gib, 0));
CREATE INDEX instance_by_gp3_saving ON instance (gp2_cost_micros - gp2_as_gp3_micros);
CREATE INDEX volume_event_by_time ON volume_event (found_at);

CREATE TABLE metric (
        metric_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        unit TEXT NOT NULL,
        of_all_volumes INTEGER NOT NULL
                CHECK (of_all_volumes IN (0, 1))
) STRICT;
INSERT INTO metric (metric_id, name, unit, of_all_volumes) VALUES
        (1, 'attached_gib', 'GiB', 0), (2, 'instance_sum_gib', 'GiB', 0), (3, 'unattached_gib', 'GiB', 1),
        (4, 'billed_gib', 'GiB', 1), (5, 'attached_volumes', 'volumes', 0), (6, 'instances', 'instances', 0),
        (7, 'attached_cost_micros', 'micros', 0), (8, 'unattached_cost_micros', 'micros', 1),
        (9, 'billed_cost_micros', 'micros', 1);

CREATE TABLE rollup_hour (
        metric_id INTEGER NOT NULL
                REFERENCES metric,
        hour_at INTEGER NOT NULL,
        place_id INTEGER NOT NULL
                REFERENCES place,
        asked INTEGER NOT NULL,
        samples INTEGER NOT NULL,
        first_value INTEGER,
        first_at INTEGER,
        last_value INTEGER,
        last_at INTEGER,
        min_value INTEGER,
        max_value INTEGER,
        sum_value REAL,
        at_least INTEGER NOT NULL
                CHECK (at_least IN (0, 1)),
        lacking TEXT,
        currency TEXT,
        PRIMARY KEY (metric_id, hour_at, place_id),
        CHECK ((samples = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_day (
        metric_id INTEGER NOT NULL
                REFERENCES metric,
        day_at INTEGER NOT NULL,
        place_id INTEGER NOT NULL
                REFERENCES place,
        asked INTEGER NOT NULL,
        samples INTEGER NOT NULL,
        first_value INTEGER,
        first_at INTEGER,
        last_value INTEGER,
        last_at INTEGER,
        min_value INTEGER,
        max_value INTEGER,
        sum_value REAL,
        at_least INTEGER NOT NULL
                CHECK (at_least IN (0, 1)),
        lacking TEXT,
        currency TEXT,
        hours INTEGER NOT NULL,
        hour_mask INTEGER NOT NULL,
        PRIMARY KEY (metric_id, day_at, place_id),
        CHECK ((samples = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_total_hour (
        account TEXT NOT NULL,
        hour_at INTEGER NOT NULL,
        metric_id INTEGER NOT NULL
                REFERENCES metric,
        currency TEXT NOT NULL,
        regions INTEGER NOT NULL,
        regions_asked INTEGER NOT NULL,
        asked INTEGER NOT NULL,
        samples INTEGER NOT NULL,
        first_value INTEGER,
        last_value INTEGER,
        min_value INTEGER,
        max_value INTEGER,
        avg_value REAL,
        at_least INTEGER NOT NULL
                CHECK (at_least IN (0, 1)),
        lacking TEXT,
        PRIMARY KEY (account, hour_at, metric_id, currency),
        CHECK ((regions = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_total_day (
        account TEXT NOT NULL,
        day_at INTEGER NOT NULL,
        metric_id INTEGER NOT NULL
                REFERENCES metric,
        currency TEXT NOT NULL,
        regions INTEGER NOT NULL,
        regions_asked INTEGER NOT NULL,
        asked INTEGER NOT NULL,
        samples INTEGER NOT NULL,
        first_value INTEGER,
        last_value INTEGER,
        min_value INTEGER,
        max_value INTEGER,
        avg_value REAL,
        at_least INTEGER NOT NULL
                CHECK (at_least IN (0, 1)),
        lacking TEXT,
        hours INTEGER NOT NULL,
        PRIMARY KEY (account, day_at, metric_id, currency),
        CHECK ((regions = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE pruned (
        what TEXT PRIMARY KEY
                CHECK (what IN ('runs', 'hours', 'days', 'events')),
        before_at INTEGER NOT NULL
) STRICT;

CREATE TABLE daemon_state (
        daemon_id INTEGER PRIMARY KEY
                CHECK (daemon_id = 1),
        state TEXT NOT NULL
                CHECK (state IN ('starting', 'idle', 'running', 'stopped')),
        pid INTEGER NOT NULL,
        version TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        heartbeat_at INTEGER NOT NULL,
        interval_s INTEGER NOT NULL,
        next_run_at INTEGER,
        run_started_at INTEGER,
        run_mode TEXT
                CHECK (run_mode IN ('sequential', 'parallel', 'sweep')),
        regions_done INTEGER,
        regions_total INTEGER,
        status TEXT NOT NULL,
        problem TEXT
) STRICT;
