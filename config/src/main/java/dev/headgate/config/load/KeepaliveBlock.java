package dev.headgate.config.load;

import dev.headgate.config.GrpcServerConfig.Keepalive;
import java.time.Duration;

/// `keepalive` of a gRPC server.
final class KeepaliveBlock {
  private static final Keepalive DEFAULT = Keepalive.DEFAULT;

  private static final Key<Duration> MAX_IDLE =
      Key.of(
          "max_connection_idle",
          Types.DURATION,
          DEFAULT.maxConnectionIdle(),
          "a connection without calls is closed after this time; 0 = never");
  private static final Key<Duration> MAX_AGE =
      Key.of(
          "max_connection_age",
          Types.DURATION,
          DEFAULT.maxConnectionAge(),
          "a connection is asked to go after this time, so that clients spread over replicas;"
              + " 0 = never");
  private static final Key<Duration> MAX_AGE_GRACE =
      Key.of(
          "max_connection_age_grace",
          Types.DURATION,
          DEFAULT.maxConnectionAgeGrace(),
          "how long its calls may go on after that; 0 = for ever");
  private static final Key<Duration> TIME =
      Key.of(
          "time",
          Types.DURATION,
          DEFAULT.time(),
          "after how much silence the client is pinged; 0 = never");
  private static final Key<Duration> TIMEOUT =
      Key.of("timeout", Types.DURATION, DEFAULT.timeout(), "how long the answer may take");
  private static final Key<Duration> MIN_TIME =
      Key.of(
          "min_time",
          Types.DURATION,
          DEFAULT.minTime(),
          "a client that pings more often is disconnected");
  private static final Key<Boolean> WITHOUT_STREAM =
      Key.of(
          "permit_without_stream",
          Types.BOOL,
          DEFAULT.permitWithoutStream(),
          "whether clients may ping without a call");

  /// `server_parameters` alone; `enforcement_policy` is added by [#keepalive].
  private static final Block<Keepalive> SERVER_PARAMETERS =
      Block.of(
          v ->
              new Keepalive(
                  v.get(MAX_IDLE),
                  v.get(MAX_AGE),
                  v.get(MAX_AGE_GRACE),
                  v.get(TIME),
                  v.get(TIMEOUT),
                  DEFAULT.minTime(),
                  DEFAULT.permitWithoutStream()),
          MAX_IDLE,
          MAX_AGE,
          MAX_AGE_GRACE,
          TIME,
          TIMEOUT);

  private record Enforcement(Duration minTime, boolean permitWithoutStream) {}

  private static final Block<Enforcement> ENFORCEMENT_POLICY =
      Block.of(
          v -> new Enforcement(v.get(MIN_TIME), v.get(WITHOUT_STREAM)), MIN_TIME, WITHOUT_STREAM);

  private static final Key<Keepalive> SERVER =
      Key.block("server_parameters", SERVER_PARAMETERS, "how long connections live");
  private static final Key<Enforcement> ENFORCEMENT =
      Key.block("enforcement_policy", ENFORCEMENT_POLICY, "what clients may do");

  static final Key<Keepalive> KEEPALIVE =
      Key.block(
          "keepalive",
          Block.of(KeepaliveBlock::keepalive, SERVER, ENFORCEMENT),
          "life of connections");

  private KeepaliveBlock() {}

  private static Keepalive keepalive(Values v) {
    Keepalive server = v.get(SERVER);
    Enforcement enforcement = v.get(ENFORCEMENT);
    return new Keepalive(
        server.maxConnectionIdle(),
        server.maxConnectionAge(),
        server.maxConnectionAgeGrace(),
        server.time(),
        server.timeout(),
        enforcement.minTime(),
        enforcement.permitWithoutStream());
  }
}
