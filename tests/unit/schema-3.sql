-- SPDX-License-Identifier: MIT
-- The history database of ebsreportd: this file is what creates it.
--
-- The views v1_* are the interface. Columns are added to them, never removed or given another meaning; the tables
-- behind them may change with any version. Read the views, and with nothing but SELECT.
--
-- Units:  *_at   seconds since 1970-01-01T00:00:00 UTC: datetime(started_at, 'unixepoch')
--         *_us   durations in microseconds
--         *_gib  sizes in GiB (2^30 bytes);  *_kib  memory in KiB (2^10 bytes)
--         *_cost_micros  list price of a month of 30 days, in millionths of the currency that the row names
-- NULL:   not known. A region that failed has no numbers, and a run that asks instance by instance cannot see
--         unattached or managed volumes. Neither is ever stored as 0, and no older value stands in for it.
-- Order:  by run_id, which only grows; started_at follows the clock, and clocks are set back.
--
-- Set by the program that runs this file: application_id 0x45425352 ("EBSR"), user_version (the schema's version),
-- auto_vacuum INCREMENTAL, journal_mode WAL.

-- One account's region. Accounts and regions are few and their names long, the rows that speak of them many.
CREATE TABLE place (
        place_id INTEGER PRIMARY KEY, -- stands for the pair in the other tables
        account TEXT NOT NULL,        -- the AWS account's 12 digits; '' while no run of the region has learnt it
        region TEXT NOT NULL,         -- the region's name: us-east-1
        newest_run_id INTEGER         -- the newest run that asked it, NULL: none that is kept
                REFERENCES run ON DELETE SET NULL,
        good_run_id INTEGER           -- the newest run in which it worked, NULL: none that is kept
                REFERENCES run ON DELETE SET NULL,
        listed_volumes INTEGER,       -- volumes in its newest whole listing, for cutting the next one in chains; NULL:
                                      -- none yet, or not all ids were "vol-" and lower-case hex, as cutting requires
        UNIQUE (region, account)
) STRICT;

-- One run over all the regions it was told of, with the sums over the regions that worked.
CREATE TABLE run (
        run_id INTEGER PRIMARY KEY AUTOINCREMENT, -- only grows, also after rows were deleted
        started_at INTEGER NOT NULL,              -- seconds since the epoch, UTC
        mode TEXT NOT NULL                        -- how it asked: call by call, in parallel, by page chains
                CHECK (mode IN ('sequential', 'parallel', 'sweep')),
        status TEXT NOT NULL                      -- partial: some regions failed, sums are "at least"
                CHECK (status IN ('ok', 'partial', 'failed')),
        workers INTEGER NOT NULL,                 -- most worker processes at once
        regions_ok INTEGER NOT NULL,              -- regions that worked
        regions_failed INTEGER NOT NULL,          -- regions that did not, see region_total
        wall_us INTEGER NOT NULL,                 -- duration of the whole run, microseconds
        busy_us INTEGER NOT NULL,                 -- sum of the durations of the regions' calls, microseconds
        cpu_us INTEGER NOT NULL,                  -- processor time of all its processes, microseconds
        peak_pss_kib INTEGER,                     -- most memory of all its processes together, KiB; NULL: not measured
        calls INTEGER NOT NULL,                   -- signed API calls that were sent, retries and discovery included
        retries INTEGER NOT NULL,                 -- calls that repeated a failed one
        throttles INTEGER NOT NULL,               -- calls that the API answered with "slow down"
        regions_assumed INTEGER NOT NULL          -- 1: DescribeRegions failed, the list is configured or remembered
                CHECK (regions_assumed IN (0, 1)),
        notice TEXT,                              -- a line for people about the run as a whole
        error_kind TEXT,                          -- why no region could be tried: 'credentials', ...
        error_code TEXT,                          -- that error's AWS code
        error_http_status INTEGER,                -- that error's HTTP status
        error_message TEXT,                       -- that error in words
        error_request_id TEXT,                    -- the AWS request id of the failed call
        instances INTEGER,                        -- without the terminated ones; from here on NULL if failed
        instance_sum_gib INTEGER,                 -- sizes summed over every pair of instance and attached volume, GiB
        attached_volumes INTEGER,                 -- volumes attached to an instance, each once
        attached_gib INTEGER,                     -- their sizes, each volume once, GiB
        multi_attach_extra_gib INTEGER,           -- what instance_sum_gib counts more than once, GiB
        unknown_instance_volumes INTEGER,         -- of the attached ones: those of instances that were not listed
        unknown_instance_gib INTEGER,             -- their sizes, GiB
        unattached_volumes INTEGER,               -- volumes attached to nothing
        unattached_gib INTEGER,                   -- their sizes, GiB
        managed_volumes INTEGER,                  -- volumes held by an AWS service, without an instance of the account
        managed_gib INTEGER,                      -- their sizes, GiB
        currency TEXT,                            -- of the costs below: USD; NULL: several (v1_run_cost), or none
        attached_cost_micros INTEGER,             -- what the attached volumes cost a month, without the unpriced ones
        unattached_cost_micros INTEGER,           -- the same of the unattached ones
        managed_cost_micros INTEGER,              -- the same of the managed ones
        unpriced_volumes INTEGER,                 -- volumes without a price: costs are "at least"; NULL: unknown
        prices_oldest TEXT,                       -- oldest date of the prices used: 2022-02-10
        prices_newest TEXT,                       -- their newest date
        CHECK ((status = 'failed') = (instance_sum_gib IS NULL))
) STRICT;
CREATE INDEX run_by_time ON run (started_at);
CREATE INDEX run_not_ok ON run (run_id) WHERE status <> 'ok';

-- What one run learned of one account's region.
CREATE TABLE region_total (
        run_id INTEGER NOT NULL           -- the run
                REFERENCES run ON DELETE CASCADE,
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        started_at INTEGER NOT NULL,      -- the run's, repeated here to find a region's history by time; seconds, UTC
        status TEXT NOT NULL              -- failed: every size and count below is NULL
                CHECK (status IN ('ok', 'failed')),
        start_us INTEGER NOT NULL,        -- its first call, microseconds after the run's start
        wall_us INTEGER NOT NULL,         -- from its first call to its last answer, microseconds
        busy_us INTEGER NOT NULL,         -- sum of the durations of its calls, microseconds
        calls INTEGER NOT NULL,           -- signed API calls that were sent, retries included
        retries INTEGER NOT NULL,         -- calls that repeated a failed one
        throttles INTEGER NOT NULL,       -- calls that the API answered with "slow down"
        error_kind TEXT,                  -- why it failed, one of our words: 'denied', 'throttled', 'network', ...
        error_code TEXT,                  -- the AWS error code: UnauthorizedOperation
        error_http_status INTEGER,        -- the HTTP status of the last answer
        error_message TEXT,               -- what AWS or we said of it, one line
        error_request_id TEXT,            -- the AWS request id of the failed call
        instances INTEGER,                -- instances without the terminated ones
        instance_sum_gib INTEGER,         -- sizes summed over every pair of instance and attached volume, GiB
        attached_volumes INTEGER,         -- volumes attached to an instance, each once
        attached_gib INTEGER,             -- their sizes, each volume once, GiB
        multi_attach_extra_gib INTEGER,   -- what instance_sum_gib counts more than once, GiB
        unknown_instance_volumes INTEGER, -- of the attached ones: those of instances that were not listed
        unknown_instance_gib INTEGER,     -- their sizes, GiB
        unattached_volumes INTEGER,       -- volumes attached to nothing
        unattached_gib INTEGER,           -- their sizes, GiB
        managed_volumes INTEGER,          -- volumes held by an AWS service, without an instance of the account
        managed_gib INTEGER,              -- their sizes, GiB
        currency TEXT,                    -- of the costs below: USD; NULL: no volumes, or none with a price
        attached_cost_micros INTEGER,     -- what the attached volumes cost a month, without the unpriced ones
        unattached_cost_micros INTEGER,   -- the same of the unattached ones
        managed_cost_micros INTEGER,      -- the same of the managed ones
        unpriced_volumes INTEGER,         -- volumes without a price: costs are "at least"; NULL: unknown
        prices_oldest TEXT,               -- oldest date of the prices used: 2022-02-10
        prices_newest TEXT,               -- their newest date
        PRIMARY KEY (run_id, place_id),
        CHECK ((status = 'failed') = (error_kind IS NOT NULL)),
        CHECK ((status = 'failed') = (instance_sum_gib IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX region_total_by_time ON region_total (place_id, started_at);

-- One combination of what volumes are grouped by. They are few; type_total has one number for each.
CREATE TABLE volume_class (
        class_id INTEGER PRIMARY KEY, -- stands for the combination
        zone TEXT NOT NULL,           -- availability zone: us-east-1a
        volume_type TEXT NOT NULL,    -- gp3, io2, ..., or a word that is newer than this program
        state TEXT NOT NULL,          -- the volume's state as EC2 names it: in-use, available, creating, ...
        holder TEXT NOT NULL          -- who holds it: an instance, one that was not listed, an AWS service, nobody
                CHECK (holder IN ('instance', 'unknown_instance', 'managed', 'none')),
        UNIQUE (zone, volume_type, state, holder)
) STRICT;

-- What one run saw in one region of one class of volumes. Each volume is in exactly one class.
CREATE TABLE type_total (
        run_id INTEGER NOT NULL,          -- the run
        place_id INTEGER NOT NULL,        -- the account and region
        class_id INTEGER NOT NULL         -- zone, type, state and holder
                REFERENCES volume_class,
        volumes INTEGER NOT NULL,         -- how many
        gib INTEGER NOT NULL,             -- their sizes, GiB
        iops INTEGER NOT NULL,            -- their provisioned I/O operations a second, 0 where EC2 tells none
        throughput_mibps INTEGER NOT NULL, -- their provisioned throughput, MiB a second, 0 where EC2 tells none
        cost_micros INTEGER,              -- what they cost a month, in region_total's currency; NULL: none has a price
        unpriced_volumes INTEGER,         -- those that have no price and are not in cost_micros; NULL: unknown
        PRIMARY KEY (run_id, place_id, class_id),
        FOREIGN KEY (run_id, place_id) REFERENCES region_total ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The single calls of the last runs (keep_task_timings): which worker did what when.
CREATE TABLE task_timing (
        run_id INTEGER NOT NULL      -- the run
                REFERENCES run ON DELETE CASCADE,
        task INTEGER NOT NULL,       -- numbers the run's calls from 0, by their start
        worker INTEGER NOT NULL,     -- the worker process's place, from 0
        region TEXT NOT NULL,        -- the region that was asked
        action TEXT NOT NULL,        -- the API's action: DescribeVolumes
        start_us INTEGER NOT NULL,   -- microseconds after the run's start
        duration_us INTEGER NOT NULL, -- microseconds
        outcome TEXT NOT NULL,       -- 'ok', or the kind of error
        PRIMARY KEY (run_id, task)
) STRICT, WITHOUT ROWID;

-- One comparison: the same regions read sequentially, in parallel and by page chains, one after the other. Its numbers
-- are its own, so that they outlive the runs.
CREATE TABLE comparison (
        comparison_id INTEGER PRIMARY KEY AUTOINCREMENT, -- only grows
        started_at INTEGER NOT NULL,         -- the sequential run's start, seconds since the epoch, UTC
        sequential_run_id INTEGER UNIQUE     -- the run, NULL once it was deleted
                REFERENCES run ON DELETE SET NULL,
        parallel_run_id INTEGER UNIQUE       -- the run, NULL once it was deleted
                REFERENCES run ON DELETE SET NULL,
        sweep_run_id INTEGER UNIQUE          -- the run, NULL once it was deleted
                REFERENCES run ON DELETE SET NULL,
        regions INTEGER NOT NULL,            -- regions of the sequential run, failed ones included
        instances INTEGER,                   -- instances in them; NULL: the sequential run failed
        sequential_wall_us INTEGER NOT NULL, -- duration of the sequential run, microseconds
        sequential_calls INTEGER NOT NULL,   -- API calls of the sequential run
        parallel_wall_us INTEGER NOT NULL,   -- duration of the parallel run, microseconds
        parallel_calls INTEGER NOT NULL,     -- API calls of the parallel run
        parallel_workers INTEGER NOT NULL,   -- worker processes of the parallel run
        sweep_wall_us INTEGER NOT NULL,      -- duration of the sweep, microseconds
        sweep_calls INTEGER NOT NULL,        -- API calls of the sweep
        speedup REAL,                        -- sequential_wall_us / parallel_wall_us; NULL: not both complete
        agree INTEGER NOT NULL               -- 1: all three worked and saw the same in every region
                CHECK (agree IN (0, 1))
) STRICT;
CREATE INDEX comparison_by_time ON comparison (started_at);

-- The regions that DescribeRegions last gave an account, for runs in which it is denied.
CREATE TABLE known_region (
        place_id INTEGER PRIMARY KEY  -- the account and region
                REFERENCES place,
        opt_in_status TEXT,           -- opt-in-not-required, opted-in, not-opted-in; NULL: untold
        listed_at INTEGER NOT NULL    -- when, seconds since the epoch, UTC
) STRICT;

-- The newest whole listing of each account's region: what volume and instance are as of. Only a sweep that worked is a
-- whole listing; a region that fails, or is asked instance by instance, keeps what it has and the age of it.
CREATE TABLE listing (
        place_id INTEGER PRIMARY KEY      -- the account and region
                REFERENCES place,
        run_id INTEGER NOT NULL,          -- the run that listed it last; it may no longer be kept
        started_at INTEGER NOT NULL,      -- that run's start: when volume and instance were last seen
        baseline_run_id INTEGER NOT NULL, -- the run that listed it first: what was there then has no 'created' event
        baseline_at INTEGER NOT NULL      -- that run's start
) STRICT;
CREATE INDEX region_total_whole ON region_total (place_id, run_id) WHERE unattached_gib IS NOT NULL;

-- The volumes that there are, those deleted excepted. Written only where something changed.
CREATE TABLE volume (
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        volume_id TEXT NOT NULL,          -- vol-0123456789abcdef0
        class_id INTEGER NOT NULL         -- zone, type, state and holder
                REFERENCES volume_class,
        gib INTEGER NOT NULL,             -- size, GiB
        iops INTEGER NOT NULL,            -- provisioned I/O operations a second, 0 where EC2 tells none
        throughput_mibps INTEGER NOT NULL, -- provisioned throughput, MiB a second, 0 where EC2 tells none
        encrypted INTEGER NOT NULL        -- 1: encrypted
                CHECK (encrypted IN (0, 1)),
        multi_attach INTEGER NOT NULL     -- 1: may be attached to several instances
                CHECK (multi_attach IN (0, 1)),
        managed_by TEXT,                  -- the AWS service that manages or holds it: eks.amazonaws.com
        name TEXT,                        -- the tag Name, if keep_tags names it; NULL: none
        tags TEXT,                        -- the tags that keep_tags names, a JSON object; NULL: none of them
        created_at INTEGER,               -- when EC2 made it; NULL: untold
        first_seen_at INTEGER NOT NULL,   -- the listing that saw it first
        first_seen_known INTEGER NOT NULL -- 0: that was the baseline, it was there before
                CHECK (first_seen_known IN (0, 1)),
        unattached_since INTEGER,         -- the listing that first saw it held by nobody; NULL: it is held
        unattached_known INTEGER NOT NULL -- 0: that was the baseline, it was so before; also while it is held
                CHECK (unattached_known IN (0, 1)),
        PRIMARY KEY (place_id, volume_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX volume_unattached ON volume (unattached_since) WHERE unattached_since IS NOT NULL;

-- Which instances hold which volumes, listed instances or not. Several rows of one volume: Multi-Attach.
CREATE TABLE volume_attachment (
        place_id INTEGER NOT NULL,        -- the account and region
        volume_id TEXT NOT NULL,          -- the volume
        instance_id TEXT NOT NULL,        -- i-0123456789abcdef0
        PRIMARY KEY (place_id, volume_id, instance_id),
        FOREIGN KEY (place_id, volume_id) REFERENCES volume ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX volume_attachment_by_instance ON volume_attachment (place_id, instance_id);

-- The instances that there are, the terminated ones excepted. Written only where something changed.
CREATE TABLE instance (
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        instance_id TEXT NOT NULL,        -- i-0123456789abcdef0
        name TEXT,                        -- the tag Name; NULL: none
        instance_type TEXT NOT NULL,      -- m6i.large
        zone TEXT NOT NULL,               -- availability zone: us-east-1a
        state INTEGER NOT NULL,           -- 0 pending, 16 running, 32 shutting-down, 64 stopping, 80 stopped
        managed INTEGER NOT NULL          -- 1: an AWS service operates it
                CHECK (managed IN (0, 1)),
        volumes INTEGER NOT NULL,         -- volumes attached to it
        gib INTEGER NOT NULL,             -- their sizes, GiB
        first_seen_at INTEGER NOT NULL,   -- the listing that saw it first
        first_seen_known INTEGER NOT NULL -- 0: that was the baseline, it was there before
                CHECK (first_seen_known IN (0, 1)),
        PRIMARY KEY (place_id, instance_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX instance_by_gib ON instance (gib);

-- The churn ledger: what changed between two whole listings of a region. Rows outlive the runs and the volumes.
--
-- The rule: of any run and region, gib_after - gib_before summed over its events is exactly the region's billed GiB by
-- that run minus those by its whole listing before. The first listing is the baseline and has no events. So every event
-- but the created, deleted, grown and shrunk has gib_before = gib_after, the size after the run.
CREATE TABLE volume_event (
        event_id INTEGER PRIMARY KEY,     -- grows in the order of runs
        run_id INTEGER NOT NULL,          -- the run that found it; it may no longer be kept
        place_id INTEGER NOT NULL         -- the account and region
                REFERENCES place,
        found_at INTEGER NOT NULL,        -- that run's start: it happened before
        after_at INTEGER NOT NULL,        -- the whole listing before: it happened since; a deleted volume's last sight
        volume_id TEXT NOT NULL,          -- the volume
        cause TEXT NOT NULL               -- what happened; orphaned: unattached, and its instance is gone
                CHECK (cause IN ('created', 'deleted', 'grown', 'shrunk', 'retyped', 'reprovisioned', 'attached',
                                 'detached', 'moved', 'orphaned')),
        gib_before INTEGER NOT NULL,      -- billed size before the event, GiB; 0 of a created one
        gib_after INTEGER NOT NULL,       -- billed size after the event, GiB; 0 of a deleted one
        class_before INTEGER              -- zone, type, state and holder before; NULL of a created one
                REFERENCES volume_class,
        class_after INTEGER               -- zone, type, state and holder after; NULL of a deleted one
                REFERENCES volume_class,
        iops_before INTEGER,              -- provisioned I/O operations a second; NULL as class_before
        iops_after INTEGER,               -- the same after; NULL as class_after
        throughput_before INTEGER,        -- provisioned throughput, MiB a second; NULL as class_before
        throughput_after INTEGER,         -- the same after; NULL as class_after
        instance_before TEXT,             -- detached, moved, orphaned: from which instance; NULL: a service's
        instance_after TEXT,              -- attached, moved: to which instance; NULL: a service's
        name TEXT,                        -- the volume's tag Name then; NULL: none
        tags TEXT                         -- the volume's tags then, a JSON object; NULL: none
) STRICT;
CREATE INDEX volume_event_by_run ON volume_event (run_id, place_id);
CREATE INDEX volume_event_by_volume ON volume_event (volume_id);

-- ---- the interface ---------------------------------------------------------------------------------------------

-- Runs, one row each; the newest has the greatest run_id. status 'partial' makes every sum "at least".
CREATE VIEW v1_run AS
SELECT run_id, started_at, mode, status, workers,
       regions_ok + regions_failed AS regions_total, regions_ok, regions_failed, regions_assumed,
       wall_us, busy_us, cpu_us, peak_pss_kib, calls, retries, throttles,
       instances, instance_sum_gib, attached_volumes, attached_gib, multi_attach_extra_gib,
       unknown_instance_volumes, unknown_instance_gib, unattached_volumes, unattached_gib, managed_volumes, managed_gib,
       attached_gib + unattached_gib + managed_gib AS billed_gib, -- NULL for a run that could not see all volumes
       notice, error_kind, error_code, error_http_status, error_message, error_request_id,
       currency, attached_cost_micros, unattached_cost_micros, managed_cost_micros,
       attached_cost_micros + unattached_cost_micros + managed_cost_micros AS billed_cost_micros, -- NULL as billed_gib
       unpriced_volumes, prices_oldest, prices_newest
FROM run;

-- What the volumes of each run cost a month: a row for each currency, which are never added up. at_least is 1 where
-- volumes have no price or regions failed, in whatever currency they would have been. Ask for a run_id, or for some.
CREATE VIEW v1_run_cost AS
SELECT t.run_id, r.started_at, r.mode, t.currency, count(*) AS regions,
       sum(t.attached_cost_micros) AS attached_cost_micros, sum(t.unattached_cost_micros) AS unattached_cost_micros,
       sum(t.managed_cost_micros) AS managed_cost_micros,
       sum(t.attached_cost_micros + t.unattached_cost_micros + t.managed_cost_micros) AS billed_cost_micros,
       r.unpriced_volumes, r.status <> 'ok' OR coalesce(r.unpriced_volumes, 1) > 0 AS at_least,
       min(t.prices_oldest) AS prices_oldest, max(t.prices_newest) AS prices_newest
FROM region_total AS t JOIN run AS r ON r.run_id = t.run_id
WHERE t.currency IS NOT NULL
GROUP BY t.run_id, t.currency;

-- Not part of the interface: what the views of regions have in common. region_total stands first, so that a CROSS JOIN
-- before this view makes SQLite look up the few rows asked for instead of reading them all.
CREATE VIEW region_detail AS
SELECT t.place_id, t.run_id, t.started_at, r.mode,
       nullif(p.account, '') AS account, p.region, t.status,
       CASE WHEN t.status = 'ok' THEN iif(t.unattached_gib IS NULL, 'partial', 'ok')
            WHEN t.error_kind IN ('denied', 'credentials', 'expired') THEN 'denied'
            WHEN t.error_kind IN ('network', 'timeout', 'deadline', 'server', 'throttled') THEN 'unreachable'
            ELSE 'failed' END AS completeness,
       t.start_us, t.wall_us, t.busy_us, t.calls, t.retries, t.throttles,
       t.instances, t.instance_sum_gib, t.attached_volumes, t.attached_gib, t.multi_attach_extra_gib,
       t.unknown_instance_volumes, t.unknown_instance_gib, t.unattached_volumes, t.unattached_gib,
       t.managed_volumes, t.managed_gib, t.attached_gib + t.unattached_gib + t.managed_gib AS billed_gib,
       t.error_kind, t.error_code, t.error_http_status, t.error_message, t.error_request_id,
       t.currency, t.attached_cost_micros, t.unattached_cost_micros, t.managed_cost_micros,
       t.attached_cost_micros + t.unattached_cost_micros + t.managed_cost_micros AS billed_cost_micros,
       t.unpriced_volumes, t.prices_oldest, t.prices_newest
FROM region_total AS t JOIN run AS r ON r.run_id = t.run_id JOIN place AS p ON p.place_id = t.place_id;

-- The history: a row a run, account and region. Ask for a run_id, or for a region and a time.
-- completeness says what the numbers lack: 'ok' nothing; 'partial' the run could not see unattached and managed
-- volumes; 'denied', 'unreachable' and 'failed' everything.
CREATE VIEW v1_region_total AS
SELECT run_id, started_at, mode, account, region, status, completeness, start_us, wall_us, busy_us, calls, retries,
       throttles, instances, instance_sum_gib, attached_volumes, attached_gib, multi_attach_extra_gib,
       unknown_instance_volumes, unknown_instance_gib, unattached_volumes, unattached_gib, managed_volumes, managed_gib,
       billed_gib, error_kind, error_code, error_http_status, error_message, error_request_id,
       currency, attached_cost_micros, unattached_cost_micros, managed_cost_micros, billed_cost_micros,
       unpriced_volumes, prices_oldest, prices_newest
FROM region_detail;

-- Every account's region as its newest run saw it, at started_at; without numbers where that run failed.
-- good_run_id and good_at: the newest run that worked, v1_last_good has its numbers.
CREATE VIEW v1_latest AS
SELECT d.run_id, d.started_at, d.mode, d.account, d.region, d.status, d.completeness, d.start_us, d.wall_us,
       d.busy_us, d.calls, d.retries, d.throttles, d.instances, d.instance_sum_gib, d.attached_volumes,
       d.attached_gib, d.multi_attach_extra_gib, d.unknown_instance_volumes, d.unknown_instance_gib,
       d.unattached_volumes, d.unattached_gib, d.managed_volumes, d.managed_gib, d.billed_gib, d.error_kind,
       d.error_code, d.error_http_status, d.error_message, d.error_request_id,
       q.good_run_id, (SELECT r.started_at FROM run AS r WHERE r.run_id = q.good_run_id) AS good_at,
       d.currency, d.attached_cost_micros, d.unattached_cost_micros, d.managed_cost_micros,
       d.billed_cost_micros, d.unpriced_volumes, d.prices_oldest, d.prices_newest
FROM place AS q CROSS JOIN region_detail AS d ON d.place_id = q.place_id AND d.run_id = q.newest_run_id;

-- The sums over v1_latest, and what they lack. at_least is 1 where a region's newest run failed: then the sums are
-- "at least", and regions_missing names those regions. The same for the unattached and managed volumes where the
-- newest run of a region could not see them (regions_all_volumes < regions_total). The numbers are from oldest_at to
-- newest_at: a region that is no longer asked keeps its last run, and its age shows here.
CREATE VIEW v1_latest_total AS
SELECT count(*) AS regions_total,
       count(instance_sum_gib) AS regions_ok,
       count(*) - count(instance_sum_gib) AS regions_failed,
       count(unattached_gib) AS regions_all_volumes,
       count(*) > count(instance_sum_gib) AS at_least,
       group_concat(iif(status = 'failed', region, NULL), ' ') AS regions_missing,
       min(started_at) AS oldest_at, max(started_at) AS newest_at,
       sum(instances) AS instances, sum(instance_sum_gib) AS instance_sum_gib,
       sum(attached_volumes) AS attached_volumes, sum(attached_gib) AS attached_gib,
       sum(multi_attach_extra_gib) AS multi_attach_extra_gib,
       sum(unknown_instance_volumes) AS unknown_instance_volumes, sum(unknown_instance_gib) AS unknown_instance_gib,
       sum(unattached_volumes) AS unattached_volumes, sum(unattached_gib) AS unattached_gib,
       sum(managed_volumes) AS managed_volumes, sum(managed_gib) AS managed_gib,
       count(unpriced_volumes) AS regions_priced, -- whose costs are known: v1_latest_cost has them
       sum(unpriced_volumes) AS unpriced_volumes
FROM v1_latest;

-- What the volumes of v1_latest cost a month: a row for each currency, which are never added up. at_least is 1 where
-- volumes have no price, or the newest run of a region failed or was before prices were known, in whatever currency
-- that would have been. The unattached and managed ones are those of regions_all_volumes of the currency's regions.
CREATE VIEW v1_latest_cost AS
SELECT currency, count(*) AS regions, count(unattached_cost_micros) AS regions_all_volumes,
       sum(attached_cost_micros) AS attached_cost_micros, sum(unattached_cost_micros) AS unattached_cost_micros,
       sum(managed_cost_micros) AS managed_cost_micros,
       (SELECT max(coalesce(unpriced_volumes, 1)) > 0 FROM v1_latest) AS at_least,
       min(prices_oldest) AS prices_oldest, max(prices_newest) AS prices_newest,
       min(started_at) AS oldest_at, max(started_at) AS newest_at
FROM v1_latest
WHERE currency IS NOT NULL
GROUP BY currency;

-- Every account's region as the newest run that worked saw it, at started_at. is_newest is 0 where a later run of the
-- region failed: then the numbers are old, and are to be shown with their age.
CREATE VIEW v1_last_good AS
SELECT d.run_id, d.started_at, d.run_id = q.newest_run_id AS is_newest, d.mode, d.account, d.region,
       d.completeness, d.instances, d.instance_sum_gib, d.attached_volumes, d.attached_gib,
       d.multi_attach_extra_gib, d.unknown_instance_volumes, d.unknown_instance_gib, d.unattached_volumes,
       d.unattached_gib, d.managed_volumes, d.managed_gib, d.billed_gib,
       d.currency, d.attached_cost_micros, d.unattached_cost_micros, d.managed_cost_micros,
       d.billed_cost_micros, d.unpriced_volumes, d.prices_oldest, d.prices_newest
FROM place AS q CROSS JOIN region_detail AS d ON d.place_id = q.place_id AND d.run_id = q.good_run_id;

-- The volumes of every account's region by zone, type, state and holder, as its newest run saw them at started_at. No
-- rows for a region whose newest run failed. Only a sweep sees the holders 'unknown_instance', 'managed' and 'none'.
CREATE VIEW v1_type AS
SELECT t.run_id, r.started_at, r.mode, nullif(p.account, '') AS account, p.region,
       c.zone, c.volume_type, c.state, c.holder, t.volumes, t.gib, t.iops, t.throughput_mibps,
       iif(t.cost_micros IS NULL, NULL, g.currency) AS currency, t.cost_micros, t.unpriced_volumes
FROM place AS p CROSS JOIN type_total AS t ON t.run_id = p.newest_run_id AND t.place_id = p.place_id
     JOIN run AS r ON r.run_id = t.run_id JOIN volume_class AS c ON c.class_id = t.class_id
     JOIN region_total AS g ON g.run_id = t.run_id AND g.place_id = t.place_id;

-- The single calls of the last runs, for a chart of what each worker did. Ask for a run_id.
CREATE VIEW v1_timing AS
SELECT t.run_id, r.started_at, r.mode, t.task, t.worker, t.region, t.action, t.start_us, t.duration_us, t.outcome
FROM task_timing AS t JOIN run AS r ON r.run_id = t.run_id;

-- Comparisons of the three ways to ask, over the same regions. efficiency is speedup / workers of the parallel run.
CREATE VIEW v1_comparison AS
SELECT comparison_id, started_at, regions, instances, sequential_run_id, parallel_run_id, sweep_run_id,
       sequential_wall_us, sequential_calls, parallel_wall_us, parallel_calls, parallel_workers, sweep_wall_us,
       sweep_calls, speedup, speedup / parallel_workers AS efficiency, agree
FROM comparison;

-- What went wrong: a row for every region that failed, and one without a region for a run that could not try any.
CREATE VIEW v1_error AS
SELECT r.run_id, r.started_at, nullif(p.account, '') AS account, p.region,
       iif(p.place_id IS NULL, r.error_kind, t.error_kind) AS error_kind,
       iif(p.place_id IS NULL, r.error_code, t.error_code) AS error_code,
       iif(p.place_id IS NULL, r.error_http_status, t.error_http_status) AS error_http_status,
       iif(p.place_id IS NULL, r.error_message, t.error_message) AS error_message,
       iif(p.place_id IS NULL, r.error_request_id, t.error_request_id) AS error_request_id
FROM run AS r
     LEFT JOIN region_total AS t ON t.run_id = r.run_id AND t.status = 'failed'
     LEFT JOIN place AS p ON p.place_id = t.place_id
WHERE r.status <> 'ok' AND (p.place_id IS NOT NULL OR r.error_kind IS NOT NULL);

-- Not part of the interface: how each region's inventory stands. completeness: 'ok' the newest run listed it; 'stale'
-- the newest run worked but asked instance by instance; 'denied', 'unreachable', 'failed' the newest run failed.
CREATE VIEW listing_state AS
SELECT l.place_id, nullif(p.account, '') AS account, p.region, l.run_id, l.started_at AS seen_at, l.baseline_run_id,
       l.baseline_at, coalesce(t.started_at, l.started_at) AS newest_at,
       CASE WHEN l.run_id = p.newest_run_id OR t.status IS NULL THEN 'ok'
            WHEN t.status = 'ok' THEN 'stale'
            WHEN t.error_kind IN ('denied', 'credentials', 'expired') THEN 'denied'
            WHEN t.error_kind IN ('network', 'timeout', 'deadline', 'server', 'throttled') THEN 'unreachable'
            ELSE 'failed' END AS completeness
FROM listing AS l JOIN place AS p ON p.place_id = l.place_id
     LEFT JOIN region_total AS t ON t.run_id = p.newest_run_id AND t.place_id = l.place_id;

-- The regions whose inventory is known: as of seen_at (run_id), since the baseline. completeness says why it is no
-- newer, newest_at when the region was last asked. place_id stands for account and region in the other views.
CREATE VIEW v1_listing AS
SELECT account, region, place_id, run_id, seen_at, newest_at, completeness, baseline_run_id, baseline_at
FROM listing_state;

-- Every whole listing that is kept, with the GiB that were billed: between two of them a region's events add up. Ask
-- for a place_id of v1_listing.
CREATE VIEW v1_listing_total AS
SELECT p.place_id, t.run_id, t.started_at, nullif(p.account, '') AS account, p.region,
       t.attached_gib + t.unattached_gib + t.managed_gib AS billed_gib
FROM place AS p CROSS JOIN region_total AS t ON t.place_id = p.place_id
WHERE t.unattached_gib IS NOT NULL;

-- The volumes that there are, each as of last_seen_at. first_seen_known 0: it was there before the first listing.
-- unattached_known the same for unattached_since. instances: those that hold it, parted by blanks. To page through
-- many, ask for a place_id (v1_listing has them) and volume_id > the last one, in the order of volume_id.
CREATE VIEW v1_volume AS
SELECT l.account, l.region, v.volume_id, v.name, c.volume_type, c.zone, c.state, c.holder, v.gib,
       v.iops, v.throughput_mibps, v.encrypted, v.multi_attach, v.managed_by, v.tags,
       (SELECT group_concat(a.instance_id, ' ') FROM volume_attachment AS a
        WHERE a.place_id = v.place_id AND a.volume_id = v.volume_id) AS instances,
       v.created_at, v.first_seen_at, v.first_seen_known, l.seen_at AS last_seen_at,
       v.unattached_since, iif(v.unattached_since IS NULL, NULL, v.unattached_known) AS unattached_known,
       l.completeness, v.place_id
FROM volume AS v JOIN listing_state AS l ON l.place_id = v.place_id JOIN volume_class AS c ON c.class_id = v.class_id;

-- The instances that there are, each as of last_seen_at, with the volumes attached to it.
CREATE VIEW v1_instance AS
SELECT l.account, l.region, i.instance_id, i.name, i.instance_type, i.zone,
       CASE i.state WHEN 0 THEN 'pending' WHEN 16 THEN 'running' WHEN 32 THEN 'shutting-down' WHEN 64 THEN 'stopping'
                    WHEN 80 THEN 'stopped' ELSE 'unknown' END AS state,
       i.managed, i.gib, i.volumes, i.first_seen_at, i.first_seen_known,
       l.seen_at AS last_seen_at, l.completeness, i.place_id
FROM instance AS i JOIN listing_state AS l ON l.place_id = i.place_id;

-- Which volume is attached to which instance. Ask for an instance_id and its region, or for a volume_id.
CREATE VIEW v1_attachment AS
SELECT l.account, l.region, a.instance_id, a.volume_id, v.name AS volume_name, c.volume_type, c.state, v.gib,
       v.iops, v.throughput_mibps, l.seen_at AS last_seen_at, l.completeness, a.place_id
FROM volume_attachment AS a JOIN volume AS v ON v.place_id = a.place_id AND v.volume_id = a.volume_id
     JOIN listing_state AS l ON l.place_id = a.place_id JOIN volume_class AS c ON c.class_id = v.class_id;

-- The volumes that nobody holds, with their age by our own history, as of last_seen_at. age_known 0: it was so at the
-- first listing already, and age_s is "at least".
CREATE VIEW v1_unattached AS
SELECT l.account, l.region, v.volume_id, v.name, c.volume_type, c.zone, c.state, v.gib, v.iops,
       v.throughput_mibps, v.tags, v.created_at, v.unattached_since, max(l.seen_at - v.unattached_since, 0) AS age_s,
       v.unattached_known AS age_known, l.seen_at AS last_seen_at, l.completeness, v.place_id
FROM volume AS v JOIN listing_state AS l ON l.place_id = v.place_id JOIN volume_class AS c ON c.class_id = v.class_id
WHERE v.unattached_since IS NOT NULL;

-- The churn ledger. gib_change summed over a run's events of a region is the difference of its billed GiB from the
-- whole listing before. Ask for a run_id, or for a volume_id.
CREATE VIEW v1_event AS
SELECT e.event_id, e.run_id, e.found_at, e.after_at, nullif(p.account, '') AS account, p.region, e.volume_id,
       e.name, e.cause, e.gib_after - e.gib_before AS gib_change, e.gib_before, e.gib_after,
       b.volume_type AS type_before, a.volume_type AS type_after, b.state AS state_before, a.state AS state_after,
       b.holder AS holder_before, a.holder AS holder_after, coalesce(a.zone, b.zone) AS zone, e.iops_before,
       e.iops_after, e.throughput_before, e.throughput_after, e.instance_before, e.instance_after, e.tags
FROM volume_event AS e JOIN place AS p ON p.place_id = e.place_id
     LEFT JOIN volume_class AS b ON b.class_id = e.class_before
     LEFT JOIN volume_class AS a ON a.class_id = e.class_after;

-- The ledger's sums by run, region and cause. Ask for a run_id or a range of them.
CREATE VIEW v1_churn AS
SELECT e.run_id, e.found_at, nullif(p.account, '') AS account, p.region, e.cause, count(*) AS events,
       sum(e.gib_after - e.gib_before) AS gib_change
FROM volume_event AS e JOIN place AS p ON p.place_id = e.place_id
GROUP BY e.run_id, e.place_id, e.cause;
