/// The commands.
@NullMarked
package dev.headgate.gateway.cli;

import org.jspecify.annotations.NullMarked;
