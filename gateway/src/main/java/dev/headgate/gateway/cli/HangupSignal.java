package dev.headgate.gateway.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SIGHUP. The JDK has no public way to handle a signal; `sun.misc.Signal` of the module
/// `jdk.unsupported` is what there is, and by method handles, because its name in a source is a
/// compiler warning that nothing suppresses (docs/rationale.md).
final class HangupSignal {
  private static final Logger LOG = LoggerFactory.getLogger(HangupSignal.class);

  private HangupSignal() {}

  /// Runs an action at every SIGHUP, on a thread of its own, instead of ending the process. Where
  /// that cannot be had (Windows; a JVM with `-Xrs`) the log says so and nothing changes.
  static void handle(Runnable action) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> signal = lookup.findClass("sun.misc.Signal");
      Class<?> handler = lookup.findClass("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      Object onSignal =
          MethodHandleProxies.asInterfaceInstance(
              handler, MethodHandles.dropArguments(run, 0, signal));
      Object hangup =
          lookup
              .findConstructor(signal, MethodType.methodType(void.class, String.class))
              .invoke("HUP");
      Object _ =
          lookup
              .findStatic(signal, "handle", MethodType.methodType(handler, signal, handler))
              .invoke(hangup, onSignal);
    } catch (Throwable e) {
      if (e instanceof Error error && !(e instanceof LinkageError)) {
        throw error;
      }
      LOG.warn("SIGHUP cannot be handled: {}; POST /-/reload can", e.getClass().getName());
    }
  }
}
