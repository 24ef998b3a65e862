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

  /// Where it is in its life.
  public State state() {
    return state;
  }

  /// `/livez`: the process answers.
  public Answer live() {
    return Answer.text(200, "ok");
  }

  /// `/readyz`: 200 from the moment all receivers listen until the gateway stops.
  public Answer ready() {
    return switch (state) {
      case READY -> Answer.text(200, "ready");
      case STARTING -> Answer.text(503, "starting");
      case STOPPING -> Answer.text(503, "stopping");
    };
  }

  /// The Collector's `health_check` answer.
  public Answer healthCheck() {
    boolean ready = state == State.READY;
    String body =
        ready ? "{\"status\":\"Server available\"}" : "{\"status\":\"Server not available\"}";
    return new Answer(
        ready ? 200 : 503,
        "application/json",
        body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
