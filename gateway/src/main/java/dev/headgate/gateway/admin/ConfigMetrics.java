package dev.headgate.gateway.admin;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;

/// Which configuration runs, since when, and whether the last reload was one.
///
/// **Threading:** any thread.
public final class ConfigMetrics {
  private final InstantSource clock;
  private final Gauge successful;
  private final Gauge successTimestamp;
  private volatile State state = new State("", Instant.EPOCH, false);

  /// Which configuration runs.
  ///
  /// @param hash a fingerprint of it
  /// @param since when it was last loaded with success
  /// @param current whether the last attempt succeeded
  public record State(String hash, Instant since, boolean current) {}

  /// Registers the metrics; the start counts as a reload that succeeded.
  public ConfigMetrics(PrometheusRegistry registry, InstantSource clock) {
    this.clock = clock;
    successful =
        Gauge.builder()
            .name("headgate_config_last_reload_successful")
            .help("Whether the last attempt to load the configuration succeeded.")
            .register(registry);
    successTimestamp =
        Gauge.builder()
            .name("headgate_config_last_reload_success_timestamp_seconds")
            .help("When the configuration was last loaded with success.")
            .register(registry);
    GaugeWithCallback.builder()
        .name("headgate_config_info")
        .help("The running configuration: a hash of it as print-config shows it, secrets masked.")
        .labelNames("hash")
        .callback(callback -> callback.call(1, state.hash()))
        .register(registry);
  }

  /// A configuration is in force.
  public void succeeded(String configHash) {
    Instant now = clock.instant();
    state = new State(configHash, now, true);
    successful.set(1);
    successTimestamp.set(now.getEpochSecond() + now.getNano() / 1e9);
  }

  /// An attempt failed; the configuration stays.
  public void failed() {
    state = new State(state.hash(), state.since(), false);
    successful.set(0);
  }

  /// Which configuration runs now.
  public State state() {
    return state;
  }
}
