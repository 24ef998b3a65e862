package dev.headgate.gateway.receive.grpc;

import dev.headgate.config.Signal;
import dev.headgate.gateway.admit.Admission;
import dev.headgate.gateway.admit.Authenticator;
import dev.headgate.gateway.admit.Authenticator.Verdict;
import dev.headgate.gateway.admit.ContextHeaders;
import dev.headgate.pipeline.codec.ContentCoding;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.payload.Tenant;
import dev.headgate.pipeline.worker.IngestRequest;
import dev.headgate.pipeline.worker.IngestResult;
import dev.headgate.pipeline.worker.IngestResult.RefusalReason;
import dev.headgate.pipeline.worker.Route;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One call of an `Export` method.
///
/// **Threading:** the listener runs on the connection's event loop; the answer comes there or on a
/// worker's thread, once.
final class ExportCall extends ServerCall.Listener<RawMessage> implements WireCharge.Hearer {
  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private final Services services;
  private final Signal signal;
  private final ServerCall<RawMessage, RawMessage> call;
  private final WireCharge charge;
  private final ContentCoding coding;
  private final Tenant tenant;
  private final long deadlineNanos;
  private final @Nullable GrpcConnection connection;
  private final int stream;
  private final ArrivalTimer arrival;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable RawMessage message;
  private boolean submitted;

  /// What all calls of one receiver share.
  ///
  /// @param readTimeout time in which the next part of a message, or its end, must arrive
  /// @param authenticator null = everybody may send
  /// @param loops what calls run on
  record Services(
      Admission admission,
      Route route,
      long maxMessageBytes,
      ContextHeaders context,
      @Nullable Authenticator authenticator,
      Duration readTimeout,
      EventLoopGroup loops) {}

