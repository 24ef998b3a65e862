/// Bounded decompression.
@NullMarked
package dev.headgate.pipeline.codec;

import org.jspecify.annotations.NullMarked;
