package dev.headgate.bench.compare;

import dev.headgate.config.Signal;

/// What the generator sends.
///
/// @param itemsPerRequest spans, log records or data points
/// @param coding of request bodies
/// @param inFlight requests at a time on each connection
record Traffic(
    Signal signal,
    Protocol protocol,
    int itemsPerRequest,
    Coding coding,
    int connections,
    int inFlight) {
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

  /// Requests of 1000 items over gRPC, uncompressed, 8 connections with 4 in flight each.
  static Traffic of(Signal signal) {
    return new Traffic(signal, Protocol.GRPC, 1000, Coding.NONE, 8, 4);
  }

  Traffic over(Protocol other) {
    return new Traffic(signal, other, itemsPerRequest, coding, connections, inFlight);
  }

  Traffic items(int perRequest) {
    return new Traffic(signal, protocol, perRequest, coding, connections, inFlight);
  }

  Traffic coded(Coding other) {
    return new Traffic(signal, protocol, itemsPerRequest, other, connections, inFlight);
  }

  Traffic connections(int number, int inFlightEach) {
    return new Traffic(signal, protocol, itemsPerRequest, coding, number, inFlightEach);
  }
}
