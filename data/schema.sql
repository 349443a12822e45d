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
        repriced_micros INTEGER,          -- of the change of its cost since the whole listing before: what other prices
                                          -- for the same volumes made; NULL: not known, or no whole listing
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
        baseline_at INTEGER NOT NULL,     -- that run's start
        currency TEXT,                    -- of the costs of its volumes and instances; NULL: none has a price
        prices_oldest TEXT,               -- oldest date of the prices used: 2022-02-10
        prices_newest TEXT                -- their newest date
) STRICT;
CREATE INDEX region_total_whole ON region_total (place_id, run_id) WHERE unattached_gib IS NOT NULL;
CREATE INDEX region_total_repriced ON region_total (place_id, run_id)
        WHERE unattached_gib IS NOT NULL AND repriced_micros IS NOT 0;

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
        cost_micros INTEGER,              -- what it costs a month, in listing's currency; NULL: no price
        gp3_cost_micros INTEGER,          -- of a gp2 volume: what it would cost as gp3, like for like; NULL: no price
        wasted_micros INTEGER,            -- while nobody holds it: what it had cost from unattached_since to wasted_at;
                                          -- NULL: not known. It is written when the cost changes, not with every run
        wasted_at INTEGER,                -- until when wasted_micros counts; from then on it costs cost_micros a month
        PRIMARY KEY (place_id, volume_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX volume_unattached ON volume (unattached_since) WHERE unattached_since IS NOT NULL;
CREATE INDEX volume_by_id ON volume (volume_id);
CREATE INDEX volume_by_gib ON volume (gib);

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
        cost_micros INTEGER,              -- what its volumes cost a month, in listing's currency, those without a price
                                          -- left out; NULL: not known, or none has a price
        unpriced_volumes INTEGER,         -- those without a price: its cost is "at least"; NULL: not known
        gp3_gib INTEGER,                  -- of its gib: in gp3 volumes; NULL: not known
        gp2_cost_micros INTEGER,          -- what those of its gp2 volumes cost that could be gp3; NULL: none, not known
        gp2_as_gp3_micros INTEGER,        -- and what they would cost as gp3, like for like; NULL as gp2_cost_micros
        PRIMARY KEY (place_id, instance_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX instance_by_gib ON instance (gib);
CREATE INDEX instance_by_id ON instance (instance_id);
CREATE INDEX instance_by_cost ON instance (cost_micros);
CREATE INDEX instance_by_name ON instance (name);
CREATE INDEX instance_by_volumes ON instance (volumes);
CREATE INDEX instance_by_zone ON instance (zone);
CREATE INDEX instance_by_type ON instance (instance_type);
CREATE INDEX instance_by_first_seen ON instance (first_seen_at);
-- Of expressions as v1_instance has them, or SQLite would not take these for those.
CREATE INDEX instance_by_state ON instance (
        CASE state WHEN 0 THEN 'pending' WHEN 16 THEN 'running' WHEN 32 THEN 'shutting-down' WHEN 64 THEN 'stopping'
                   WHEN 80 THEN 'stopped' ELSE 'unknown' END);
CREATE INDEX instance_by_gp3_share ON instance (gp3_gib * 1.0 / nullif(gib, 0));
CREATE INDEX instance_by_gp3_saving ON instance (gp2_cost_micros - gp2_as_gp3_micros);

-- The churn ledger: what changed between two whole listings of a region. Rows outlive the runs and the volumes.
--
-- The rule: of any run and region, gib_after - gib_before summed over its events is exactly the region's billed GiB by
-- that run minus those by its whole listing before. The first listing is the baseline and has no events. So every event
-- but the created, deleted, grown and shrunk has gib_before = gib_after, the size after the run.
--
-- The same goes for cost_after - cost_before and the region's billed cost, an unknown cost taken as 0, but for what
-- other prices made (region_total.repriced_micros). A volume's whole difference is on the first of its events.
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
        tags TEXT,                        -- the volume's tags then, a JSON object; NULL: none
        cost_before INTEGER,              -- what it cost a month before the event, micros; 0 of a created one; NULL: no
                                          -- price, or in another currency
        cost_after INTEGER,               -- the same after; 0 of a deleted one
        currency TEXT                     -- of both; NULL: no price
) STRICT;
CREATE INDEX volume_event_by_run ON volume_event (run_id, place_id);
CREATE INDEX volume_event_by_volume ON volume_event (volume_id);
CREATE INDEX volume_event_by_time ON volume_event (found_at);

-- What has a history by the hour and the day.
CREATE TABLE metric (
        metric_id INTEGER PRIMARY KEY, -- stands for it in the rollups
        name TEXT NOT NULL UNIQUE,     -- the column of region_total, or a sum of such
        unit TEXT NOT NULL,            -- GiB, volumes, instances, or micros: millionths of a currency unit
        of_all_volumes INTEGER NOT NULL -- 1: only a run that lists all volumes sees it
                CHECK (of_all_volumes IN (0, 1))
) STRICT;
INSERT INTO metric (metric_id, name, unit, of_all_volumes) VALUES
        (1, 'attached_gib', 'GiB', 0), (2, 'instance_sum_gib', 'GiB', 0), (3, 'unattached_gib', 'GiB', 1),
        (4, 'billed_gib', 'GiB', 1), (5, 'attached_volumes', 'volumes', 0), (6, 'instances', 'instances', 0),
        (7, 'attached_cost_micros', 'micros', 0), (8, 'unattached_cost_micros', 'micros', 1),
        (9, 'billed_cost_micros', 'micros', 1);

-- The history by the hour: what the runs of an hour (UTC) saw of one metric of one account's region. Kept up by each
-- run; made from region_total, which is kept for less long. A run that cannot see a metric has no part in it, nor have
-- the sequential and parallel runs of a comparison, which see less than its sweep; one that failed counts as asked.
CREATE TABLE rollup_hour (
        metric_id INTEGER NOT NULL   -- the metric
                REFERENCES metric,
        hour_at INTEGER NOT NULL,    -- the hour's beginning, seconds since the epoch, UTC
        place_id INTEGER NOT NULL    -- the account and region
                REFERENCES place,
        asked INTEGER NOT NULL,      -- runs that asked for it
        samples INTEGER NOT NULL,    -- those of them that got a value; 0: every value below is NULL
        first_value INTEGER,         -- the earliest run's value
        first_at INTEGER,            -- that run's start
        last_value INTEGER,          -- the latest run's value
        last_at INTEGER,             -- that run's start
        min_value INTEGER,           -- the least value
        max_value INTEGER,           -- the greatest value
        sum_value REAL,              -- of all samples, for the average; exact up to 2^53
        at_least INTEGER NOT NULL    -- 1: a cost that lacked volumes without a price is among them
                CHECK (at_least IN (0, 1)),
        lacking TEXT,                -- why a value is lacking, if one is: a word of v1_region_total.completeness
        currency TEXT,               -- of micros; NULL: none. When it changes, the hour begins anew
        PRIMARY KEY (metric_id, hour_at, place_id),
        CHECK ((samples = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

-- The same by the day (UTC).
CREATE TABLE rollup_day (
        metric_id INTEGER NOT NULL   -- the metric
                REFERENCES metric,
        day_at INTEGER NOT NULL,     -- the day's beginning, seconds since the epoch, UTC
        place_id INTEGER NOT NULL    -- the account and region
                REFERENCES place,
        asked INTEGER NOT NULL,      -- runs that asked for it
        samples INTEGER NOT NULL,    -- those of them that got a value; 0: every value below is NULL
        first_value INTEGER,         -- the earliest run's value
        first_at INTEGER,            -- that run's start
        last_value INTEGER,          -- the latest run's value
        last_at INTEGER,             -- that run's start
        min_value INTEGER,           -- the least value
        max_value INTEGER,           -- the greatest value
        sum_value REAL,              -- of all samples, for the average; exact up to 2^53
        at_least INTEGER NOT NULL    -- 1: a cost that lacked volumes without a price is among them
                CHECK (at_least IN (0, 1)),
        lacking TEXT,                -- why a value is lacking, if one is: a word of v1_region_total.completeness
        currency TEXT,               -- as in rollup_hour
        hours INTEGER NOT NULL,      -- hours of the day that have a sample, 0 to 24
        hour_mask INTEGER NOT NULL,  -- which: bit 0 is the first hour
        PRIMARY KEY (metric_id, day_at, place_id),
        CHECK ((samples = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

-- The sums of rollup_hour over the regions of each account and over all, so that such a trend reads a row an hour, not
-- one for each region. Made anew for the hour of each run, from rollup_hour and place alone: total_hour says how. The
-- time comes before the metric, because a run then writes a page and not one for each metric.
CREATE TABLE rollup_total_hour (
        account TEXT NOT NULL,       -- one that is known; '*': all
        hour_at INTEGER NOT NULL,    -- the hour's beginning, seconds since the epoch, UTC
        metric_id INTEGER NOT NULL   -- the metric
                REFERENCES metric,
        currency TEXT NOT NULL,      -- of micros: a row for each; '' for the other metrics, and where no region has one
        regions INTEGER NOT NULL,    -- that have a value
        regions_asked INTEGER NOT NULL, -- and those that have none; they count in every currency
        asked INTEGER NOT NULL,      -- sum over regions; in a currency, over those that have a value
        samples INTEGER NOT NULL,    -- sum over regions
        first_value INTEGER,         -- sum of the earliest values; NULL, as the following: no region has a value
        last_value INTEGER,          -- sum of the latest values
        min_value INTEGER,           -- sum of the least values
        max_value INTEGER,           -- sum of the greatest values
        avg_value REAL,              -- sum of the averages, added in the order of place_id
        at_least INTEGER NOT NULL    -- 1: a cost that lacked volumes without a price is among them
                CHECK (at_least IN (0, 1)),
        lacking TEXT,                -- why no region has a value; NULL: one has
        PRIMARY KEY (account, hour_at, metric_id, currency),
        CHECK ((regions = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

-- The same by the day (UTC).
CREATE TABLE rollup_total_day (
        account TEXT NOT NULL,       -- one that is known; '*': all
        day_at INTEGER NOT NULL,     -- the day's beginning, seconds since the epoch, UTC
        metric_id INTEGER NOT NULL   -- the metric
                REFERENCES metric,
        currency TEXT NOT NULL,      -- of micros: a row for each; '' for the other metrics, and where no region has one
        regions INTEGER NOT NULL,    -- that have a value
        regions_asked INTEGER NOT NULL, -- and those that have none; they count in every currency
        asked INTEGER NOT NULL,      -- sum over regions; in a currency, over those that have a value
        samples INTEGER NOT NULL,    -- sum over regions
        first_value INTEGER,         -- sum of the earliest values; NULL, as the following: no region has a value
        last_value INTEGER,          -- sum of the latest values
        min_value INTEGER,           -- sum of the least values
        max_value INTEGER,           -- sum of the greatest values
        avg_value REAL,              -- sum of the averages, added in the order of place_id
        at_least INTEGER NOT NULL    -- 1: a cost that lacked volumes without a price is among them
                CHECK (at_least IN (0, 1)),
        lacking TEXT,                -- why no region has a value; NULL: one has
        hours INTEGER NOT NULL,      -- sum over regions: hours of the day that have a sample
        PRIMARY KEY (account, day_at, metric_id, currency),
        CHECK ((regions = 0) = (last_value IS NULL))
) STRICT, WITHOUT ROWID;

-- What retention has taken away: before that time there are no such rows, or not all of them.
CREATE TABLE pruned (
        what TEXT PRIMARY KEY          -- which rows: run and what hangs on it, rollup_hour, rollup_day, volume_event
                CHECK (what IN ('runs', 'hours', 'days', 'events')),
        before_at INTEGER NOT NULL     -- seconds since the epoch, UTC; the beginning of an hour, of days that of a day
) STRICT;

-- The resident daemon, as it last wrote of itself; no row: none ever ran on this file.
CREATE TABLE daemon_state (
        daemon_id INTEGER PRIMARY KEY -- there is one row
                CHECK (daemon_id = 1),
        state TEXT NOT NULL           -- stopped: it ended in order; the others are as old as heartbeat_at
                CHECK (state IN ('starting', 'idle', 'running', 'stopped')),
        pid INTEGER NOT NULL,         -- its process id
        version TEXT NOT NULL,        -- its version: 0.1.0
        started_at INTEGER NOT NULL,  -- its start, seconds since the epoch, UTC
        heartbeat_at INTEGER NOT NULL, -- when it wrote this; it does so at least once a minute
        interval_s INTEGER NOT NULL,  -- from run to run, seconds
        next_run_at INTEGER,          -- when the next run is due; NULL while one is under way, and when stopped
        run_started_at INTEGER,       -- the start of the run that is under way; NULL: none
        run_mode TEXT                 -- its mode
                CHECK (run_mode IN ('sequential', 'parallel', 'sweep')),
        regions_done INTEGER,         -- its regions that are finished
        regions_total INTEGER,        -- its regions; NULL: not known yet
        status TEXT NOT NULL,         -- what it tells systemd, a line for people
        problem TEXT                  -- what is wrong, a line for people; NULL: nothing
) STRICT;

-- ---- the interface ---------------------------------------------------------------------------------------------

-- Columns that no table has, or not as the views have them. tools/update-history-page makes the manual page of these and
-- of the other comments: a column that is not here is the one of that name of the view's tables.
--   account: the AWS account, 12 digits; NULL: no run of the region has learnt it
--   age_s: seconds from started_at until now: how old the numbers are
--   v1_unattached.age_s: seconds from unattached_since until last_seen_at
--   age_known: 0: it was so at the region's first listing already, age_s is "at least"
--   at_24h: when value_24h was so
--   at_7d: when value_7d was so
--   at_30d: when value_30d was so
--   at_least: 1: a region has no number in the sums, or volumes have no price
--   v1_trend_hour.at_least: 1: a cost that lacked volumes without a price is among the values
--   v1_trend_day.at_least: 1: a cost that lacked volumes without a price is among the values
--   v1_forecast.at_least: 1: the values are a cost that lacks volumes without a price
--   v1_forecast_account.at_least: 1: the values are a cost that lacks volumes without a price
--   v1_forecast_total.at_least: 1: the values are a cost that lacks volumes without a price
--   v1_growth.at_least: 1: the value is a cost that lacks volumes without a price
--   avg_value: the average of the samples; of a total, the sum of the regions' averages
--   billed_cost_micros: attached, unattached and managed cost together; NULL: the run could not see all volumes
--   billed_gib: attached, unattached and managed GiB together; NULL: the run could not see all volumes
--   change_24h: value - value_24h; of a total, over the regions that have both
--   change_7d: value - value_7d; of a total, over the regions that have both
--   change_30d: value - value_30d; of a total, over the regions that have both
--   completeness: what the numbers lack: 'ok' nothing; 'partial' the run could not see unattached and managed volumes;
--       'denied', 'unreachable', 'not_opted_in' and 'failed' everything
--   v1_attachment.completeness: as in v1_listing
--   v1_growth.completeness: as in v1_latest: why value is no newer
--   v1_instance.completeness: as in v1_listing
--   v1_latest.completeness: as in v1_region_total; 'stale': the numbers are more than an hour older than the account's
--       newest run, which did not ask the region
--   v1_listing.completeness: 'ok' the newest run listed it; 'stale' the newest run worked but asked instance by
--       instance; else why the newest run failed, as in v1_region_total
--   v1_region.completeness: as in v1_latest; 'unknown': never asked, or no run is kept that did
--   v1_trend_day.completeness: 'ok' every run got a value; 'partial' not every one, or volumes have no price; else why
--       none did, as in v1_region_total
--   v1_trend_hour.completeness: 'ok' every run got a value; 'partial' not every one, or volumes have no price; else why
--       none did, as in v1_region_total
--   v1_trend_account_day.completeness: as in v1_trend_day, of the sum
--   v1_trend_total_day.completeness: as in v1_trend_day, of the sum
--   v1_trend_account_hour.completeness: as in v1_trend_hour, of the sum
--   v1_trend_total_hour.completeness: as in v1_trend_hour, of the sum
--   v1_unattached.completeness: as in v1_listing
--   v1_volume.completeness: as in v1_listing
--   cost_after_micros: what it cost a month after the event, micros; 0 of a deleted one
--   cost_before_micros: what it cost a month before the event, micros; 0 of a created one; NULL: no price, or in
--       another currency
--   cost_change_micros: cost_after_micros - cost_before_micros; NULL: one is not known
--   v1_churn.cost_change_micros: the sum of the events' cost changes, a cost that is not known taken as 0
--   coverage: the share of the runs that got a value, 0 to 1
--   v1_trend_day.coverage: the share of the day's 24 hours that have a value, 0 to 1
--   v1_trend_account_day.coverage: the share of the regions' hours that have a value, 0 to 1
--   v1_trend_total_day.coverage: the share of the regions' hours that have a value, 0 to 1
--   v1_forecast.coverage: points as a share of the days since the first of them, 0 to 1
--   v1_forecast_account.coverage: points as a share of the days since the first of them, 0 to 1
--   v1_forecast_total.coverage: points as a share of the days since the first of them, 0 to 1
--   currency: of the costs: USD; NULL: none has a price
--   v1_run.currency: of the costs: USD; NULL: several, see v1_run_cost, or none has a price
--   efficiency: speedup / parallel_workers
--   events: how many
--   gib_change: gib_after - gib_before; of several events, the sum
--   good_at: the start of the run good_run_id
--   gp3_share: of its gib: the part in gp3 volumes, 0 to 1; NULL: not known, or it has none
--   unattached_s: seconds from unattached_since until last_seen_at; NULL: it is held
--   v1_instance_value.attribute: zone, instance_type or state
--   v1_instance_value.value: one that an instance has
--   gp3_saving_micros: what a month would cost less if its gp2 volumes were gp3, like for like; often < 0; NULL: it has
--       none, or not known
--   holder_after: who held it after: as in v1_type
--   holder_before: who held it before: as in v1_type
--   v1_volume.instances: the instances that hold it, parted by blanks; NULL: none
--   in_30d: the value 30 days after value_at, if it goes on so
--   in_30d_high: the same by slope_high
--   in_30d_low: the same by slope_low
--   in_90d: the value 90 days after value_at, if it goes on so
--   in_90d_high: the same by slope_high
--   in_90d_low: the same by slope_low
--   is_newest: 0: a later run of the region failed, the numbers are old
--   kept_since: from when on they are kept, all of them
--   last_seen_at: the start of the run that listed it last
--   metric: what is measured: a name of v1_metric
--   newest_at: the newest of the regions' started_at
--   v1_listing.newest_at: the start of the region's newest run, whether it worked or not
--   oldest_at: the oldest of the regions' started_at
--   percent_24h: change_24h in percent of value_24h; NULL: that is 0 or not known
--   percent_7d: change_7d in percent of value_7d; NULL: that is 0 or not known
--   percent_30d: change_30d in percent of value_30d; NULL: that is 0 or not known
--   place_id: stands for account and region
--   points: days that have a value, of the 30 whole ones before the newest run
--   refused: why there is no forecast: 'fewer than 14 days', 'under 80 % of the days'; NULL: there is one
--   regions: regions that are in the sums
--   v1_comparison.regions: regions of the sequential run, failed ones included
--   regions_24h: regions that have both value and value_24h
--   regions_7d: regions that have both value and value_7d
--   regions_30d: regions that have both value and value_30d
--   regions_all_volumes: regions whose run saw unattached and managed volumes too
--   regions_asked: regions that were asked; more than regions: the sums are "at least"
--   regions_missing: the names of the regions whose newest run failed, parted by blanks; NULL: none
--   regions_priced: regions whose costs are known
--   regions_total: regions that were asked
--   v1_daemon.regions_total: regions of the run that is under way; NULL: not known yet, or none is under way
--   seen_at: the start of the run that listed it last
--   v1_instance.state: pending, running, shutting-down, stopping, stopped, or unknown
--   slope_high: the upper end of the interval of 95 % of slope_per_day
--   slope_low: the lower end of the interval of 95 % of slope_per_day
--   slope_per_day: the median of the slopes between each two of the days, in the metric's unit
--   started_at: the run's start, seconds since the epoch, UTC
--   v1_comparison.started_at: the sequential run's start
--   v1_daemon.started_at: the daemon's start
--   state_after: the volume's state after, as EC2 names it
--   state_before: the volume's state before, as EC2 names it
--   type_after: the volume's type after
--   type_before: the volume's type before
--   unpriced_events: events without a price on one side or on both
--   value: the newest value
--   v1_forecast_account.value: the sum of the newest day on which every region has a value
--   v1_forecast_total.value: the sum of the newest day on which every region has a value
--   v1_growth_total.value: the sum of the newest values
--   value_24h: the value 24 hours before
--   value_7d: the value 7 days before
--   value_30d: the value 30 days before
--   value_at: when value was so
--   volume_name: the volume's tag Name; NULL: none, or keep_tags does not name it
--   wasted_micros: what it has cost since unattached_since, each time at the price of then; NULL: not known

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

-- Not part of the interface: region_total, and what its numbers lack: 'ok' nothing; 'partial' the run could not see
-- unattached and managed volumes; the other words everything.
CREATE VIEW region_state AS
SELECT *, CASE WHEN status = 'ok' THEN iif(unattached_gib IS NULL, 'partial', 'ok')
               WHEN error_code = 'OptInRequired' THEN 'not_opted_in'
               WHEN error_kind IN ('denied', 'credentials', 'expired') THEN 'denied'
               WHEN error_kind IN ('network', 'timeout', 'deadline', 'server', 'throttled') THEN 'unreachable'
               ELSE 'failed' END AS completeness
FROM region_total;

-- Not part of the interface: what the views of regions have in common. region_total stands first, so that a CROSS JOIN
-- before this view makes SQLite look up the few rows asked for instead of reading them all.
CREATE VIEW region_detail AS
SELECT t.place_id, t.run_id, t.started_at, r.mode,
       nullif(p.account, '') AS account, p.region, t.status, t.completeness,
       t.start_us, t.wall_us, t.busy_us, t.calls, t.retries, t.throttles,
       t.instances, t.instance_sum_gib, t.attached_volumes, t.attached_gib, t.multi_attach_extra_gib,
       t.unknown_instance_volumes, t.unknown_instance_gib, t.unattached_volumes, t.unattached_gib,
       t.managed_volumes, t.managed_gib, t.attached_gib + t.unattached_gib + t.managed_gib AS billed_gib,
       t.error_kind, t.error_code, t.error_http_status, t.error_message, t.error_request_id,
       t.currency, t.attached_cost_micros, t.unattached_cost_micros, t.managed_cost_micros,
       t.attached_cost_micros + t.unattached_cost_micros + t.managed_cost_micros AS billed_cost_micros,
       t.unpriced_volumes, t.prices_oldest, t.prices_newest, t.repriced_micros
FROM region_state AS t JOIN run AS r ON r.run_id = t.run_id JOIN place AS p ON p.place_id = t.place_id;

-- The history: a row a run, account and region. Ask for a run_id, or for a region and a time.
-- completeness says what the numbers lack: 'ok' nothing; 'partial' the run could not see unattached and managed
-- volumes; 'denied', 'unreachable', 'not_opted_in' and 'failed' everything.
CREATE VIEW v1_region_total AS
SELECT run_id, started_at, mode, account, region, status, completeness, start_us, wall_us, busy_us, calls, retries,
       throttles, instances, instance_sum_gib, attached_volumes, attached_gib, multi_attach_extra_gib,
       unknown_instance_volumes, unknown_instance_gib, unattached_volumes, unattached_gib, managed_volumes, managed_gib,
       billed_gib, error_kind, error_code, error_http_status, error_message, error_request_id,
       currency, attached_cost_micros, unattached_cost_micros, managed_cost_micros, billed_cost_micros,
       unpriced_volumes, prices_oldest, prices_newest, repriced_micros
FROM region_detail;

-- Every account's region as its newest run saw it, at started_at; without numbers where that run failed.
-- good_run_id and good_at: the newest run that worked, v1_last_good has its numbers. completeness 'stale': the numbers
-- are more than an hour older than the account's newest run, which did not ask the region. age_s: seconds until now. A name
-- that was asked once, never had numbers and is none of the account's regions is left out after that hour: it was a slip,
-- and would make every sum "at least" for ever.
CREATE VIEW v1_latest AS
SELECT d.run_id, d.started_at, d.mode, d.account, d.region, d.status,
       iif(d.status = 'ok' AND d.started_at < n.newest_at - 3600, 'stale', d.completeness) AS completeness,
       d.start_us, d.wall_us, d.busy_us, d.calls, d.retries, d.throttles, d.instances, d.instance_sum_gib,
       d.attached_volumes, d.attached_gib, d.multi_attach_extra_gib, d.unknown_instance_volumes,
       d.unknown_instance_gib, d.unattached_volumes, d.unattached_gib, d.managed_volumes, d.managed_gib,
       d.billed_gib, d.error_kind, d.error_code, d.error_http_status, d.error_message, d.error_request_id,
       q.good_run_id, (SELECT r.started_at FROM run AS r WHERE r.run_id = q.good_run_id) AS good_at,
       d.currency, d.attached_cost_micros, d.unattached_cost_micros, d.managed_cost_micros,
       d.billed_cost_micros, d.unpriced_volumes, d.prices_oldest, d.prices_newest,
       max(unixepoch() - d.started_at, 0) AS age_s, d.repriced_micros, d.place_id
FROM (SELECT a.account, r.started_at AS newest_at
      FROM (SELECT account, max(newest_run_id) AS run_id FROM place GROUP BY account) AS a
           JOIN run AS r ON r.run_id = a.run_id) AS n
     CROSS JOIN place AS q ON q.account = n.account
     CROSS JOIN region_detail AS d ON d.place_id = q.place_id AND d.run_id = q.newest_run_id
WHERE q.good_run_id IS NOT NULL OR d.started_at >= n.newest_at - 3600
      OR EXISTS (SELECT 1 FROM known_region AS k WHERE k.place_id = q.place_id);

-- Every region of every account that is known, whether it was ever asked or not, and what its newest numbers lack.
-- completeness: as in v1_latest; 'not_opted_in' the account has not enabled the region, so that nothing is in it;
-- 'unknown' it was never asked, or no run is kept that did. opt_in_status: as EC2 words it; NULL: untold.
CREATE VIEW v1_region AS
SELECT nullif(p.account, '') AS account, p.region, k.opt_in_status,
       CASE WHEN k.opt_in_status = 'not-opted-in' THEN 'not_opted_in'
            ELSE coalesce(l.completeness, 'unknown') END AS completeness,
       l.run_id, l.started_at, l.age_s, l.good_run_id, l.good_at, k.listed_at
FROM place AS p LEFT JOIN known_region AS k ON k.place_id = p.place_id
     LEFT JOIN v1_latest AS l ON l.region = p.region AND l.account IS nullif(p.account, '');

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
       d.billed_cost_micros, d.unpriced_volumes, d.prices_oldest, d.prices_newest,
       max(unixepoch() - d.started_at, 0) AS age_s
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

-- The same of every run that is kept. Ask for a run_id.
CREATE VIEW v1_type_total AS
SELECT t.run_id, r.started_at, r.mode, nullif(p.account, '') AS account, p.region,
       c.zone, c.volume_type, c.state, c.holder, t.volumes, t.gib, t.iops, t.throughput_mibps,
       iif(t.cost_micros IS NULL, NULL, g.currency) AS currency, t.cost_micros, t.unpriced_volumes
FROM type_total AS t JOIN run AS r ON r.run_id = t.run_id JOIN place AS p ON p.place_id = t.place_id
     JOIN volume_class AS c ON c.class_id = t.class_id
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
            ELSE t.completeness END AS completeness, l.currency, l.prices_oldest, l.prices_newest
FROM listing AS l JOIN place AS p ON p.place_id = l.place_id
     LEFT JOIN region_state AS t ON t.run_id = p.newest_run_id AND t.place_id = l.place_id;

-- The regions whose inventory is known: as of seen_at (run_id), since the baseline. completeness says why it is no
-- newer, newest_at when the region was last asked. place_id stands for account and region in the other views.
CREATE VIEW v1_listing AS
SELECT account, region, place_id, run_id, seen_at, newest_at, completeness, baseline_run_id, baseline_at, currency,
       prices_oldest, prices_newest
FROM listing_state;

-- Every whole listing that is kept, with the GiB that were billed and what they cost a month: between two of them a
-- region's events add up, with repriced_micros where that is known and an unknown cost taken as 0. Ask for a place_id
-- of v1_listing.
CREATE VIEW v1_listing_total AS
SELECT p.place_id, t.run_id, t.started_at, nullif(p.account, '') AS account, p.region,
       t.attached_gib + t.unattached_gib + t.managed_gib AS billed_gib, t.currency,
       t.attached_cost_micros + t.unattached_cost_micros + t.managed_cost_micros AS billed_cost_micros,
       t.unpriced_volumes, t.repriced_micros
FROM place AS p CROSS JOIN region_total AS t ON t.place_id = p.place_id
WHERE t.unattached_gib IS NOT NULL;

-- The volumes that there are, each as of last_seen_at. first_seen_known 0: it was there before the first listing.
-- unattached_known the same for unattached_since, unattached_s and wasted_micros (see v1_unattached). instances: those
-- that hold it, parted by blanks. To page through many, ask for a place_id (v1_listing has them) and volume_id > the
-- last one, in the order of volume_id. cost_micros NULL: no price. gp3_cost_micros: what a gp2 volume would cost as gp3,
-- like for like.
CREATE VIEW v1_volume AS
SELECT l.account, l.region, v.volume_id, v.name, c.volume_type, c.zone, c.state, c.holder, v.gib,
       v.iops, v.throughput_mibps, v.encrypted, v.multi_attach, v.managed_by, v.tags,
       (SELECT group_concat(a.instance_id, ' ') FROM volume_attachment AS a
        WHERE a.place_id = v.place_id AND a.volume_id = v.volume_id) AS instances,
       v.created_at, v.first_seen_at, v.first_seen_known, l.seen_at AS last_seen_at,
       v.unattached_since, iif(v.unattached_since IS NULL, NULL, v.unattached_known) AS unattached_known,
       max(l.seen_at - v.unattached_since, 0) AS unattached_s,
       v.wasted_micros + CAST(v.cost_micros * (max(l.seen_at - v.wasted_at, 0) / 2592000.0) AS INTEGER) AS wasted_micros,
       l.completeness, v.place_id,
       iif(v.cost_micros IS NULL, NULL, l.currency) AS currency, v.cost_micros, v.gp3_cost_micros
FROM volume AS v JOIN listing_state AS l ON l.place_id = v.place_id JOIN volume_class AS c ON c.class_id = v.class_id;

-- The instances that there are, each as of last_seen_at, with the volumes attached to it and what they cost; a
-- Multi-Attach volume counts for each of its instances. unpriced_volumes > 0: the cost is "at least". gp3_gib: of its
-- gib, those in gp3 volumes; gp3_share: their part of them, 0 to 1. gp3_saving_micros: what a month would cost less, if
-- its gp2 volumes were gp3; often < 0.
CREATE VIEW v1_instance AS
SELECT l.account, l.region, i.instance_id, i.name, i.instance_type, i.zone,
       CASE i.state WHEN 0 THEN 'pending' WHEN 16 THEN 'running' WHEN 32 THEN 'shutting-down' WHEN 64 THEN 'stopping'
                    WHEN 80 THEN 'stopped' ELSE 'unknown' END AS state,
       i.managed, i.gib, i.volumes, i.first_seen_at, i.first_seen_known,
       l.seen_at AS last_seen_at, l.completeness, i.place_id,
       iif(i.cost_micros IS NULL, NULL, l.currency) AS currency, i.cost_micros, i.unpriced_volumes, i.gp3_gib,
       i.gp3_gib * 1.0 / nullif(i.gib, 0) AS gp3_share,
       i.gp2_cost_micros - i.gp2_as_gp3_micros AS gp3_saving_micros
FROM instance AS i JOIN listing_state AS l ON l.place_id = i.place_id;

-- What a volume is looked up by, without its region's name: for finding a word among a million.
CREATE VIEW v1_volume_text AS
SELECT v.place_id, v.volume_id, v.name, v.managed_by, v.tags, c.volume_type, c.zone, c.state, c.holder
FROM volume AS v LEFT JOIN volume_class AS c ON c.class_id = v.class_id;

-- Which volume is attached to which instance, by their ids alone.
CREATE VIEW v1_volume_instance AS SELECT place_id, volume_id, instance_id FROM volume_attachment;

-- What an instance is looked up by, without its region's name. Ask for name and instance_id alone, or for one of the
-- others, and an index has all of it.
CREATE VIEW v1_instance_text AS
SELECT place_id, instance_id, name, zone, instance_type,
       CASE state WHEN 0 THEN 'pending' WHEN 16 THEN 'running' WHEN 32 THEN 'shutting-down' WHEN 64 THEN 'stopping'
                  WHEN 80 THEN 'stopped' ELSE 'unknown' END AS state
FROM instance;

-- The different values that instances have: of zone, instance_type and state, as attribute says. Each is one step in an
-- index to the next greater value, where DISTINCT would read all of it.
CREATE VIEW v1_instance_value AS
WITH RECURSIVE
z (value) AS (VALUES ('') UNION ALL
              SELECT (SELECT min(zone) FROM v1_instance_text WHERE zone > value) FROM z WHERE value IS NOT NULL),
t (value) AS (VALUES ('') UNION ALL
              SELECT (SELECT min(instance_type) FROM v1_instance_text WHERE instance_type > value) FROM t
              WHERE value IS NOT NULL),
s (value) AS (VALUES ('') UNION ALL
              SELECT (SELECT min(state) FROM v1_instance_text WHERE state > value) FROM s WHERE value IS NOT NULL)
SELECT 'zone' AS attribute, value FROM z WHERE value > ''
UNION ALL SELECT 'instance_type', value FROM t WHERE value > ''
UNION ALL SELECT 'state', value FROM s WHERE value > '';

-- Which volume is attached to which instance. Ask for an instance_id and its region, or for a volume_id.
CREATE VIEW v1_attachment AS
SELECT l.account, l.region, a.instance_id, a.volume_id, v.name AS volume_name, c.volume_type, c.state, v.gib,
       v.iops, v.throughput_mibps, l.seen_at AS last_seen_at, l.completeness, a.place_id,
       iif(v.cost_micros IS NULL, NULL, l.currency) AS currency, v.cost_micros, v.gp3_cost_micros
FROM volume_attachment AS a JOIN volume AS v ON v.place_id = a.place_id AND v.volume_id = a.volume_id
     JOIN listing_state AS l ON l.place_id = a.place_id JOIN volume_class AS c ON c.class_id = v.class_id;

-- The volumes that nobody holds, with their age by our own history, as of last_seen_at. age_known 0: it was so at the
-- first listing already, and age_s is "at least", as is wasted_micros: what it has cost since unattached_since, each
-- time at the price of then; NULL: not known.
CREATE VIEW v1_unattached AS
SELECT account, region, volume_id, name, volume_type, zone, state, gib, iops, throughput_mibps, tags, created_at,
       unattached_since, unattached_s AS age_s, unattached_known AS age_known, last_seen_at, completeness, place_id,
       currency, cost_micros, wasted_micros
FROM v1_volume WHERE unattached_since IS NOT NULL;

-- The churn ledger. gib_change summed over a run's events of a region is the difference of its billed GiB from the
-- whole listing before. Ask for a run_id, for a volume_id, or for a range of found_at. Costs are a month's; NULL: no
-- price.
CREATE VIEW v1_event AS
SELECT e.event_id, e.run_id, e.found_at, e.after_at, nullif(p.account, '') AS account, p.region, e.volume_id,
       e.name, e.cause, e.gib_after - e.gib_before AS gib_change, e.gib_before, e.gib_after,
       b.volume_type AS type_before, a.volume_type AS type_after, b.state AS state_before, a.state AS state_after,
       b.holder AS holder_before, a.holder AS holder_after, coalesce(a.zone, b.zone) AS zone, e.iops_before,
       e.iops_after, e.throughput_before, e.throughput_after, e.instance_before, e.instance_after, e.tags,
       e.currency, e.cost_before AS cost_before_micros, e.cost_after AS cost_after_micros,
       e.cost_after - e.cost_before AS cost_change_micros
FROM volume_event AS e JOIN place AS p ON p.place_id = e.place_id
     LEFT JOIN volume_class AS b ON b.class_id = e.class_before
     LEFT JOIN volume_class AS a ON a.class_id = e.class_after;

-- The ledger's sums by run, region and cause. Ask for a run_id or a range of them. unpriced_events: those without a
-- price on one side or on both, which cost_change_micros takes as 0.
CREATE VIEW v1_churn AS
SELECT e.run_id, e.found_at, nullif(p.account, '') AS account, p.region, e.cause, count(*) AS events,
       sum(e.gib_after - e.gib_before) AS gib_change, max(e.currency) AS currency,
       sum(coalesce(e.cost_after, 0) - coalesce(e.cost_before, 0)) AS cost_change_micros,
       count(*) - count(e.cost_after - e.cost_before) AS unpriced_events
FROM volume_event AS e JOIN place AS p ON p.place_id = e.place_id
GROUP BY e.run_id, e.place_id, e.cause;

-- Not part of the interface: what each run adds to the rollups. A run that worked and could not see a metric adds
-- nothing.
CREATE VIEW region_sample AS
SELECT run_id, place_id, started_at, metric_id, value, completeness, iif(value IS NULL, NULL, currency) AS currency,
       unit = 'micros' AND value IS NOT NULL AND coalesce(unpriced_volumes, 1) > 0 AS at_least
FROM (SELECT t.run_id, t.place_id, t.started_at, t.status, t.completeness, t.unpriced_volumes, m.metric_id, m.unit,
             iif(m.unit = 'micros', t.currency, NULL) AS currency,
             CASE m.name WHEN 'attached_gib' THEN t.attached_gib
                         WHEN 'instance_sum_gib' THEN t.instance_sum_gib
                         WHEN 'unattached_gib' THEN t.unattached_gib
                         WHEN 'billed_gib' THEN t.attached_gib + t.unattached_gib + t.managed_gib
                         WHEN 'attached_volumes' THEN t.attached_volumes
                         WHEN 'instances' THEN t.instances
                         WHEN 'attached_cost_micros' THEN t.attached_cost_micros
                         WHEN 'unattached_cost_micros' THEN t.unattached_cost_micros
                         WHEN 'billed_cost_micros'
                              THEN t.attached_cost_micros + t.unattached_cost_micros + t.managed_cost_micros
                         END AS value
      FROM region_state AS t CROSS JOIN metric AS m)
WHERE value IS NOT NULL OR status = 'failed';

-- What there is a history of, by the hour and the day.
CREATE VIEW v1_metric AS SELECT name AS metric, unit FROM metric;

-- The history by the hour: a row a metric (v1_metric has them), account and region. Ask for a metric and a range of
-- hour_at. completeness: 'ok' every run of the hour got a value; 'partial' not every one did, or volumes had no price
-- (at_least); the other words, as in v1_region_total, none did, and the values are NULL. An hour without a run has no
-- row. coverage: the share of the runs that got a value.
CREATE VIEW v1_trend_hour AS
SELECT nullif(p.account, '') AS account, p.region, m.name AS metric, m.unit, h.currency, h.hour_at, h.first_value,
       h.last_value, h.min_value, h.max_value, h.sum_value / h.samples AS avg_value, h.asked, h.samples,
       CAST(h.samples AS REAL) / h.asked AS coverage, h.first_at, h.last_at, h.at_least,
       CASE WHEN h.samples = 0 THEN h.lacking
            WHEN h.samples < h.asked OR h.at_least THEN 'partial' ELSE 'ok' END AS completeness
FROM metric AS m CROSS JOIN rollup_hour AS h ON h.metric_id = m.metric_id JOIN place AS p ON p.place_id = h.place_id;

-- The same by the day. coverage: the share of the day's 24 hours that have a value, so that a day in progress has less.
CREATE VIEW v1_trend_day AS
SELECT nullif(p.account, '') AS account, p.region, m.name AS metric, m.unit, d.currency, d.day_at, d.first_value,
       d.last_value, d.min_value, d.max_value, d.sum_value / d.samples AS avg_value, d.asked, d.samples,
       d.hours / 24.0 AS coverage, d.first_at, d.last_at, d.at_least,
       CASE WHEN d.samples = 0 THEN d.lacking
            WHEN d.samples < d.asked OR d.at_least THEN 'partial' ELSE 'ok' END AS completeness
FROM metric AS m CROSS JOIN rollup_day AS d ON d.metric_id = m.metric_id JOIN place AS p ON p.place_id = d.place_id;

-- Not part of the interface: the sums that each place is in, its account's once that is known, and that of all, '*'.
CREATE VIEW place_in_sum AS
SELECT place_id, account FROM place WHERE account <> '' UNION ALL SELECT place_id, '*' FROM place;

-- Not part of the interface: what rollup_total_hour has, worked out from rollup_hour. Regions without a value are asked
-- and not in the sums; they have no currency, and are asked in each. A cost of nothing has none either, and is in none.
-- Where no region has a currency, they are a row without one: the hour was asked for, though nothing was found to cost.
-- (Rows come in the order of rollup_hour's key, and sorting keeps it within a group, so that sums of REAL are added in
-- the order of place_id.)
CREATE VIEW total_hour AS
SELECT p.account, h.hour_at, h.metric_id, coalesce(h.currency, '') AS currency, count(h.last_value) AS regions,
       count(*) + iif(h.currency IS NULL, 0, (
               SELECT count(*) FROM rollup_hour AS f JOIN place AS q ON q.place_id = f.place_id
               WHERE f.metric_id = h.metric_id AND f.hour_at = h.hour_at AND f.samples = 0
                     AND p.account IN (q.account, '*'))) AS regions_asked,
       sum(h.asked) AS asked, sum(h.samples) AS samples, sum(h.first_value) AS first_value,
       sum(h.last_value) AS last_value, sum(h.min_value) AS min_value, sum(h.max_value) AS max_value,
       sum(h.sum_value / h.samples) AS avg_value, max(h.at_least) AS at_least,
       iif(count(h.last_value) = 0, max(h.lacking), NULL) AS lacking
FROM metric AS m CROSS JOIN rollup_hour AS h ON h.metric_id = m.metric_id
     CROSS JOIN place_in_sum AS p ON p.place_id = h.place_id
GROUP BY p.account, h.hour_at, h.metric_id, h.currency
HAVING m.unit <> 'micros' OR h.currency IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM rollup_hour AS f JOIN place AS q ON q.place_id = f.place_id
        WHERE f.metric_id = h.metric_id AND f.hour_at = h.hour_at AND f.currency IS NOT NULL
              AND p.account IN (q.account, '*'));

-- Not part of the interface: what rollup_total_day has, worked out from rollup_day.
CREATE VIEW total_day AS
SELECT p.account, d.day_at, d.metric_id, coalesce(d.currency, '') AS currency, count(d.last_value) AS regions,
       count(*) + iif(d.currency IS NULL, 0, (
               SELECT count(*) FROM rollup_day AS f JOIN place AS q ON q.place_id = f.place_id
               WHERE f.metric_id = d.metric_id AND f.day_at = d.day_at AND f.samples = 0
                     AND p.account IN (q.account, '*'))) AS regions_asked,
       sum(d.asked) AS asked, sum(d.samples) AS samples, sum(d.first_value) AS first_value,
       sum(d.last_value) AS last_value, sum(d.min_value) AS min_value, sum(d.max_value) AS max_value,
       sum(d.sum_value / d.samples) AS avg_value, max(d.at_least) AS at_least,
       iif(count(d.last_value) = 0, max(d.lacking), NULL) AS lacking, sum(d.hours) AS hours
FROM metric AS m CROSS JOIN rollup_day AS d ON d.metric_id = m.metric_id
     CROSS JOIN place_in_sum AS p ON p.place_id = d.place_id
GROUP BY p.account, d.day_at, d.metric_id, d.currency
HAVING m.unit <> 'micros' OR d.currency IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM rollup_day AS f JOIN place AS q ON q.place_id = f.place_id
        WHERE f.metric_id = d.metric_id AND f.day_at = d.day_at AND f.currency IS NOT NULL
              AND p.account IN (q.account, '*'));

-- Not part of the interface: the sums of accounts, and of all of them, as they are shown.
CREATE VIEW trend_sum_hour AS
SELECT t.account, m.name AS metric, m.unit, nullif(t.currency, '') AS currency, t.hour_at, t.regions, t.regions_asked,
       t.first_value, t.last_value, t.min_value, t.max_value, t.avg_value,
       CAST(t.samples AS REAL) / t.asked AS coverage,
       t.regions < t.regions_asked OR t.at_least AS at_least,
       CASE WHEN t.regions = 0 THEN t.lacking
            WHEN t.samples < t.asked OR t.regions < t.regions_asked OR t.at_least THEN 'partial' ELSE 'ok'
            END AS completeness
FROM metric AS m CROSS JOIN rollup_total_hour AS t ON t.metric_id = m.metric_id;

-- Not part of the interface: the same by the day.
CREATE VIEW trend_sum_day AS
SELECT t.account, m.name AS metric, m.unit, nullif(t.currency, '') AS currency, t.day_at, t.regions, t.regions_asked,
       t.first_value, t.last_value, t.min_value, t.max_value, t.avg_value,
       t.hours / (24.0 * iif(t.currency <> '', t.regions, t.regions_asked)) AS coverage,
       t.regions < t.regions_asked OR t.at_least AS at_least,
       CASE WHEN t.regions = 0 THEN t.lacking
            WHEN t.samples < t.asked OR t.regions < t.regions_asked OR t.at_least THEN 'partial' ELSE 'ok'
            END AS completeness
FROM metric AS m CROSS JOIN rollup_total_day AS t ON t.metric_id = m.metric_id;

-- The sums of v1_trend_hour over all accounts and regions. Regions that had no value in the hour are not in them: then
-- regions < regions_asked, and the sums are "at least". The sum was between min_value and max_value all the time. Costs
-- have a row for each currency, where regions that had no value count as asked in each; where no region has one, they
-- have a row without. Ask for a metric and a range of hour_at.
CREATE VIEW v1_trend_total_hour AS
SELECT metric, unit, currency, hour_at, regions, regions_asked, first_value, last_value, min_value, max_value,
       avg_value, coverage, at_least, completeness
FROM trend_sum_hour
WHERE account = '*';

-- The same by the day. coverage: the share of the regions' hours that have a value.
CREATE VIEW v1_trend_total_day AS
SELECT metric, unit, currency, day_at, regions, regions_asked, first_value, last_value, min_value, max_value,
       avg_value, coverage, at_least, completeness
FROM trend_sum_day
WHERE account = '*';

-- The same as in v1_trend_total_hour, of the regions of each account that is known. Ask for an account, a metric and a
-- range of hour_at.
CREATE VIEW v1_trend_account_hour AS
SELECT account, metric, unit, currency, hour_at, regions, regions_asked, first_value, last_value, min_value, max_value,
       avg_value, coverage, at_least, completeness
FROM trend_sum_hour
WHERE account <> '*';

-- The same by the day, as in v1_trend_total_day.
CREATE VIEW v1_trend_account_day AS
SELECT account, metric, unit, currency, day_at, regions, regions_asked, first_value, last_value, min_value, max_value,
       avg_value, coverage, at_least, completeness
FROM trend_sum_day
WHERE account <> '*';

-- Not part of the interface: how many days ago, 0 to 31.
CREATE VIEW day_ago AS
WITH RECURSIVE n (ago) AS (VALUES (0) UNION ALL SELECT ago + 1 FROM n WHERE ago < 31) SELECT ago FROM n;

-- Not part of the interface: the newest sample of each metric of each account's region, and when it was. is_current 0:
-- the region was asked since and gave none, or is no longer asked: the value is old. A cost of nothing is of the last
-- currency of the last month.
CREATE VIEW newest_sample AS
SELECT l.place_id, l.account, l.region, l.completeness, l.started_at AS asked_at, m.metric_id, m.name AS metric, m.unit,
       iif(m.unit = 'micros' AND s.currency IS NULL,
           (SELECT d.currency FROM day_ago CROSS JOIN rollup_day AS d ON d.metric_id = m.metric_id
                   AND d.place_id = l.place_id AND d.day_at = s.started_at - s.started_at % 86400 - ago * 86400
            WHERE d.currency IS NOT NULL ORDER BY ago LIMIT 1), s.currency) AS currency,
       s.value, s.started_at AS value_at, s.started_at - s.started_at % 3600 AS hour_at,
       s.started_at - s.started_at % 86400 AS day_at, s.at_least,
       s.run_id = l.run_id AND l.completeness <> 'stale' AS is_current
FROM v1_latest AS l CROSS JOIN metric AS m
     CROSS JOIN region_sample AS s ON s.place_id = l.place_id AND s.metric_id = m.metric_id AND s.run_id = iif(
             m.of_all_volumes, (SELECT max(w.run_id) FROM region_total AS w
                                WHERE w.place_id = l.place_id AND w.unattached_gib IS NOT NULL), l.good_run_id);

-- Not part of the interface: the newest samples and those before them, in the same currency or 0. a day: the hour that
-- contains the time 24 h before, or one of the three before that; a week and 30 days: the same, else the day.
CREATE VIEW past_sample AS
SELECT s.*, a.last_value AS value_24h, a.last_at AS at_24h,
       iif(b.samples > 0, b.last_value, e.last_value) AS value_7d, iif(b.samples > 0, b.last_at, e.last_at) AS at_7d,
       iif(c.samples > 0, c.last_value, f.last_value) AS value_30d, iif(c.samples > 0, c.last_at, f.last_at) AS at_30d
FROM newest_sample AS s
     LEFT JOIN rollup_hour AS a ON a.metric_id = s.metric_id AND a.place_id = s.place_id AND a.hour_at = (
             SELECT max(h.hour_at) FROM rollup_hour AS h
             WHERE h.metric_id = s.metric_id AND h.place_id = s.place_id AND h.samples > 0 AND h.hour_at IN
                   (s.hour_at - 86400, s.hour_at - 90000, s.hour_at - 93600, s.hour_at - 97200))
             AND coalesce(a.currency = s.currency, 1)
     LEFT JOIN rollup_hour AS b ON b.metric_id = s.metric_id AND b.place_id = s.place_id AND b.hour_at = (
             SELECT max(h.hour_at) FROM rollup_hour AS h
             WHERE h.metric_id = s.metric_id AND h.place_id = s.place_id AND h.samples > 0 AND h.hour_at IN
                   (s.hour_at - 604800, s.hour_at - 608400, s.hour_at - 612000, s.hour_at - 615600))
             AND coalesce(b.currency = s.currency, 1)
     LEFT JOIN rollup_hour AS c ON c.metric_id = s.metric_id AND c.place_id = s.place_id AND c.hour_at = (
             SELECT max(h.hour_at) FROM rollup_hour AS h
             WHERE h.metric_id = s.metric_id AND h.place_id = s.place_id AND h.samples > 0 AND h.hour_at IN
                   (s.hour_at - 2592000, s.hour_at - 2595600, s.hour_at - 2599200, s.hour_at - 2602800))
             AND coalesce(c.currency = s.currency, 1)
     LEFT JOIN rollup_day AS e ON e.metric_id = s.metric_id AND e.place_id = s.place_id
             AND e.day_at = s.day_at - 604800 AND coalesce(e.currency = s.currency, 1)
     LEFT JOIN rollup_day AS f ON f.metric_id = s.metric_id AND f.place_id = s.place_id
             AND f.day_at = s.day_at - 2592000 AND coalesce(f.currency = s.currency, 1);

-- How much more or less each account's region has than 24 hours, 7 days and 30 days before its newest value, which is
-- as old as value_at says; completeness says why it is no newer, as in v1_latest. The earlier values are as of at_24h,
-- at_7d, at_30d: at most 4 hours before the time asked for, or of that day where the hours have none; else NULL, as are
-- changes from another currency. percent: of the earlier value, NULL if that is 0. at_least: volumes have no price.
CREATE VIEW v1_growth AS
SELECT account, region, metric, unit, currency, value, value_at, completeness,
       value_24h, at_24h, value - value_24h AS change_24h,
       100.0 * (value - value_24h) / nullif(value_24h, 0) AS percent_24h,
       value_7d, at_7d, value - value_7d AS change_7d, 100.0 * (value - value_7d) / nullif(value_7d, 0) AS percent_7d,
       value_30d, at_30d, value - value_30d AS change_30d,
       100.0 * (value - value_30d) / nullif(value_30d, 0) AS percent_30d,
       at_least
FROM past_sample;

-- The sums of v1_growth over all accounts and regions: a row a metric, of costs a row for each currency. Only regions
-- whose newest run got a value are in value, which is "at least" where others did not or volumes have no price: regions
-- of regions_total. The earlier values and the changes are those of the regions that have both values, regions_24h,
-- regions_7d, regions_30d of them: value - change is not the earlier sum if they are fewer. Costs: regions without
-- any volumes for a month have no currency and are left out.
CREATE VIEW v1_growth_total AS
SELECT metric, unit, currency, value, regions, regions + missing AS regions_total, missing > 0 OR unpriced AS at_least,
       value_24h, change_24h, 100.0 * change_24h / nullif(value_24h, 0) AS percent_24h, regions_24h,
       value_7d, change_7d, 100.0 * change_7d / nullif(value_7d, 0) AS percent_7d, regions_7d,
       value_30d, change_30d, 100.0 * change_30d / nullif(value_30d, 0) AS percent_30d, regions_30d
FROM (SELECT s.metric, s.unit, s.currency, sum(s.value) FILTER (WHERE s.is_current) AS value,
             count(*) FILTER (WHERE s.is_current) AS regions,
             (SELECT count(*) FROM v1_latest) - (SELECT count(*) FROM newest_sample AS n
                                                 WHERE n.metric_id = s.metric_id AND n.is_current) AS missing,
             max(s.at_least) FILTER (WHERE s.is_current) AS unpriced,
             sum(s.value_24h) FILTER (WHERE s.is_current) AS value_24h,
             sum(s.value - s.value_24h) FILTER (WHERE s.is_current) AS change_24h,
             count(s.value_24h) FILTER (WHERE s.is_current) AS regions_24h,
             sum(s.value_7d) FILTER (WHERE s.is_current) AS value_7d,
             sum(s.value - s.value_7d) FILTER (WHERE s.is_current) AS change_7d,
             count(s.value_7d) FILTER (WHERE s.is_current) AS regions_7d,
             sum(s.value_30d) FILTER (WHERE s.is_current) AS value_30d,
             sum(s.value - s.value_30d) FILTER (WHERE s.is_current) AS change_30d,
             count(s.value_30d) FILTER (WHERE s.is_current) AS regions_30d
      FROM past_sample AS s
      WHERE s.unit <> 'micros' OR s.currency IS NOT NULL
      GROUP BY s.metric, s.currency);

-- Not part of the interface: by Sen's method, which of the sorted slopes between each two of so many days is their
-- median (bound 0; the mean of two where their number is even) and which are the ends (-1, 1) of the interval that
-- holds the true slope in 95 of 100 cases. n days have N = n (n - 1) / 2 slopes, and the lower end is the one of the
-- rank (N - 1.96 sqrt(n (n - 1) (2 n + 5) / 18)) / 2, rounded down.
CREATE VIEW sen_rank AS
WITH lower (points, rank) AS (
        VALUES (14, 27), (15, 32), (16, 38), (17, 44), (18, 50), (19, 57), (20, 64), (21, 72), (22, 80), (23, 89),
               (24, 98), (25, 108), (26, 118), (27, 128), (28, 139), (29, 150), (30, 162))
SELECT points, -1 AS bound, rank AS first_rank, rank AS last_rank FROM lower
UNION ALL SELECT points, 0, (points * (points - 1) / 2 + 1) / 2, (points * (points - 1) / 2 + 2) / 2 FROM lower
UNION ALL SELECT points, 1, points * (points - 1) / 2 + 1 - rank, points * (points - 1) / 2 + 1 - rank FROM lower;

-- Not part of the interface: the days that forecasts are made of, the 30 whole ones (UTC) before the newest run: a row
-- a metric, account's region and day, and with is_total of the sums over the regions of each account that is known and
-- over all, account '*'. value NULL: the day has none, or in another currency; of the sums: not all regions have one
-- that have any in these days. newest and newest_at: from where the forecast goes; of the sums NULL.
--
-- DISTINCT changes nothing here and below: it keeps SQLite from putting a query in the place of each use of its result,
-- which would run it again and again. Conditions on the columns of PARTITION BY still reach the tables.
CREATE VIEW forecast_day AS
SELECT DISTINCT s.account, s.region, 0 AS is_total, s.metric, s.unit, s.currency, s.at_least, s.value AS newest,
       s.value_at AS newest_at, n.ago, d.last_value AS value, d.last_at
FROM newest_sample AS s CROSS JOIN day_ago AS n
     LEFT JOIN rollup_day AS d ON d.metric_id = s.metric_id AND d.place_id = s.place_id AND d.samples > 0
               AND d.day_at = s.asked_at - s.asked_at % 86400 - n.ago * 86400 AND coalesce(d.currency = s.currency, 1)
WHERE n.ago BETWEEN 1 AND 30
UNION ALL
SELECT DISTINCT w.account, NULL, 1, w.metric, w.unit, w.currency, w.at_least, NULL, NULL, n.ago,
       (SELECT iif(count(*) = w.known, sum(d.last_value), NULL) FROM rollup_day AS d
        WHERE d.metric_id = w.metric_id AND d.day_at = w.end_at - n.ago * 86400 AND d.samples > 0
              AND (d.currency IS w.currency OR d.currency IS NULL) AND instr(w.places, ',' || d.place_id || ',')),
       (SELECT max(d.last_at) FROM rollup_day AS d
        WHERE d.metric_id = w.metric_id AND d.day_at = w.end_at - n.ago * 86400 AND d.currency IS w.currency
              AND instr(w.places, ',' || d.place_id || ','))
FROM (SELECT DISTINCT s.*,
             (SELECT count(DISTINCT d.place_id) FROM rollup_day AS d
                     CROSS JOIN place AS p ON p.place_id = d.place_id AND s.account IN (p.account, '*')
              WHERE d.metric_id = s.metric_id AND d.day_at BETWEEN s.end_at - 2592000 AND s.end_at - 1
                    AND d.samples > 0 AND d.currency IS s.currency) AS known,
             (SELECT ',' || group_concat(DISTINCT d.place_id) || ',' FROM rollup_day AS d
                     CROSS JOIN place AS p ON p.place_id = d.place_id AND s.account IN (p.account, '*')
              WHERE d.metric_id = s.metric_id AND d.day_at BETWEEN s.end_at - 2592000 AND s.end_at - 1
                    AND d.samples > 0 AND d.currency IS s.currency) AS places
      FROM (SELECT q.account, n.metric, n.unit, n.currency, n.metric_id, max(n.at_least) AS at_least,
                   (SELECT max(l.started_at) - max(l.started_at) % 86400 FROM v1_latest AS l
                    WHERE q.account IN (l.account, '*')) AS end_at
            FROM newest_sample AS n JOIN place_in_sum AS q ON q.place_id = n.place_id
            WHERE n.unit <> 'micros' OR n.currency IS NOT NULL
            GROUP BY q.account, n.metric, n.currency) AS s) AS w
     CROSS JOIN day_ago AS n
WHERE n.ago BETWEEN 1 AND 30;

-- Not part of the interface: the same with one row for the days of each. points: days that have a value; span: days
-- from the first that has one on; days: the values, 20 bytes each, the last day first, blanks for none: a blob, because
-- substr() walks through text.
CREATE VIEW forecast_window AS
SELECT account, region, is_total, metric, unit, currency, at_least, value, value_at, points, span, days,
       CASE WHEN points < 14 THEN 'fewer than 14 days' WHEN points * 5 < span * 4 THEN 'under 80 % of the days'
            END AS refused
FROM (SELECT DISTINCT account, region, is_total, metric, unit, currency, at_least,
             coalesce(newest, first_value(value) OVER newest_first) AS value,
             coalesce(newest_at, first_value(iif(value IS NULL, NULL, last_at)) OVER newest_first) AS value_at,
             count(value) OVER series AS points, max(iif(value IS NULL, NULL, ago)) OVER series AS span,
             CAST(group_concat(iif(value IS NULL, printf('%20s', ''), printf('%20d', value)), '') OVER in_order
                  AS BLOB) AS days
      FROM forecast_day
      WINDOW series AS (PARTITION BY account, region, is_total, metric, currency),
             newest_first AS (PARTITION BY account, region, is_total, metric, currency ORDER BY value IS NULL, ago),
             in_order AS (PARTITION BY account, region, is_total, metric, currency ORDER BY ago
                          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING));

-- Not part of the interface: the slopes between each two days of a window, sorted, and of those what sen_rank asks for.
CREATE VIEW forecast AS
SELECT account, region, is_total, metric, unit, currency, points, coverage, refused, slope_per_day, slope_low,
       slope_high, value, value_at, max(value + CAST(round(30 * slope_per_day) AS INTEGER), 0) AS in_30d,
       max(value + CAST(round(30 * slope_low) AS INTEGER), 0) AS in_30d_low,
       max(value + CAST(round(30 * slope_high) AS INTEGER), 0) AS in_30d_high,
       max(value + CAST(round(90 * slope_per_day) AS INTEGER), 0) AS in_90d,
       max(value + CAST(round(90 * slope_low) AS INTEGER), 0) AS in_90d_low,
       max(value + CAST(round(90 * slope_high) AS INTEGER), 0) AS in_90d_high, at_least
FROM (SELECT DISTINCT account, region, is_total, metric, unit, currency, points,
             CAST(points AS REAL) / span AS coverage, refused, value, value_at, at_least,
             max(iif(bound = 0, slope, NULL)) OVER series AS slope_per_day,
             max(iif(bound < 0, slope, NULL)) OVER series AS slope_low,
             max(iif(bound > 0, slope, NULL)) OVER series AS slope_high
      FROM (SELECT DISTINCT w.*, k.bound,
                   (SELECT avg(slope) FROM (
                           SELECT row_number() OVER (ORDER BY slope) AS rank, slope FROM (
                                   SELECT (CAST(CAST(substr(w.days, b.ago * 20 - 19, 20) AS TEXT) AS REAL) -
                                           CAST(CAST(substr(w.days, a.ago * 20 - 19, 20) AS TEXT) AS REAL))
                                          / (a.ago - b.ago) AS slope
                                   FROM day_ago AS a CROSS JOIN day_ago AS b
                                   WHERE a.ago <= 30 AND b.ago BETWEEN 1 AND a.ago - 1
                                         AND substr(w.days, a.ago * 20, 1) <> x'20'
                                         AND substr(w.days, b.ago * 20, 1) <> x'20'))
                    WHERE rank BETWEEN k.first_rank AND k.last_rank) AS slope
            FROM forecast_window AS w LEFT JOIN sen_rank AS k ON k.points = iif(w.refused IS NULL, w.points, 0))
      WINDOW series AS (PARTITION BY account, region, is_total, metric, currency));

-- How each metric of each account's region will go on if it goes on as in the last 30 whole days (UTC): by the median
-- of the slopes between the last values of each two of them (Theil and Sen), from the newest value, which is as old as
-- value_at says. The _low and _high ones are the ends of the slope's interval of 95 %, which says nothing about jumps.
-- points: days that have a value; coverage: their share of the days since the first of them. refused: why there is no
-- forecast; then slopes and forecasts are NULL. at_least: volumes have no price. Ask for a metric and a region.
CREATE VIEW v1_forecast AS
SELECT account, region, metric, unit, currency, points, coverage, refused, slope_per_day, slope_low, slope_high, value,
       value_at, in_30d, in_30d_low, in_30d_high, in_90d, in_90d_low, in_90d_high, at_least
FROM forecast
WHERE NOT is_total;

-- The same of the sums over all accounts and regions, from the days on which every region has a value that has any in
-- these 30 days; of costs a row for each currency. value is the sum of the last such day, at value_at. Ask for a
-- metric.
CREATE VIEW v1_forecast_total AS
SELECT metric, unit, currency, points, coverage, refused, slope_per_day, slope_low, slope_high, value,
       value_at, in_30d, in_30d_low, in_30d_high, in_90d, in_90d_low, in_90d_high, at_least
FROM forecast
WHERE is_total AND account = '*';

-- The same of the sums over the regions of each account that is known. Ask for an account and a metric.
CREATE VIEW v1_forecast_account AS
SELECT account, metric, unit, currency, points, coverage, refused, slope_per_day, slope_low, slope_high, value,
       value_at, in_30d, in_30d_low, in_30d_high, in_90d, in_90d_low, in_90d_high, at_least
FROM forecast
WHERE is_total AND account <> '*';

-- What retention keeps, as far as it has taken anything away: runs, hours, days, events from kept_since on.
CREATE VIEW v1_retention AS SELECT what, before_at AS kept_since FROM pruned;

-- The resident daemon; no row: none ever ran on this file. state is as old as heartbeat_at, which is renewed at least
-- once a minute: an older one means that it is gone or hangs, unless it is 'stopped'.
CREATE VIEW v1_daemon AS
SELECT state, pid, version, started_at, heartbeat_at, interval_s, next_run_at, run_started_at, run_mode, regions_done,
       regions_total, status, problem
FROM daemon_state;
