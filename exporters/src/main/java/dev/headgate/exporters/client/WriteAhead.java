package dev.headgate.exporters.client;

/// How much of a request a connection is given before it writes, and how little is left of that
/// when it is given more.
///
/// At Netty's usual 64 KiB a request of 800 KB took 21 writes over gRPC instead of 2, and 13 over
/// HTTP, each of which may wake the one that reads: the whole gateway took a fifth more CPU over
/// gRPC (without compression, 2026-11-21), a quarter more over HTTP (2026-11-23). What it costs: up
/// to 1 MiB a connection waits for the socket, in direct memory where it was copied (see
/// [WrappingAllocator]).
final class WriteAhead {
  static final int LOW_BYTES = 512 << 10;
  static final int HIGH_BYTES = 1 << 20;

  private WriteAhead() {}
}
