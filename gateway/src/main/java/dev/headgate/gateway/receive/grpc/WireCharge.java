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

  /// The most that one read takes from a socket.
  private static final int READ_BYTES = 1 << 16;

  private final Admission admission;
  private @Nullable Reservation reservation;
  private @Nullable Runnable onNoRoom;
  private @Nullable GrpcConnection connection;
  private @Nullable Turn turn;
  private ContentCoding coding = ContentCoding.IDENTITY;
  private long arrivingBytes;
  // Written by the event loop alone; the timer of the call may run on another.
  private volatile long wireBytes;
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
  /// @param whenBegun called when the message may come
  /// @param whenNoRoom called on the event loop instead, or when the message has outgrown what is
  ///   free
  void begin(
      @Nullable GrpcConnection on,
      ContentCoding ofMessage,
      Runnable whenBegun,
      Runnable whenNoRoom) {
    connection = on;
    coding = ofMessage;
    onNoRoom = whenNoRoom;
    reserve(
        FIRST_BYTES,
        first -> {
          reservation = first;
          whenBegun.run();
        });
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
    if (paused != null && loop != null && (first || isHeadCounted(paused))) {
      turn = admission.await(bytes, coding, first, loop, granted -> onTurn(granted, then));
    }
    if (turn == null || paused == null) {
      refuse();
    } else {
      paused.pause();
      paused.arriving().letOthersFinish();
    }
  }

  private boolean isHeadCounted(GrpcConnection paused) {
    boolean counted = paused.arriving().addHead(READ_BYTES);
    arrivingBytes = counted ? READ_BYTES : 0;
    return counted;
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
    Runnable noRoom = onNoRoom;
    release();
    if (noRoom != null) {
      onNoRoom = null;
      noRoom.run();
    }
  }

  @Override
  public void inboundWireSize(long bytes) {
    long arrived = wireBytes + bytes;
    wireBytes = arrived;
    Reservation held = reservation;
    if (held == null || onNoRoom == null) {
      return;
    }
    if (!isCounted(arrived)) {
      refuse();
    } else if (!covers(held, arrived)) {
      awaitMore(held, arrived);
    }
  }

  /// In direct memory, until the message is complete.
  private boolean isCounted(long arrived) {
    long moreBytes = arrived - arrivingBytes;
    GrpcConnection from = connection;
    if (moreBytes > 0 && from != null) {
      if (!from.arriving().add(moreBytes, this::refuseUnlessComplete)) {
        return false;
      }
      arrivingBytes = arrived;
    }
    return true;
  }

  private void refuseUnlessComplete() {
    if (arrivingBytes > 0) {
      refuse();
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

  /// What of the message has arrived. Any thread.
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
    onNoRoom = null;
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
    long bytes = arrivingBytes;
    arrivingBytes = 0;
    GrpcConnection from = connection;
    if (bytes > 0 && from != null) {
      from.arriving().remove(bytes);
    }
  }

  private void release() {
    leaveTransit();
    stopWaiting();
    Reservation held = reservation;
    reservation = null;
    if (held != null) {
      held.release();
    }
  }
}
