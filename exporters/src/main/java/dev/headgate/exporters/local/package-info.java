/// Exporters that stay on this machine: file, debug and nop.
@NullMarked
package dev.headgate.exporters.local;

import org.jspecify.annotations.NullMarked;