  private ExportCall(
      Services services,
      Signal signal,
      ServerCall<RawMessage, RawMessage> call,
      Metadata headers,
      Tenant tenant) {
    this.services = services;
    this.signal = signal;
    this.call = call;
    this.tenant = tenant;
    this.charge = WireCharge.current();
    this.connection = call.getAttributes().get(GrpcAcceptor.CONNECTION);
    this.stream = connection == null ? 0 : connection.begins(charge, services.maxMessageBytes());
    this.arrival =
        new ArrivalTimer(charge::wireBytes, services.readTimeout(), currentLoop(), this::late);
    ContentCoding announced = ContentCoding.parse(headers.get(ENCODING));
    this.coding = announced == null ? ContentCoding.IDENTITY : announced;
    Deadline deadline = Context.current().getDeadline();
    this.deadlineNanos =
        services
            .admission()
            .deadlineNanos(
                deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  /// The handler of one signal's `Export` method.
  static ServerCallHandler<RawMessage, RawMessage> handler(Services services, Signal signal) {
    return (call, headers) -> start(services, signal, call, headers);
  }

  private static ServerCall.Listener<RawMessage> start(
      Services services, Signal signal, ServerCall<RawMessage, RawMessage> call, Metadata headers) {
    Tenant tenant = services.context().read(name -> values(headers, name));
    ExportCall export =
        new ExportCall(services, signal, call, headers, tenant == null ? Tenant.NONE : tenant);
    Authenticator authenticator = services.authenticator();
    if (authenticator == null) {
      export.onKnownClient(tenant != null);
    } else {
      export.authenticate(authenticator, headers, tenant != null);
    }
    return export;
  }

  private static List<String> values(Metadata headers, String name) {
    Iterable<String> all = headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    List<String> values = new ArrayList<>(1);
    if (all != null) {
      all.forEach(values::add);
    }
    return values;
  }

  private void authenticate(Authenticator authenticator, Metadata headers, boolean tenantIsLegal) {
    List<String> shown = values(headers, authenticator.header());
    String first = shown.isEmpty() ? null : shown.getFirst();
    Verdict now =
        authenticator.ask(
            first,
            currentLoop(),
            later -> {
              resume(); // first: whatever follows, the connection goes on
              onVerdict(later, tenantIsLegal);
            });
    if (now != null) {
      onVerdict(now, tenantIsLegal);
    } else if (connection != null) {
      // Nobody's bytes fill the memory before it is known who sends them.
      connection.pause();
    }
  }

  private void resume() {
    if (connection != null) {
      connection.resume();
    }
  }

  /// What comes later is for the call's own event loop, which is this thread.
  private EventExecutor currentLoop() {
    for (EventExecutor loop : services.loops()) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    throw new IllegalStateException("call outside of the receiver's event loops");
  }

  private void onVerdict(Verdict verdict, boolean tenantIsLegal) {
    if (answered.get()) {
      return;
    }
    switch (verdict) {
      case ADMITTED -> onKnownClient(tenantIsLegal);
      case REFUSED -> {
        services.admission().unauthenticated(services.route(), signal);
        answer(GrpcAnswer.error(Status.UNAUTHENTICATED.withDescription("not authenticated")));
      }
      case BUSY -> refuse(services.admission().noTimeToAuthenticate());
    }
  }

  private void onKnownClient(boolean tenantIsLegal) {
    if (!services.route().takes(signal)) {
      refuse(new IngestResult.NoPipeline("no pipeline for " + signal.key()));
    } else if (!tenantIsLegal) {
      services.admission().unsupported(services.route(), signal);
      answer(GrpcAnswer.error(Status.INVALID_ARGUMENT.withDescription(ContextHeaders.REFUSAL)));
    } else {
      charge.begin(connection, coding, this);
    }
  }

  @Override
  public void begun() {
    arrival.start();
    if (connection != null) {
      connection.open(stream);
    }
    if (!answered.get()) { // what was read with the head may have said too much
      call.request(1);
    }
  }

  @Override
  public void reserved() {
    arrival.startReserved();
  }

  @Override
  public void refused() {
    if (connection != null) {
      connection.refused();
    }
    refuse(services.admission().noRoom());
  }

  private void late() {
    charge.release();
    letGo();
    refuse(new IngestResult.Overloaded(Admission.RETRY_AFTER, RefusalReason.TIMEOUT));
  }

  @Override
  public void onMessage(RawMessage received) {
    if (answered.get()) {
      received.bytes().release();
    } else if (message != null) {
      received.bytes().release();
      arrival.stop();
      answer(GrpcAnswer.error(Status.INVALID_ARGUMENT.withDescription("more than one message")));
    } else if (charge.arrived(received.bytes().heldBytes())) {
      message = received;
      call.request(1);
    } else {
      received.bytes().release();
      refused();
    }
  }

  @Override
  public void onHalfClose() {
    arrival.stop();
    if (answered.get()) {
      letGo();
      return;
    }
    RawMessage received = message;
    if (received == null) {
      refuse(new IngestResult.Malformed("no message"));
      return;
    }
    EventExecutor loop = currentLoop();
    Reservation reservation = charge.take();
    if (reservation == null) {
      letGo();
      refused();
      return;
    }
    message = null;
    reservation.carry(received.bytes());
    submitted = true;
    services
        .admission()
        .submit(
            new IngestRequest(
                services.route().lease(signal),
                signal,
                IngestRequest.Encoding.PROTOBUF,
                received.compressed() ? coding : ContentCoding.IDENTITY,
                tenant,
                received.bytes(),
                services.maxMessageBytes(),
                reservation,
                deadlineNanos,
                result -> answer(GrpcAnswer.of(result))),
            loop);
  }

  @Override
  public void onComplete() {
    letGo();
  }

  @Override
  public void onCancel() {
    arrival.stop();
    letGo();
    if (!answered.compareAndSet(false, true) || submitted) {
      return;
    }
    if (charge.tooLarge()) {
      services
          .admission()
          .refused(services.route(), signal, new IngestResult.TooLarge("announced length"));
    } else {
      services.admission().aborted(services.route(), signal);
    }
  }

  /// What arrived is not wanted any more.
  private void letGo() {
    RawMessage unwanted = message;
    message = null;
    if (unwanted != null) {
      unwanted.bytes().release();
    }
  }

  private void refuse(IngestResult result) {
    arrival.stop();
    if (!answered.get()) {
      services.admission().refused(services.route(), signal, result);
      answer(GrpcAnswer.of(result));
    }
  }

  /// Answers once. Errors leave without response headers, that is Trailers-Only: older SDKs retry
  /// only those.
  private void answer(GrpcAnswer answer) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    if (answer.status().isOk()) {
      call.sendHeaders(new Metadata());
      call.sendMessage(answer.message());
    }
    call.close(answer.status(), answer.trailers());
  }
}
