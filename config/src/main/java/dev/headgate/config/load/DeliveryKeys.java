package dev.headgate.config.load;

import dev.headgate.config.BackendConfig;
import dev.headgate.config.BackendKind;
import dev.headgate.config.BatchingConfig;
import dev.headgate.config.ComponentId;
import dev.headgate.config.Compression;
import dev.headgate.config.DeliveryConfig;
import dev.headgate.config.QueueConfig;
import dev.headgate.config.RetryConfig;
import dev.headgate.config.Secret;
import dev.headgate.config.TlsClientConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys that exporters share.
final class DeliveryKeys {
  static final Key<Map<String, Secret>> HEADERS =
      Key.of("headers", new HeadersType(), Map.of(), "sent with every request; shown nowhere");
  static final Key<Compression> COMPRESSION =
      Key.of("compression", Types.choice(compressions()), Compression.GZIP, "of requests");
  static final Key<TlsClientConfig> TLS = Key.block("tls", TlsBlocks.CLIENT, "encryption");
  static final Key<Boolean> REQUIRED =
      Key.of(
          "required",
          Types.BOOL,
          DeliveryConfig.DEFAULT.required(),
          "a full queue refuses the client even where a pipeline has several exporters; otherwise"
              + " it then drops for this exporter alone");
  static final Key<BackendKind> BACKEND =
      Key.optional(
          "backend",
          Types.choiceOf(BackendKind.class),
          "from the component's name, else otlp",
          "whose size limits and quirks apply; never forbids a signal");

  static final Key<Boolean> TRACE_ID_ATTRIBUTES =
      Key.optional(
          "trace_id_attributes",
          Types.choice("promote", true, "pass", false),
          "promote for Loki, else pass",
          "whether the log attributes `trace_id` and `span_id` become the fields of these names,"
              + " and are removed where the field is set");
  static final Key<Boolean> DELTA =
      Key.optional(
          "delta",
          Types.choice("drop", true, "pass", false),
          "drop for Mimir and Prometheus, else pass",
          "what becomes of metrics with delta temporality, which these two refuse");

  private static final RetryConfig RETRY_DEFAULT = RetryConfig.DEFAULT;
  private static final Key<Boolean> RETRY_ENABLED =
      Key.of(
          "enabled", Types.BOOL, RETRY_DEFAULT.enabled(), "whether failed requests are repeated");
  private static final Key<Duration> INITIAL_INTERVAL =
      Key.of("initial_interval", Types.DURATION, RETRY_DEFAULT.initialInterval(), "first delay");
  private static final Key<Double> RANDOMIZATION_FACTOR =
      Key.of(
          "randomization_factor",
          Types.number(0, 1),
          RETRY_DEFAULT.randomizationFactor(),
          "how far a delay is spread");
  private static final Key<Double> MULTIPLIER =
      Key.of(
          "multiplier",
          Types.number(1, 1000),
          RETRY_DEFAULT.multiplier(),
          "growth of the delay with each attempt");
  private static final Key<Duration> MAX_INTERVAL =
      Key.of("max_interval", Types.DURATION, RETRY_DEFAULT.maxInterval(), "largest delay");
  private static final Key<Duration> MAX_ELAPSED_TIME =
      Key.of(
          "max_elapsed_time",
          Types.DURATION,
          RETRY_DEFAULT.maxElapsedTime(),
          "after this time a request is given up and booked as dropped; 0 = never");

  static final Key<RetryConfig> RETRY =
      Key.block(
          "retry_on_failure",
          Block.of(
              v ->
                  new RetryConfig(
                      v.get(RETRY_ENABLED),
                      v.get(INITIAL_INTERVAL),
                      v.get(RANDOMIZATION_FACTOR),
                      v.get(MULTIPLIER),
                      v.get(MAX_INTERVAL),
                      v.get(MAX_ELAPSED_TIME)),
              RETRY_ENABLED,
              INITIAL_INTERVAL,
              RANDOMIZATION_FACTOR,
              MULTIPLIER,
              MAX_INTERVAL,
              MAX_ELAPSED_TIME),
          "repeated requests");

  static final Key<QueueConfig> QUEUE = QueueKeys.QUEUE;

  private DeliveryKeys() {}

  /// The limit of one attempt.
  static Key<Duration> timeout(Duration defaultValue) {
    return Key.of("timeout", Types.DURATION, defaultValue, "limit of one attempt; 0 = none");
  }

  /// What was read of the shared keys.
  static DeliveryConfig delivery(Values v, Key<Duration> timeout) {
    return new DeliveryConfig(
        v.get(timeout), v.get(RETRY), v.get(QUEUE), backend(v), v.get(REQUIRED));
  }

  /// The same for exporters that write to this machine, which have fewer keys.
  static DeliveryConfig localDelivery(Values v) {
    DeliveryConfig usual = DeliveryConfig.DEFAULT;
    return new DeliveryConfig(
        usual.timeout(), usual.retry(), v.get(QUEUE), usual.backend(), v.get(REQUIRED));
  }

  private static BackendConfig backend(Values v) {
    BackendKind given = v.find(BACKEND);
    BackendConfig usual = BackendConfig.of(given == null ? backendOf(v.component()) : given);
    Boolean promote = v.find(TRACE_ID_ATTRIBUTES);
    Boolean dropDelta = v.find(DELTA);
    return new BackendConfig(
        usual.kind(),
        promote == null ? usual.promotesTraceIds() : promote,
        dropDelta == null ? usual.dropsDelta() : dropDelta);
  }

