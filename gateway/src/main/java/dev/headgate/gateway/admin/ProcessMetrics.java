package dev.headgate.gateway.admin;

import com.sun.management.OperatingSystemMXBean;
import dev.headgate.pipeline.payload.NanoClock;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;

/// The process itself under the Collector's names, and the build.
public final class ProcessMetrics {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMetrics() {}

  /// Registers the metrics.
  ///
  /// @param withUnits whether the names carry units as the Collector's do on request
  public static void register(
      PrometheusRegistry registry, NanoClock clock, String version, boolean withUnits) {
    long startNanos = clock.nanoTime();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    counter(
        registry,
        withUnits ? "otelcol_process_uptime_seconds_total" : "otelcol_process_uptime_total",
        "Uptime of the process.",
        () -> (clock.nanoTime() - startNanos) / NANOS_PER_SECOND);
    counter(
        registry,
        "otelcol_process_cpu_seconds_total",
        "Total CPU user and system time in seconds.",
        () -> system.getProcessCpuTime() / NANOS_PER_SECOND);
    gauge(
        registry,
        withUnits ? "otelcol_process_memory_rss_bytes" : "otelcol_process_memory_rss",
        "Total physical memory (resident set size).",
        ProcessMetrics::residentBytes);
    gauge(
        registry,
        "otelcol_process_runtime_heap_alloc_bytes",
        "Bytes of allocated heap objects.",
        () -> memory.getHeapMemoryUsage().getUsed());
    gauge(
        registry,
        "otelcol_process_runtime_total_sys_memory_bytes",
        "Total bytes of memory obtained from the operating system.",
        () ->
            memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted());
    gauge(
        registry,
        "headgate_process_heap_max_bytes",
        "The most bytes that the heap may grow to.",
        () -> memory.getHeapMemoryUsage().getMax());
    counter(
        registry,
        "headgate_process_gc_seconds_total",
        "Time spent collecting garbage.",
        ProcessMetrics::gcSeconds);
    Info.builder()
        .name("headgate_build_info")
        .help("The build that is running.")
        .labelNames("version", "java_version")
        .register(registry)
        .setLabelValues(version, Runtime.version().toString());
  }

  private static void counter(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(Math.max(0, value.getAsDouble())))
        .register(registry);
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private static double gcSeconds() {
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      millis += Math.max(0, collector.getCollectionTime());
    }
    return millis / 1000.0;
  }

  /// The resident set as Linux tells it; 0 elsewhere.
  public static double residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024.0;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
