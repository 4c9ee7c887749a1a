/**
 * The shape of both databases, as numbered steps. A step that was released is never edited; a change is a new step at the
 * end. Instance keys, states and JSON are stored as text; times are wall clock milliseconds.
 */
export interface Migration {
  readonly number: number
  readonly sql: string
}

export const stateMigrations: ReadonlyArray<Migration> = [
  {
    number: 1,
    sql: `
      CREATE TABLE generations (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL,
        git TEXT NOT NULL,
        accepted_at REAL NOT NULL,
        who TEXT NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT,
        actions INTEGER NOT NULL,
        content TEXT NOT NULL,
        plan TEXT
      ) STRICT;
      CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at REAL NOT NULL,
        instance TEXT,
        body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX journal_instance ON journal (instance, id) WHERE instance IS NOT NULL;
      CREATE TABLE overrides (
        key TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        who TEXT NOT NULL,
        at REAL NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE scales (
        "group" TEXT NOT NULL,
        program TEXT NOT NULL,
        instances INTEGER NOT NULL,
        who TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY ("group", program)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE specs (
        hash TEXT PRIMARY KEY,
        content TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE instances (
        key TEXT PRIMARY KEY,
        spec TEXT NOT NULL REFERENCES specs (hash),
        started TEXT REFERENCES specs (hash),
        state TEXT NOT NULL,
        reason TEXT,
        exit TEXT,
        since REAL NOT NULL,
        started_at REAL,
        stopped_at REAL
      ) STRICT, WITHOUT ROWID;`
  },
  {
    // Size of content and plan, to bound what is kept without reading it.
    number: 2,
    sql: "ALTER TABLE generations ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0"
  },
  {
    // Contents apart from what lists and outcomes need, in parts that generations share.
    number: 3,
    sql: `
      CREATE TABLE parts (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
      CREATE TABLE contents (
        generation INTEGER PRIMARY KEY,
        rest TEXT NOT NULL,
        parts TEXT,
        plan TEXT
      ) STRICT;
      INSERT INTO contents SELECT number, content, NULL, plan FROM generations;
      ALTER TABLE generations DROP COLUMN content;
      ALTER TABLE generations DROP COLUMN plan;`
  },
  {
    // What instances are is a fact of the boot, and of no use in the next one: it is in the runtime directory now.
    number: 4,
    sql: "DROP TABLE instances; DROP TABLE specs;"
  },
  {
    // Why something was done by hand, and when that ends by itself.
    number: 5,
    sql: `
      ALTER TABLE overrides ADD COLUMN reason TEXT;
      ALTER TABLE overrides ADD COLUMN until REAL;
      ALTER TABLE scales ADD COLUMN reason TEXT;
      ALTER TABLE scales ADD COLUMN until REAL;`
  },
  {
    // Which generation somebody went back to, and whether that is kept running whatever the files say.
    number: 6,
    sql: `
      ALTER TABLE generations ADD COLUMN rollback_of INTEGER;
      ALTER TABLE generations ADD COLUMN reason TEXT;
      CREATE TABLE pin (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        generation INTEGER NOT NULL,
        who TEXT NOT NULL,
        at REAL NOT NULL,
        reason TEXT
      ) STRICT;`
  },
  {
    // Which tasks have completed, and what they were then.
    number: 7,
    sql: `
      CREATE TABLE completions (
        key TEXT PRIMARY KEY,
        spec TEXT NOT NULL,
        at REAL NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX completions_at ON completions (at);`
  },
  {
    // How often it was applied to its end and its programs came up: what became of it later is nothing against it.
    number: 8,
    sql: `
      ALTER TABLE generations ADD COLUMN good INTEGER NOT NULL DEFAULT 0;
      UPDATE generations SET good = 1 WHERE outcome = 'applied';`
  }
]

export const runtimeMigrations: ReadonlyArray<Migration> = [
  {
    number: 1,
    sql: `
      CREATE TABLE processes (
        spawn_id TEXT PRIMARY KEY,
        instance TEXT NOT NULL,
        address TEXT NOT NULL,
        pid INTEGER,
        start_ticks INTEGER,
        boot_id TEXT,
        spawned_at REAL,
        revision TEXT,
        inherited TEXT,
        exit TEXT,
        ended_at REAL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX processes_live ON processes (instance) WHERE exit IS NULL;
      CREATE INDEX processes_ended ON processes (ended_at) WHERE exit IS NOT NULL;`
  },
  {
    // What the next daemon goes on from. Times named _ms are of the monotonic clock.
    number: 2,
    sql: `
      ALTER TABLE processes ADD COLUMN intended_ms REAL NOT NULL DEFAULT 0;
      ALTER TABLE processes ADD COLUMN spawned_ms REAL;
      CREATE TABLE specs (
        hash TEXT PRIMARY KEY,
        content TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE instances (
        key TEXT PRIMARY KEY,
        boot_id TEXT NOT NULL,
        spec TEXT NOT NULL REFERENCES specs (hash),
        started TEXT REFERENCES specs (hash),
        next TEXT REFERENCES specs (hash),
        state TEXT NOT NULL,
        reason TEXT,
        exit TEXT,
        since REAL NOT NULL,
        started_at REAL,
        stopped_at REAL,
        resumption TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        boot_id TEXT NOT NULL,
        open INTEGER NOT NULL
      ) STRICT;`
  },
  {
    // The files that a process was made from, as they were then.
    number: 3,
    sql: "ALTER TABLE processes ADD COLUMN sources TEXT"
  },
  {
    // A table without rowid keeps a row over a quarter of a page on pages of its own, which each change of state wrote anew.
    number: 4,
    sql: `
      ALTER TABLE instances RENAME TO instances_before;
      ALTER TABLE specs RENAME TO specs_before;
      CREATE TABLE specs (
        hash TEXT PRIMARY KEY,
        content TEXT NOT NULL
      ) STRICT;
      CREATE TABLE instances (
        key TEXT PRIMARY KEY,
        boot_id TEXT NOT NULL,
        spec TEXT NOT NULL REFERENCES specs (hash),
        started TEXT REFERENCES specs (hash),
        next TEXT REFERENCES specs (hash),
        state TEXT NOT NULL,
        reason TEXT,
        exit TEXT,
        since REAL NOT NULL,
        started_at REAL,
        stopped_at REAL,
        resumption TEXT NOT NULL
      ) STRICT;
      INSERT INTO specs SELECT hash, content FROM specs_before;
      INSERT INTO instances SELECT
        key, boot_id, spec, started, next, state, reason, exit, since, started_at, stopped_at, resumption
        FROM instances_before;
      DROP TABLE instances_before;
      DROP TABLE specs_before;`
  }
]
