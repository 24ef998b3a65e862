package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Turn;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.Reservation;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Charges a call's message to the budget while it arrives: the transport reports every piece of
/// the wire. While there is no room for more nothing is read from the connection, for a moment;
/// then the call ends before its message is complete.
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** holds the reservation until it is taken or the stream is closed.
final class WireCharge extends ServerStreamTracer {
  /// What a call reserves before its first byte is read.
  static final int FIRST_BYTES = 1 << 12;

  private static final Context.Key<WireCharge> KEY = Context.key("headgate-wire-charge");

  /// What a message asks for at least that has outgrown its reservation.
  private static final int NEXT_BYTES = 1 << 16;

  private static final int MOST_NEXT_BYTES = 1 << 20;

  private final Admission admission;
  private @Nullable Reservation reservation;
  private @Nullable Hearer call;
  private @Nullable GrpcConnection connection;
  private @Nullable ArrivingMessage arriving;
  private @Nullable Turn turn;
  private ContentCoding coding = ContentCoding.IDENTITY;
  private long wireBytes;
  private boolean tooLarge;

  private WireCharge(Admission admission) {
    this.admission = admission;
  }

  /// Makes one charge a call.
  static ServerStreamTracer.Factory factory(Admission admission) {
    return new Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new WireCharge(admission);
      }
    };
  }

  /// The charge of the call that is being started on this thread.
  static WireCharge current() {
    WireCharge charge = KEY.get();
    if (charge == null) {
      throw new IllegalStateException("call without a wire charge");
    }
    return charge;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  /// Reserves the first bytes.
  ///
  /// @param on the call's connection, or null if it has none to be counted for and to wait on
  /// @param ofMessage its coding, if it is compressed
  /// @param hearer is told, perhaps before this returns, whether the message may come
  void begin(@Nullable GrpcConnection on, ContentCoding ofMessage, Hearer hearer) {
    connection = on;
    arriving = on == null ? null : new ArrivingMessage(on);
    coding = ofMessage;
    call = hearer;
    reserve(
        FIRST_BYTES,
        first -> {
          reservation = first;
          hearer.begun();
        });
  }

  /// Reserves what is still to come, of a message of which the client sends the rest only then.
  /// Nobody waits for that: the call is refused instead.
  ///
  /// @param bytes what comes, with what has arrived
  /// @return false: it is refused, or over
  boolean reserveAhead(long bytes) {
    Reservation held = reservation;
    Hearer hearer = call;
    ArrivingMessage inTransit = arriving;
    if (held == null || hearer == null || inTransit == null) {
      return false;
    }
    if (!inTransit.expect(bytes) || !tryReserveRest(held, bytes)) {
      refuse();
      return false;
    }
    hearer.reserved();
    return true;
  }

  private boolean tryReserveRest(Reservation held, long bytes) {
    long missingBytes = bytes - held.bytes();
    Reservation more = missingBytes <= 0 ? null : admission.tryReserve(missingBytes, coding);
    if (more != null) {
      held.add(more);
    }
    return missingBytes <= 0 || more != null;
  }

  /// Reserves more, and reads nothing from the connection until there is room.
  private void reserve(long bytes, Consumer<Reservation> then) {
    // Who has a part of its message is served before those who have nothing.
    boolean first = reservation != null;
    GrpcConnection paused = connection;
    EventExecutor loop = paused == null ? null : paused.loop();
    Reservation now = admission.tryReserveInTurn(bytes, coding, first || loop == null);
    if (now != null) {
      then.accept(now);
      return;
    }
    ArrivingMessage inTransit = arriving;
    if (inTransit != null && loop != null && (first || inTransit.addHead())) {
      turn = admission.await(bytes, coding, first, loop, granted -> onTurn(granted, then));
    }
    if (turn == null || paused == null) {
      refuse();
    } else {
      paused.pause();
      paused.arriving().letOthersFinish();
    }
  }

  private void onTurn(@Nullable Reservation granted, Consumer<Reservation> then) {
    stopWaiting();
    if (granted == null) {
      refuse();
    } else {
      then.accept(granted);
    }
  }

  private void stopWaiting() {
    Turn waiting = turn;
    GrpcConnection paused = connection;
    turn = null;
    if (waiting != null && paused != null) {
      waiting.cancel();
      paused.resume();
    }
  }

  private void refuse() {
    Hearer hearer = call;
    release();
    if (hearer != null) {
      call = null;
      hearer.refused();
    }
  }

  @Override
  public void inboundWireSize(long bytes) {
    wireBytes += bytes;
    Reservation held = reservation;
    if (held == null || call == null) {
      return;
    }
    ArrivingMessage inTransit = arriving;
    if (inTransit != null && !inTransit.arrived(wireBytes, this::refuse)) {
      refuse();
    } else if (!covers(held, wireBytes)) {
      awaitMore(held, wireBytes);
    }
  }

  /// What has been read goes into what is left to the workers; nothing more is read until there is
  /// room for more.
  private void awaitMore(Reservation held, long arrived) {
    if (!held.tryGrowIntoSpare(arrived - held.bytes())) {
      refuse();
    } else if (turn == null) {
      reserve(Math.min(MOST_NEXT_BYTES, Math.max(NEXT_BYTES, arrived)), held::add);
    }
  }

  /// What of the message has arrived.
  long wireBytes() {
    return wireBytes;
  }

  private static boolean covers(Reservation held, long bytes) {
    long missing = bytes - held.bytes();
    long step = Math.max(missing, Math.min(held.bytes(), MOST_NEXT_BYTES));
    return missing <= 0 || held.tryGrow(step) || held.tryGrow(missing);
  }

  /// The message is complete, out of direct memory and in an array, which is charged from now on,
  /// also above the capacity: it may be longer than the message by an eighth. False when the charge
  /// is gone already.
  boolean arrived(int arrayBytes) {
    leaveTransit();
    stopWaiting();
    Reservation held = reservation;
    if (held != null) {
      held.resizeTo(arrayBytes);
    }
    return held != null;
  }

  /// Hands the reservation over; null when it is gone already.
  @Nullable Reservation take() {
    leaveTransit();
    stopWaiting();
    call = null;
    Reservation held = reservation;
    reservation = null;
    return held;
  }

  /// Whether the transport refused the message for its announced length, before the call saw it.
  boolean tooLarge() {
    return tooLarge;
  }

  @Override
  public void streamClosed(Status status) {
    tooLarge = status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
    release();
  }

  private void leaveTransit() {
    ArrivingMessage inTransit = arriving;
    if (inTransit != null) {
      inTransit.leave();
    }
  }

  /// Nothing more of the message is wanted.
  void release() {
    leaveTransit();
    stopWaiting();
    Reservation held = reservation;
    reservation = null;
    if (held != null) {
      held.release();
    }
  }

  /// The call; hears on its event loop.
  interface Hearer {
    /// The message may come.
    void begun();

    /// The message was reserved before it comes, and the client hears of that.
    void reserved();

    /// There is no room for the message, or for more of it.
    void refused();
  }
}
