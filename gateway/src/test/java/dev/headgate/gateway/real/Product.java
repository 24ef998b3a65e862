package dev.headgate.gateway.real;

import dev.headgate.config.Signal;
import java.util.Locale;

/// A backend that the production policy sends a signal to.
enum Product {
  TEMPO(Signal.TRACES, 3200, "otlp/tempo", "-multitenancy.enabled=true"),
  LOKI(Signal.LOGS, 3100, "otlphttp/loki", "-auth.enabled=true"),
  MIMIR(Signal.METRICS, 9009, "otlphttp/mimir", "-auth.multitenancy-enabled=true");

  private final Signal signal;
  private final int port;
  private final String exporter;
  private final String tenantsOption;

  Product(Signal signal, int port, String exporter, String tenantsOption) {
    this.signal = signal;
    this.port = port;
    this.exporter = exporter;
    this.tenantsOption = tenantsOption;
  }

  Signal signal() {
    return signal;
  }

  /// Where its file of `deploy/` lets it answer questions.
  int port() {
    return port;
  }

  /// The id of its exporter in `production.yaml`.
  String exporter() {
    return exporter;
  }

  /// What on its command line lets it ask for a tenant; wins over its file.
  String tenantsOption() {
    return tenantsOption;
  }

  /// The name of its image, of its folder below `deploy/` and of the file there.
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Its file, below `deploy/`.
  String file() {
    return key() + "/" + key() + ".yaml";
  }

  /// The variable of `production.yaml` that says where it takes OTLP.
  String endpointVariable() {
    return name() + "_ENDPOINT";
  }

  /// The variable that names its program on this machine.
  String programVariable() {
    return "HEADGATE_TEST_" + name();
  }
}
