/**
 * The configuration parameters of the simulated datastores: a representative part of the real ones.
 *
 * @module
 */

/** A parameter of a datastore version. */
export interface Parameter {
  name: string;
  type: "integer" | "string" | "boolean" | "float";
  restart: boolean;
  /** A bigint if a double could not hold it. */
  min?: number | bigint;
  max?: number | bigint;
  /** Set when an administrator has deleted it: it is kept, but no longer offered. */
  deletedAt?: string;
}

const HUGE = 9223372036854775807n;
const BEYOND_SIGNED = 18446744073709547520n;

const integer = (name: string, min: number, max?: number | bigint, restart = false): Parameter => ({
  name,
  type: "integer",
  restart,
  min,
  ...(max === undefined ? {} : { max }),
});
const other = (name: string, type: "string" | "boolean" | "float", restart = false): Parameter => ({
  name,
  type,
  restart,
});

const MYSQL: readonly Parameter[] = [
  integer("auto_increment_increment", 1, 65535),
  integer("autocommit", 0, 1),
  integer("bulk_insert_buffer_size", 0, HUGE),
  other("character_set_server", "string"),
  other("collation_server", "string"),
  integer("connect_timeout", 2, 31536000),
  integer("expire_logs_days", 0, 99),
  integer("innodb_buffer_pool_chunk_size", 1048576, undefined, true),
  integer("innodb_buffer_pool_size", 5242880, HUGE, true),
  other("innodb_deadlock_detect", "boolean"),
  integer("innodb_flush_log_at_trx_commit", 0, 2),
  other("innodb_flush_method", "string", true),
  integer("innodb_log_file_size", 4194304, 274877906944, true),
  integer("join_buffer_size", 128, BEYOND_SIGNED),
  integer("key_buffer_size", 8, 4294967295),
  { ...other("long_query_time", "float"), min: 0 },
  integer("lower_case_table_names", 0, 2, true),
  integer("max_allowed_packet", 1024, 1073741824),
  integer("max_connections", 1, 100000),
  integer("max_user_connections", 0, 4294967295),
  other("performance_schema", "boolean", true),
  integer("sort_buffer_size", 32768, BEYOND_SIGNED),
  integer("wait_timeout", 1, 31536000),
];

const POSTGRESQL: readonly Parameter[] = [
  other("autovacuum", "boolean"),
  integer("checkpoint_timeout", 30, 86400),
  integer("deadlock_timeout", 1, 2147483647),
  other("log_statement", "string"),
  integer("max_connections", 1, 262143, true),
  integer("max_wal_size", 2, 2147483647),
  { ...other("random_page_cost", "float"), min: 0 },
  integer("shared_buffers", 16, 1073741823, true),
  integer("statement_timeout", 0, 2147483647),
  integer("wal_buffers", -1, 262143, true),
  integer("work_mem", 64, 2147483647),
];

/** A new list of the parameters of a datastore's versions, because each version's list can be changed. */
export function parametersOf(datastore: string): Parameter[] {
  const all = datastore === "postgresql" ? POSTGRESQL : datastore === "cassandra" ? [] : MYSQL;
  return all.map((one) => ({ ...one }));
}

/** The values of an instance without a configuration group. */
export function defaultValues(datastore: string): Record<string, string | number> {
  if (datastore === "postgresql") {
    return { port: 5432, max_connections: 100, shared_buffers: "128MB", wal_level: "replica", ssl: "off" };
  }
  return {
    port: 3306,
    basedir: "/usr",
    datadir: "/var/lib/mysql/data",
    "secure-file-priv": "NULL",
    socket: "/var/run/mysqld/mysqld.sock",
    max_allowed_packet: "1024K",
    innodb_buffer_pool_size: "150M",
    connect_timeout: 15,
    wait_timeout: 120,
    max_connections: 100,
    "local-infile": 0,
    performance_schema: "ON",
  };
}
