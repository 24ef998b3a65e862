/// OTLP message knowledge on the wire format: schema, check, count, split, attributes, JSON.
@NullMarked
package dev.headgate.pipeline.otlp;

import org.jspecify.annotations.NullMarked;
