/// The protobuf wire format over `byte[]`: reading, writing, editing. Knows no OTLP.
@NullMarked
package dev.headgate.pipeline.wire;

import org.jspecify.annotations.NullMarked;
