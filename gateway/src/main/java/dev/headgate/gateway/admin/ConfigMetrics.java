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
  private volatile String hash = "";

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
        .callback(callback -> callback.call(1, hash))
        .register(registry);
  }

  /// A configuration is in force.
  public void succeeded(String configHash) {
    hash = configHash;
    successful.set(1);
    Instant now = clock.instant();
    successTimestamp.set(now.getEpochSecond() + now.getNano() / 1e9);
  }

  /// An attempt failed; the configuration stays.
  public void failed() {
    successful.set(0);
  }
}