  /// `otlphttp/loki` is Loki.
  private static BackendKind backendOf(@Nullable ComponentId id) {
    String name = id == null ? "" : id.name().toLowerCase(Locale.ROOT);
    for (BackendKind kind :
        List.of(BackendKind.TEMPO, BackendKind.LOKI, BackendKind.MIMIR, BackendKind.PROMETHEUS)) {
      if (name.contains(kind.name().toLowerCase(Locale.ROOT))) {
        return kind;
      }
    }
    return BackendKind.OTLP;
  }

  private static Map<String, Compression> compressions() {
    Map<String, Compression> compressions = new LinkedHashMap<>();
    compressions.put("none", Compression.NONE);
    compressions.put("", Compression.NONE);
    compressions.put("gzip", Compression.GZIP);
    compressions.put("zstd", Compression.ZSTD);
    return compressions;
  }

  /// `sending_queue`.
  private static final class QueueKeys {
    private static final QueueConfig DEFAULT = QueueConfig.DEFAULT;
    private static final BatchingConfig BATCH_DEFAULT = BatchingConfig.DEFAULT;

    private static final Key<Duration> FLUSH_TIMEOUT =
        Key.of(
            "flush_timeout",
            Types.DURATION,
            BATCH_DEFAULT.flushTimeout(),
            "a batch leaves when its oldest request is this old");
    private static final Key<Long> MIN_SIZE =
        Key.of("min_size", Types.BYTES, BATCH_DEFAULT.minSize(), "or when it holds so much");
    private static final Key<Long> MAX_SIZE =
        Key.of(
            "max_size",
            Types.BYTES,
            BATCH_DEFAULT.maxSize(),
            "and holds at most so much; 0 = the backend's limit in bytes");
    private static final Key<QueueConfig.Sizer> BATCH_SIZER =
        Key.optional(
            "sizer",
            Types.choice("items", QueueConfig.Sizer.ITEMS, "bytes", QueueConfig.Sizer.BYTES),
            "the queue's, else items",
            "unit of both sizes");

    /// @param inherits whether the sizer is the queue's
    private record Batch(BatchingConfig config, boolean inherits) {}

    private static final Key<Batch> BATCH =
        Key.presence(
            "batch",
            Block.of(QueueKeys::batch, FLUSH_TIMEOUT, MIN_SIZE, MAX_SIZE, BATCH_SIZER)
                .unsupported(
                    "include_metadata on the receiver: tenants are never joined", "partition"),
            "from a `batch` processor",
            "own batching of this exporter; `batch:` alone switches it on");

    private static final Key<Boolean> ENABLED =
        Key.of("enabled", Types.BOOL, DEFAULT.enabled(), "whether requests may wait");
    private static final Key<Integer> NUM_CONSUMERS =
        Key.of(
            "num_consumers",
            Types.integer(1, 1000),
            DEFAULT.numConsumers(),
            "most requests in flight at once");
    private static final Key<Long> QUEUE_SIZE =
        Key.of(
            "queue_size",
            Types.BYTES,
            DEFAULT.queueSize(),
            "capacity in units of `sizer`, what is being sent included");
    private static final Key<QueueConfig.Sizer> SIZER =
        Key.of(
            "sizer",
            Types.choiceOf(QueueConfig.Sizer.class),
            DEFAULT.sizer(),
            "unit of queue_size");
    private static final Key<Long> MAX_BYTES =
        Key.of(
            "max_bytes",
            Types.BYTES,
            DEFAULT.maxBytes(),
            "cap on its memory that is in force besides; 0 = a share of the byte budget");
    private static final Key<QueueConfig.Overflow> OVERFLOW =
        Key.of(
            "overflow",
            Types.choiceOf(QueueConfig.Overflow.class),
            DEFAULT.overflow(),
            "what a full queue does");
    private static final Key<Boolean> BLOCK_ON_OVERFLOW =
        Key.of(
            "block_on_overflow",
            Types.BOOL,
            DEFAULT.blockOnOverflow(),
            "let the client wait for room up to its deadline, not for half a second");

    static final Key<QueueConfig> QUEUE =
        Key.block(
            "sending_queue",
            Block.of(
                    QueueKeys::queue,
                    ENABLED,
                    NUM_CONSUMERS,
                    QUEUE_SIZE,
                    SIZER,
                    MAX_BYTES,
                    OVERFLOW,
                    BLOCK_ON_OVERFLOW,
                    BATCH)
                .unsupported(
                    "block_on_overflow: clients are answered once the queue holds their data",
                    "wait_for_result")
                .unsupported("max_bytes: queues live in memory in this version", "storage"),
            "what waits for this exporter");

    private static Batch batch(Values v) {
      QueueConfig.Sizer sizer = v.find(BATCH_SIZER);
      return new Batch(
          new BatchingConfig(
              v.get(FLUSH_TIMEOUT),
              v.get(MIN_SIZE),
              v.get(MAX_SIZE),
              sizer == null ? QueueConfig.Sizer.ITEMS : sizer),
          sizer == null);
    }

    private static QueueConfig queue(Values v) {
      Batch read = v.find(BATCH);
      BatchingConfig batch = null;
      if (read != null) {
        batch = read.config();
        if (read.inherits() && v.get(SIZER) == QueueConfig.Sizer.BYTES) {
          batch =
              new BatchingConfig(
                  batch.flushTimeout(), batch.minSize(), batch.maxSize(), QueueConfig.Sizer.BYTES);
        }
      }
      return new QueueConfig(
          v.get(ENABLED),
          v.get(NUM_CONSUMERS),
          v.get(QUEUE_SIZE),
          v.get(SIZER),
          v.get(MAX_BYTES),
          v.get(OVERFLOW),
          v.get(BLOCK_ON_OVERFLOW),
          batch);
    }
  }
}
