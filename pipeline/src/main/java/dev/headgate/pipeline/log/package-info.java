/// Logging on the data path: bounded, whatever happens there.
@NullMarked
package dev.headgate.pipeline.log;

import org.jspecify.annotations.NullMarked;
