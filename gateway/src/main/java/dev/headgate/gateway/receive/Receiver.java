package dev.headgate.gateway.receive;

import java.io.IOException;
import java.time.Duration;

/// What takes data in on one socket: made, started, opened, and ended in two steps.
///
/// **Threading:** started and stopped by one thread.
public interface Receiver {
  /// Gets everything ready that can fail. Connections still wait.
  ///
  /// @throws IOException when it cannot serve
  void start() throws IOException;

  /// Accepts connections.
  void open();

  /// The port that is listened on.
  int port();

  /// Looks at its files (certificates, passwords) now; what changed counts for new connections.
  void lookAtFiles();

  /// Takes no new connections and no further requests on the old ones; requests under way go on.
  void stopAccepting();

  /// Waits until the connections are gone, closes the rest at the deadline, and stops the threads.
  /// Another thread may call it meanwhile with a nearer deadline.
  void stop(Duration deadline);
}
