/// Redaction: what a rule matches never leaves the gateway.
@NullMarked
package dev.headgate.pipeline.process.redaction;

import org.jspecify.annotations.NullMarked;
