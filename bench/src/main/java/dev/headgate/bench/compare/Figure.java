package dev.headgate.bench.compare;

/// The names of figures in rows.
final class Figure {
  static final String CPU_MICROS_PER_ITEM = "cpu_us_per_item";
  static final String CPU_MICROS_PER_REQUEST = "cpu_us_per_request";
  static final String CPU_SECONDS_PER_GB = "cpu_s_per_gb";
  static final String ITEMS_PER_SECOND = "items_per_s";
  static final String REQUESTS_PER_SECOND = "requests_per_s";
  static final String PEAK_RSS_MIB = "peak_rss_mib";
  static final String RSS_MIB = "rss_mib";
  static final String CPU_PERCENT = "cpu_percent";
  static final String COMPILER_SHARE = "compiler_share";
  static final String SYSTEM_SHARE = "system_share";
  static final String LOAD_SHARE = "load_share";
  static final String FOREIGN_SHARE = "foreign_share";
  static final String STEAL_SHARE = "steal_share";
  static final String READY_SECONDS = "ready_s";
  static final String FIRST_ACCEPTED_SECONDS = "first_accepted_s";
  static final String COLD_MICROS_PER_ITEM = "cold_cpu_us_per_item";
  static final String COLD_TO_WARM = "cold_to_warm";
  static final String MAX_RATE_ITEMS_PER_SECOND = "max_rate_items_per_s";
  static final String CPU_LIMIT_CORES = "cpu_limit_cores";
  static final String CAPACITY_ITEMS_PER_SECOND = "capacity_items_per_s";
  static final String WANTED_TO_CAPACITY = "wanted_to_capacity";
  static final String ACCEPTED_TO_CAPACITY = "accepted_to_capacity";
  static final String REFUSED_ITEMS = "refused_items";
  static final String FAILED_ITEMS = "failed_items";
  static final String LOST_ITEMS = "lost_items";
  static final String DUPLICATE_ITEMS = "duplicate_items";

  static final String ACCEPTED_ITEMS = "accepted_items";
  static final String OFFERED_TO_CAPACITY = "offered_to_capacity";
  static final String SINK_P50_MILLIS = "sink_p50_ms";
  static final String SINK_P99_MILLIS = "sink_p99_ms";

  static final String DISTINCT_TRACE_IDS = "distinct_trace_ids";
  static final String LIVE_HEAP_BYTES = "live_heap_bytes";
  static final String LIVE_ARRAY_BYTES = "live_byte_array_bytes";
  static final String LIVE_BYTES_PER_TRACE_ID = "live_bytes_per_trace_id";
  static final String ITEMS_WITH_SECRETS = "items_with_secrets";

  private Figure() {}
}
