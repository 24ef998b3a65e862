/// Texts made general: URLs without their ids, statements without their literals.
@NullMarked
package dev.headgate.pipeline.process.sanitize;

import org.jspecify.annotations.NullMarked;
