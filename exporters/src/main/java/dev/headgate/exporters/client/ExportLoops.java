package dev.headgate.exporters.client;

import dev.headgate.pipeline.files.FileWatch;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that all clients share: event loops, a few threads that compress, and threads for
/// what may hang.
///
/// **Threading:** any thread.
///
/// **Ownership:** closed by whoever created it, after the clients.
public final class ExportLoops implements AutoCloseable {
  private final EventLoopGroup http;
  private final io.grpc.netty.shaded.io.netty.channel.EventLoopGroup grpc;
  private final WrappingAllocator wrapping = new WrappingAllocator();
  private final ExecutorService executor;
  private final ExecutorService blocking;
  private final FileWatch files = new FileWatch();

  /// @param threads event loops of each kind, and compressing threads
  public ExportLoops(int threads) {
    http =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("headgate-export-http", true),
            NioIoHandler.newFactory());
    grpc =
        new io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup(
            threads,
            new io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory(
                "headgate-export-grpc", true),
            io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler.newFactory());
    executor = Executors.newFixedThreadPool(threads, threads("headgate-export-"));
    blocking = Executors.newCachedThreadPool(threads("headgate-export-blocking-"));
  }

  private static ThreadFactory threads(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  /// Where compression runs, and framing where it copies; nothing may block here.
  public Executor executor() {
    return executor;
  }

  /// Where name lookups and writes to disks and terminals run. It has a thread for each task, so
  /// that one that hangs holds up no other exporter; callers bound how many they start.
  public Executor blocking() {
    return blocking;
  }

  /// Where clients have their certificates and passwords looked after. Looks at the clients' files
  /// (certificates, tokens) now.
  public void lookAtFiles() {
    files.lookNow();
  }

  FileWatch files() {
    return files;
  }

  EventLoopGroup http() {
    return http;
  }

  io.grpc.netty.shaded.io.netty.channel.EventLoopGroup grpc() {
    return grpc;
  }

  /// The memory of gRPC connections without compression.
  WrappingAllocator wrapping() {
    return wrapping;
  }

  @Override
  public void close() {
    files.close();
    executor.shutdown();
    blocking.shutdown();
    http.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    grpc.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
