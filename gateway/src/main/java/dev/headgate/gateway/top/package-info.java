/// The operator's view in a terminal.
@NullMarked
package dev.headgate.gateway.top;

import org.jspecify.annotations.NullMarked;
