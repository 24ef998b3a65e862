package dev.headgate.exporters.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Looks up the addresses of one host, off the event loops: the system's resolver blocks. One
/// lookup is under way at a time, however many wait for it.
///
/// **Threading:** any thread.
final class HostLookup {
  private final String host;
  private final Executor executor;
  private @Nullable CompletableFuture<List<InetAddress>> running;

  HostLookup(String host, Executor executor) {
    this.host = host;
    this.executor = executor;
  }

  /// The addresses, never none; completes on a thread of the executor.
  synchronized CompletableFuture<List<InetAddress>> addresses() {
    CompletableFuture<List<InetAddress>> lookup = running;
    if (lookup != null && !lookup.isDone()) {
      return lookup;
    }
    try {
      CompletableFuture<List<InetAddress>> started =
          CompletableFuture.supplyAsync(this::lookUp, executor);
      running = started;
      return started;
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private List<InetAddress> lookUp() {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }
}
