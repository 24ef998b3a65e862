package dev.headgate.bench;

import dev.headgate.pipeline.queue.IdleWorkers;
import dev.headgate.pipeline.queue.IntakeQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What the queue between event loops and workers costs a request, its workers being busy.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueueBenchmark {
  private final Object request = new Object();
  private IntakeQueue<Object> queue = new IntakeQueue<>(1024, new IdleWorkers(1));

  /// Proves that what is offered comes out again.
  @Setup
  public void setUp() {
    queue = new IntakeQueue<>(1024, new IdleWorkers(1));
    if (offerAndPoll() != request || queue.size() != 0) {
      throw new IllegalStateException("benchmark is not about: a queue");
    }
  }

  /// A request goes in and out.
  @Benchmark
  public @Nullable Object offerAndPoll() {
    return queue.offer(request) ? queue.poll() : null;
  }
}
