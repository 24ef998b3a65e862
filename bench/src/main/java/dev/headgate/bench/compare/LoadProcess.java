package dev.headgate.bench.compare;

import java.util.List;

/// How the generator and the sink are started: the class path of this process, another main class.
final class LoadProcess {
  private LoadProcess() {}

  /// The command without the generator's or the sink's arguments.
  static List<String> command() {
    String java = ProcessHandle.current().info().command().orElse("java");
    return List.of(
        java,
        "-Xms512m",
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:MaxDirectMemorySize=512m",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.headgate.bench.load.Load");
  }
}
