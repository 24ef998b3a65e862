package dev.headgate.pipeline.worker;

import dev.headgate.pipeline.codec.Decompressor;
import dev.headgate.pipeline.codec.NoRoomException;
import dev.headgate.pipeline.codec.TooLargeException;
import dev.headgate.pipeline.memory.ArrayPool;
import dev.headgate.pipeline.memory.Bytes;
import dev.headgate.pipeline.otlp.CheckedRequest;
import dev.headgate.pipeline.otlp.JsonTranscoder;
import dev.headgate.pipeline.otlp.OtlpChecker;
import dev.headgate.pipeline.payload.ByteBudget;
import dev.headgate.pipeline.payload.Reservation;
import dev.headgate.pipeline.wire.MalformedInputException;
import dev.headgate.pipeline.wire.OutputLimitException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// Decodes OTLP: inflates, transcodes JSON, checks.
///
/// Memory is charged before it is taken. Inflating charges what it holds as it grows. Transcoding a
/// short text uses the memory that the transcoder keeps anyway and charges the largest result; for
/// a long one the length of the text is charged twice, as the limit of the growing array and of its
/// copy, and only if that is too little as often what a request may have at most. What the check
/// rewrites is charged afterwards by the worker: it needs about as much as it got.
///
/// **Threading:** confined to one worker.
public final class OtlpRequestDecoder implements RequestDecoder {
  /// Up to this length protobuf, at most [#JSON_GROWTH] times the text, fits into the mebibyte that
  /// the transcoder keeps.
  private static final int SHORT_JSON_BYTES = 1 << 18;

  private static final int JSON_GROWTH = 4;

  private final ByteBudget budget;
  private final LargeWork largeWork;
  private final InstantSource wallClock;
  private final Decompressor decompressor;
  private final JsonTranscoder transcoder = new JsonTranscoder();
  private final OtlpChecker checker = new OtlpChecker();

  /// @param pool lends the arrays of what is inflated
  /// @param budget what requests' reservations were taken from
  /// @param wallClock the time of arrival, for log records without any
  /// @param largeWork the turn for large requests
  public OtlpRequestDecoder(
      ByteBudget budget, ArrayPool pool, InstantSource wallClock, LargeWork largeWork) {
    this.decompressor = new Decompressor(pool);
    this.largeWork = largeWork;
    this.budget = budget;
    this.wallClock = wallClock;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the very message, or what was made of it
  public Decoded decode(IngestRequest request) {
    Charge charge = new Charge(request, budget.capacityBytes(), largeWork);
    Bytes message = request.body();
    CheckedRequest checked = null;
    try {
      message =
          decompressor.decompress(
              request.coding(), request.body(), request.maxBodyBytes(), charge::tryGrow);
      checked = check(request, message, charge);
      return new Decoded.Checked(checked);
    } catch (MalformedInputException e) {
      return new Decoded.Malformed(messageOf(e));
    } catch (TooLargeException | OutputLimitException e) {
      return new Decoded.TooLarge(messageOf(e));
    } catch (NoRoomException _) {
      return charge.neverFits
          ? new Decoded.TooLarge(
              "request over the memory budget: " + budget.capacityBytes() + " bytes")
          : new Decoded.NoRoom();
    } finally {
      boolean inflated = message != request.body();
      if (inflated && (checked == null || checked.bytes() != message)) {
        message.release();
      }
    }
  }

  private CheckedRequest check(IngestRequest request, Bytes message, Charge charge) {
    return switch (request.encoding()) {
      case PROTOBUF -> checker.check(request.signal(), message, arrivalUnixNanos());
      case JSON ->
          withWarning(
              checker.check(
                  request.signal(), transcode(request, message, charge), arrivalUnixNanos()));
    };
  }

  /// Names in snake_case are unknown names to OTLP/JSON; a client that uses them is told, because
  /// it loses data without an error.
  private CheckedRequest withWarning(CheckedRequest checked) {
    long ignored = transcoder.ignoredSnakeCaseNames();
    if (ignored == 0) {
      return checked;
    }
    String warning = ignored + " names in snake_case ignored (expected: lowerCamelCase)";
    return new CheckedRequest(
        checked.bytes(),
        checked.items(),
        checked.rejectedItems(),
        checked.rejection().isEmpty() ? warning : checked.rejection() + "; " + warning,
        checked.droppedAttributes(),
        checked.repairedTimes(),
        checked.canonicalized());
  }

  private Bytes transcode(IngestRequest request, Bytes message, Charge charge) {
    byte[] json = message.array();
    int length = message.length();
    long mostBytes = request.maxBodyBytes();
    if (length <= SHORT_JSON_BYTES) {
      charge.grow(Math.min(mostBytes, (long) JSON_GROWTH * length));
      // One limit for all of them, so that the transcoder keeps its memory.
      long limitBytes = Math.min(mostBytes, (long) JSON_GROWTH * SHORT_JSON_BYTES);
      return Bytes.of(transcoder.toProtobuf(request.signal(), json, 0, length, limitBytes));
    }
    long firstBytes = Math.min(mostBytes, length);
    charge.grow(2 * firstBytes);
    try {
      return Bytes.of(transcoder.toProtobuf(request.signal(), json, 0, length, firstBytes));
    } catch (OutputLimitException e) {
      if (firstBytes == mostBytes) {
        throw e;
      }
    }
    charge.grow(2 * (mostBytes - firstBytes));
    return Bytes.of(transcoder.toProtobuf(request.signal(), json, 0, length, mostBytes));
  }

  private long arrivalUnixNanos() {
    Instant now = wallClock.instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  private static String messageOf(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? "" : message;
  }

  @Override
  public void begin(long bytes) {
    largeWork.begin(bytes);
  }

  @Override
  public void end() {
    largeWork.end();
  }

  @Override
  public void close() {
    decompressor.close();
  }

  /// What a request's reservation is charged with while it is decoded: first what was reserved for
  /// that beforehand, then more.
  private static final class Charge {
    private final LargeWork largeWork;
    private final Reservation reservation;
    private final long capacityBytes;
    private long reservedBytes;
    private long usedBytes;
    private boolean neverFits;

    private Charge(IngestRequest request, long capacityBytes, LargeWork largeWork) {
      this.largeWork = largeWork;
      this.reservation = request.reservation();
      this.capacityBytes = capacityBytes;
      this.usedBytes = request.body().heldBytes();
      this.reservedBytes = Math.max(0, reservation.bytes() - usedBytes);
    }

    private boolean tryGrow(long bytes) {
      long moreBytes = Math.max(0, bytes - reservedBytes);
      reservedBytes = Math.max(0, reservedBytes - bytes);
      usedBytes += bytes;
      largeWork.begin(usedBytes);
      neverFits = moreBytes > capacityBytes - reservation.bytes();
      return !neverFits && reservation.tryGrow(moreBytes);
    }

    private void grow(long bytes) {
      if (!tryGrow(bytes)) {
        throw new NoRoomException(bytes);
      }
    }
  }
}
