package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Admission;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// Charges a call's message to the budget while it arrives: the transport reports every piece of
/// the wire, and a message that outgrows what is free ends its call before it is complete.
///
/// **Threading:** confined to the connection's event loop.
///
/// **Ownership:** holds the reservation until it is taken or the stream is closed.
final class WireCharge extends ServerStreamTracer {
  /// What a call reserves before its first byte is read.
  static final int FIRST_BYTES = 1 << 12;

  private static final Context.Key<WireCharge> KEY = Context.key("headgate-wire-charge");

  private final Admission admission;
  private final ByteBudget transit;
  private @Nullable Reservation reservation;
  private @Nullable Reservation inTransit;
  private @Nullable Runnable onNoRoom;
  // Written by the event loop alone; the timer of the call may run on another.
  private volatile long wireBytes;
  private int messageBytes;
  private boolean tooLarge;

  private WireCharge(Admission admission, ByteBudget transit) {
    this.admission = admission;
    this.transit = transit;
  }

  /// Makes one charge a call.
  ///
  /// @param transit what messages may take in direct memory while they arrive
  static ServerStreamTracer.Factory factory(Admission admission, ByteBudget transit) {
    return new Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new WireCharge(admission, transit);
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
  /// @param coding of the message, if it is compressed
  /// @param whenOutgrown called on the event loop when the message outgrows what is free
  boolean begin(ContentCoding coding, Runnable whenOutgrown) {
    onNoRoom = whenOutgrown;
    reservation = admission.tryReserve(FIRST_BYTES, coding);
    return reservation != null;
  }

  @Override
  public void inboundWireSize(long bytes) {
    long arrived = wireBytes + bytes;
    wireBytes = arrived;
    Runnable outgrown = onNoRoom;
    if (reservation != null
        && outgrown != null
        && (!inTransit(arrived) || !covers(reservation, arrived))) {
      release();
      outgrown.run();
    }
  }

  private boolean inTransit(long bytes) {
    if (inTransit == null) {
      inTransit = transit.tryReserve(bytes);
      return inTransit != null;
    }
    return covers(inTransit, bytes);
  }

  /// What of the message has arrived. Any thread.
  long wireBytes() {
    return wireBytes;
  }

  private static boolean covers(@Nullable Reservation held, long bytes) {
    if (held == null) {
      return false;
    }
    long missing = bytes - held.bytes();
    return missing <= 0 || held.tryGrow(Math.max(missing, held.bytes())) || held.tryGrow(missing);
  }

  /// The message is complete, out of direct memory and in an array, which is charged from now on.
  /// False when there is no room for it, or the charge is gone already.
  boolean arrived(int arrayBytes) {
    releaseTransit();
    messageBytes = arrayBytes;
    Reservation held = reservation;
    if (held != null && (arrayBytes <= held.bytes() || held.tryGrow(arrayBytes - held.bytes()))) {
      return true;
    }
    release();
    return false;
  }

  /// Hands the reservation over, cut to the array's size; null when it is gone already.
  @Nullable Reservation take() {
    releaseTransit();
    Reservation held = reservation;
    reservation = null;
    if (held != null) {
      held.shrinkTo(messageBytes);
    }
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

  private void releaseTransit() {
    Reservation held = inTransit;
    inTransit = null;
    if (held != null) {
      held.release();
    }
  }

  private void release() {
    releaseTransit();
    Reservation held = reservation;
    reservation = null;
    if (held != null) {
      held.release();
    }
  }
}
