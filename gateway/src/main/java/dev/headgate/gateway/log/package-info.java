/// The gateway's own log: one JSON object a line on standard error.
@NullMarked
package dev.headgate.gateway.log;

import org.jspecify.annotations.NullMarked;
