/// The rule pack `secrets`: what looks like a credential in a text, found in one pass over its
/// bytes.
@NullMarked
package dev.headgate.pipeline.process.secrets;

import org.jspecify.annotations.NullMarked;
