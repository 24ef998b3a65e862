package dev.headgate.gateway.receive.grpc;

import dev.headgate.gateway.admit.Admission;
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
  static final int FIRST_BYTES = 1 << 16;

  private static final Context.Key<WireCharge> KEY = Context.key("headgate-wire-charge");

  private final Admission admission;
  private @Nullable Reservation reservation;
  private @Nullable Runnable onNoRoom;
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
  /// @param whenOutgrown called on the event loop when the message outgrows what is free
  boolean begin(Runnable whenOutgrown) {
    reservation = admission.tryReserve(FIRST_BYTES);
    onNoRoom = whenOutgrown;
    return reservation != null;
  }

  @Override
  public void inboundWireSize(long bytes) {
    wireBytes += bytes;
    Reservation held = reservation;
    Runnable outgrown = onNoRoom;
    if (held == null || outgrown == null || wireBytes <= held.bytes()) {
      return;
    }
    long more = Math.max(wireBytes - held.bytes(), held.bytes());
    if (!held.tryGrow(more) && !held.tryGrow(wireBytes - held.bytes())) {
      release();
      outgrown.run();
    }
  }

  /// Hands the reservation over, cut to the message's size; null when it is gone already.
  @Nullable Reservation take(int messageBytes) {
    Reservation held = reservation;
    reservation = null;
    if (held != null && held.bytes() < messageBytes && !held.tryGrow(messageBytes - held.bytes())) {
      held.release();
      return null;
    }
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

  private void release() {
    Reservation held = reservation;
    reservation = null;
    if (held != null) {
      held.release();
    }
  }
}
