/// Compression of bodies, and decompression within bounds.
@NullMarked
package dev.headgate.pipeline.codec;

import org.jspecify.annotations.NullMarked;
