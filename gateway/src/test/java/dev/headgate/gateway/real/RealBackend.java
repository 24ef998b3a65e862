package dev.headgate.gateway.real;

import java.net.URI;

/// A Tempo, Loki or Mimir that runs with its file of `deploy/`.
///
/// **Threading:** confined to the test's thread.
///
/// **Ownership:** owns its container or process, and its data.
interface RealBackend extends AutoCloseable {
  /// Where this JVM asks it.
  URI api();

  /// What the gateway's variable for it (`TEMPO_ENDPOINT`, ...) has to say.
  String endpoint();

  /// Lets it stand still, with its connections open.
  void pause();

  /// Lets it go on.
  void resume();

  @Override
  void close();
}
