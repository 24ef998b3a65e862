package dev.headgate.pipeline.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at files again and again, so that what changes in them counts without a restart. It
/// compares contents rather than times: a mounted secret is a link that is turned to another file.
///
/// **Threading:** any thread; changes are applied on a thread of its own.
///
/// **Ownership:** closed by whoever created it.
public final class FileWatch implements AutoCloseable {
  /// How often files are looked at whose configuration has no interval.
  public static final Duration USUAL_INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  private final ScheduledExecutorService thread;
  private final Set<WatchedFiles> all = ConcurrentHashMap.newKeySet();

  /// Starts the thread that looks.
  public FileWatch() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "headgate-files");
              made.setDaemon(true);
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    this.thread = executor;
  }

  /// Reads files, and again whenever one has changed.
  ///
  /// @param what what the files are, for errors: `tls` for example
  /// @param interval how often they are looked at; zero = now, and when [#lookNow] is called
  /// @param use takes the contents, first on this thread
  /// @throws IOException when a file cannot be read, or cannot be used as it is now
  public Watched watch(String what, List<Path> files, Duration interval, WatchedFiles.Use use)
      throws IOException {
    WatchedFiles watched = new WatchedFiles(what, files, use);
    watched.readFirst();
    if (files.isEmpty()) {
      return () -> {};
    }
    all.add(watched);
    if (!interval.isPositive()) {
      return () -> all.remove(watched);
    }
    long nanos = interval.toNanos();
    ScheduledFuture<?> looking =
        thread.scheduleWithFixedDelay(watched::look, nanos, nanos, TimeUnit.NANOSECONDS);
    return () -> {
      all.remove(watched);
      looking.cancel(false);
    };
  }

  /// Looks at all files soon, those without an interval included: an operator said that something
  /// changed.
  public void lookNow() {
    try {
      all.forEach(watched -> thread.execute(watched::look));
    } catch (RejectedExecutionException closed) {
      LOG.debug("files are not looked at any more");
    }
  }

  /// How many groups of files are being watched.
  public int size() {
    return all.size();
  }

  /// Files that are being watched; closing ends that.
  public interface Watched extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
