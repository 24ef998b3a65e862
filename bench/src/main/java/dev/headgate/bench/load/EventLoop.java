package dev.headgate.bench.load;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One thread's loop over ready sockets.
///
/// **Threading:** everything on the thread that calls [#run], except [#execute] and [#wake].
final class EventLoop implements AutoCloseable {
  /// What waits for a socket.
  interface Ready {
    /// The socket is ready for what its key asked for.
    void onReady(SelectionKey key);
  }

  /// What happens once in every round.
  interface Round {
    /// Does what is due.
    ///
    /// @return how many milliseconds to wait at most for the next round, 0 = until something
    ///   happens; -1 ends the loop
    long run();
  }

  private final Selector selector;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /// Opens the selector.
  EventLoop() throws IOException {
    selector = Selector.open();
  }

  /// Watches a channel.
  SelectionKey register(SelectableChannel channel, int interest, Ready ready) throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, interest, ready);
  }

  /// Runs until the round says -1.
  void run(Round round) throws IOException {
    while (true) {
      long millis = round.run();
      if (millis < 0) {
        return;
      }
      selector.select(key -> ((Ready) key.attachment()).onReady(key), millis);
      Runnable task;
      while ((task = tasks.poll()) != null) {
        task.run();
      }
    }
  }

  /// Runs a task in the loop, from any thread.
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /// Begins the next round, from any thread.
  void wake() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
