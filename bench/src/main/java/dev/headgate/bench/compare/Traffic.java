package dev.headgate.bench.compare;

import dev.headgate.config.Signal;

/// What the generator sends.
///
/// @param itemsPerRequest spans, log records or data points
/// @param coding of request bodies
/// @param inFlight requests at a time on each connection
/// @param secretPercent share of the spans and log records that hold secrets
record Traffic(
    Signal signal,
    Protocol protocol,
    int itemsPerRequest,
    Coding coding,
    int connections,
    int inFlight,
    double secretPercent) {
  /// The protocol on both sides of the system.
  enum Protocol {
    GRPC("grpc"),
    HTTP("http");

    private final String argument;

    Protocol(String argument) {
      this.argument = argument;
    }

    String argument() {
      return argument;
    }
  }

  /// How bodies are compressed.
  enum Coding {
    NONE("none"),
    GZIP("gzip"),
    ZSTD("zstd");

    private final String argument;

    Coding(String argument) {
      this.argument = argument;
    }

    String argument() {
      return argument;
    }
  }

  /// Requests of 1000 items over gRPC, uncompressed, 8 connections with 4 in flight each; one log
  /// record in a hundred holds a secret.
  static Traffic of(Signal signal) {
    return new Traffic(
        signal, Protocol.GRPC, 1000, Coding.NONE, 8, 4, signal == Signal.LOGS ? 1 : 0);
  }

  Traffic over(Protocol other) {
    return new Traffic(
        signal, other, itemsPerRequest, coding, connections, inFlight, secretPercent);
  }

  Traffic items(int perRequest) {
    return new Traffic(signal, protocol, perRequest, coding, connections, inFlight, secretPercent);
  }

  Traffic coded(Coding other) {
    return new Traffic(
        signal, protocol, itemsPerRequest, other, connections, inFlight, secretPercent);
  }

  Traffic connections(int number, int inFlightEach) {
    return new Traffic(
        signal, protocol, itemsPerRequest, coding, number, inFlightEach, secretPercent);
  }

  Traffic secrets(double percent) {
    return new Traffic(signal, protocol, itemsPerRequest, coding, connections, inFlight, percent);
  }
}
