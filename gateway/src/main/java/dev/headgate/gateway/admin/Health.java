package dev.headgate.gateway.admin;

/// Whether the gateway takes data.
///
/// **Threading:** any thread.
public final class Health {
  private volatile State state = State.STARTING;

  /// The gateway's life.
  public enum State {
    STARTING,
    READY,
    STOPPING
  }

  /// Moves on.
  public void become(State next) {
    state = next;
  }

  /// `/livez`: the process answers.
  public AdminServer.Answer live() {
    return AdminServer.Answer.text(200, "ok");
  }

  /// `/readyz`: 200 from the moment all receivers listen until the gateway stops.
  public AdminServer.Answer ready() {
    return switch (state) {
      case READY -> AdminServer.Answer.text(200, "ready");
      case STARTING -> AdminServer.Answer.text(503, "starting");
      case STOPPING -> AdminServer.Answer.text(503, "stopping");
    };
  }

  /// The Collector's `health_check` answer.
  public AdminServer.Answer healthCheck() {
    boolean ready = state == State.READY;
    String body =
        ready ? "{\"status\":\"Server available\"}" : "{\"status\":\"Server not available\"}";
    return new AdminServer.Answer(
        ready ? 200 : 503,
        "application/json",
        body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
