package dev.headgate.gateway.admit;

import dev.headgate.gateway.admit.Authenticator.Verdict;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Looks at clients as a test says.
///
/// **Threading:** any thread, but for [#work].
public final class ScriptedScheme implements AuthScheme {
  /// What happens when a client is looked at.
  public enum Script {
    /// Every client is admitted, in time.
    ADMITS_LATER,
    /// It breaks at the first look.
    BREAKS_AT_ONCE,
    /// It breaks where it takes its time.
    BREAKS_LATER,
    /// There is no thread for it, and none can be made.
    HAS_NO_THREAD,
    /// Too many are being looked at.
    IS_FULL
  }

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Script script;
  private final Executor beside;

  /// What takes time waits for [#work].
  public ScriptedScheme(Script script) {
    this.script = script;
    this.beside = tasks::add;
  }

  /// @param beside does what takes time
  public ScriptedScheme(Script script, Executor beside) {
    this.script = script;
    this.beside = beside;
  }

  /// An authenticator that asks this.
  public Authenticator authenticator() {
    return new Authenticator(this);
  }

  /// Takes the time that was asked for.
  public void work() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Override
  public String header() {
    return "authorization";
  }

  @Override
  public String challenge() {
    return "Scripted";
  }

  @Override
  public @Nullable Verdict verdictNow(@Nullable String value) {
    if (script == Script.BREAKS_AT_ONCE) {
      throw new IllegalStateException("secret");
    }
    return null;
  }

  @Override
  public Verdict verdict(String value) {
    if (script == Script.BREAKS_LATER) {
      throw new IllegalStateException("secret");
    }
    return Verdict.ADMITTED;
  }

  @Override
  public Executor beside() {
    return switch (script) {
      case ADMITS_LATER, BREAKS_AT_ONCE, BREAKS_LATER -> beside;
      case HAS_NO_THREAD ->
          _ -> {
            throw new OutOfMemoryError("unable to create native thread");
          };
      case IS_FULL ->
          _ -> {
            throw new RejectedExecutionException("full");
          };
    };
  }

  @Override
  public void close() {}
}
