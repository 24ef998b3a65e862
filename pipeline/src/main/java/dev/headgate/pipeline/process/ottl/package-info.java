/// The subset of the Collector's transformation language (OTTL) that the filter and the transform
/// share: texts to conditions and statements, and their evaluation on the bytes.
@NullMarked
package dev.headgate.pipeline.process.ottl;

import org.jspecify.annotations.NullMarked;
