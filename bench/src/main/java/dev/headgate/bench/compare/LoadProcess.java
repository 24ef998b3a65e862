package dev.headgate.bench.compare;

import dev.headgate.bench.load.Load;
import java.util.List;

/// How the generator and the sink are started: on the class path of this process, with the options
/// that `bench/load` gives them.
final class LoadProcess {
  private LoadProcess() {}

  /// The command without the generator's or the sink's arguments.
  static List<String> command() {
    String java = ProcessHandle.current().info().command().orElse("java");
    return List.of(
        java,
        "-Xms64m",
        "-Xmx512m",
        "-XX:MaxDirectMemorySize=512m",
        "-XX:+UseSerialGC",
        "-XX:+UseCompactObjectHeaders",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        Load.class.getName());
  }
}
