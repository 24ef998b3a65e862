package dev.headgate.gateway.admit;

import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.NanoClock;
import dev.headgate.pipeline.payload.Reservation;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What messages may take in direct memory while they arrive, over all receivers, and who waits for
/// more of it.
///
/// Each connection has parts of messages and wants the rest: all of them could wait for each other.
/// So a quarter is left to one connection at a time, the one that has waited longest. It reads on
/// until nothing of it is on its way any more, or somebody else's turn comes after a while. Another
/// eighth is for what was read already when it turned out that there is no room; where very many
/// find that at once it takes of the quarter too.
///
/// **Threading:** any thread; never blocks.
public final class Transit {
  private static final int READ_ALREADY_FRACTION = 8;
  private static final int FINISHERS_FRACTION = 4;
  private static final int AHEAD_FRACTION = 2;
  private static final int MOST_AHEAD_FRACTION = 16;

  /// How long the others wait for one, at most: a client that sends a few MB at 100 Mbit/s is done.
  private static final long TENURE_NANOS = Duration.ofMillis(200).toNanos();

  /// What a connection gets that has waited: some reads, so that it does not wait after each.
  private static final long TURN_BYTES = 256 << 10;

  private static final int LEAST_TURNS = 64;

  private final ByteBudget budget;
  private final long besideBytes;
  private final AdmissionLine line;
  private final NanoClock clock;
  // Both under this object's lock, but that the first is also read without.
  private volatile @Nullable Object finisher;
  private long finisherSinceNanos;

  /// @param budget what there is of it
  /// @param besideBytes what a connection holds at most besides the bytes of its messages: what was
  ///   read before the first and behind the last of them is in the same buffers
  public Transit(ByteBudget budget, long besideBytes, NanoClock clock) {
    this.budget = budget;
    this.besideBytes = besideBytes;
    this.line = new AdmissionLine(budget);
    this.clock = clock;
  }

  /// The largest message that can arrive.
  public long largestMessageBytes() {
    return Math.max(1, budget.capacityBytes() - besideBytes);
  }

  /// What a connection is charged besides its messages, but no more than for them.
  public long besideBytes() {
    return besideBytes;
  }

  /// A reservation of nothing yet, for one connection.
  public Reservation open() {
    Reservation nothing = budget.tryReserveBeside(0, sparedBytes());
    if (nothing == null) {
      throw new IllegalStateException("no room for nothing");
    }
    return nothing;
  }

  /// What of one message may be charged before it comes.
  public long mostAheadBytes() {
    return budget.capacityBytes() / MOST_AHEAD_FRACTION;
  }

  /// Charges what comes, or may have been read with the head of a request that waits to begin.
  /// Those who have begun, and would be refused for it, keep half.
  public boolean tryGrowAhead(Reservation held, long bytes) {
    Reservation ahead = budget.tryReserveBeside(bytes, budget.capacityBytes() / AHEAD_FRACTION);
    if (ahead != null) {
      held.add(ahead);
    }
    return ahead != null;
  }

  private long sparedBytes() {
    return budget.capacityBytes() / FINISHERS_FRACTION + readAlreadyBytes();
  }

  private long readAlreadyBytes() {
    return budget.capacityBytes() / READ_ALREADY_FRACTION;
  }

  /// Charges what a connection has read, or returns false: it is one of those who have to wait.
  public boolean tryGrow(Reservation held, long bytes, Object connection) {
    if (held.tryGrow(bytes)) {
      return true;
    }
    Reservation more = connection.equals(finisher) ? finishers(held.bytes(), bytes) : null;
    if (more != null) {
      held.add(more);
    }
    return more != null;
  }

  /// Who is alone has everything.
  private @Nullable Reservation finishers(long heldBytes, long bytes) {
    boolean alone = budget.usedBytes() == heldBytes;
    return budget.tryReserveBeside(bytes, alone ? 0 : readAlreadyBytes());
  }

  /// Waits until the connection may read on, for [Admission#MOMENT] at most. Null: too many wait.
  ///
  /// @param held what it has
  /// @param loop the connection's event loop
  /// @param then gets what may be read, or null when the time is over; later, on the loop
  public @Nullable Turn await(
      Reservation held,
      Object connection,
      ScheduledExecutorService loop,
      Consumer<@Nullable Reservation> then) {
    long bytes = Math.min(TURN_BYTES, budget.capacityBytes() / LEAST_TURNS);
    Turn turn = new Turn(line, () -> room(held, bytes, connection), loop, then);
    return turn.begin(true) ? turn : null;
  }

  /// For the first in the line. (Nothing is given back here: that would ask the first again.)
  private @Nullable Reservation room(Reservation held, long bytes, Object connection) {
    Reservation room = budget.tryReserveBeside(bytes, sparedBytes());
    return room == null && mayFinish(connection) ? finishers(held.bytes(), bytes) : room;
  }

  private synchronized boolean mayFinish(Object connection) {
    long nowNanos = clock.nanoTime();
    if (finisher != null && nowNanos - finisherSinceNanos < TENURE_NANOS) {
      return connection.equals(finisher);
    }
    finisher = connection;
    finisherSinceNanos = nowNanos;
    return true;
  }

  /// Nothing of a connection is on its way any more, or it waits for something else. Those who wait
  /// hear of it when bytes are given back, or by [#announce].
  public void finished(Object connection) {
    if (connection.equals(finisher)) {
      synchronized (this) {
        if (connection.equals(finisher)) {
          finisher = null;
        }
      }
    }
  }

  /// Lets those who wait look again.
  public void announce() {
    budget.announceRoom();
  }

  /// How many connections wait.
  public int waitingConnections() {
    return line.size();
  }

  /// Refuses those who wait, and everybody who would.
  public void stop() {
    line.close();
  }
}
