/// Load: a generator that sends OTLP requests at a stated rate or as fast as they are answered, and
/// a sink that counts what arrives. Both run on one thread of their own over plain NIO with HTTP/2
/// frames by hand, because they share a core on small machines and must cost well under the system
/// under test.
@NullMarked
package dev.headgate.bench.load;

import org.jspecify.annotations.NullMarked;
